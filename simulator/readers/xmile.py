"""XMILE (.xmile, .stmx, .xml) -> ModelSpec. The XML tree is walked here; equations go through PySD's parser."""

import math
import re
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from lxml import etree  # type: ignore[import-untyped, unused-ignore]

from simulator.errors import ModelError, UnsupportedError
from simulator.expressions import Call, Expression, Lookup, Number, Reference, Table
from simulator.model import ModelSpec
from simulator.readers.assemble import MAX_VARIABLES, Draft, Limits, assemble, where
from simulator.readers.pysd_parser import NotReadableError, parse_xmile
from simulator.readers.translate import UnsupportedConstruct, canonical, translate

MAX_POINTS = 10_000
_SYNONYMS = {"dt": "time_step", "starttime": "initial_time", "stoptime": "final_time"}
_INTERPOLATION: dict[str, Literal["interpolate", "extrapolate", "hold_backward"]] = {
    "continuous": "interpolate", "extrapolate": "extrapolate", "discrete": "hold_backward",
}  # fmt: skip
_WORDS = re.compile(r"\"[^\"]*\"|[^\W\d]\w*")
_COMMENT = re.compile(r"\{[^{}]*\}")
_KEYWORDS = {"if": "IF", "then": "THEN", "else": "ELSE", "mod": "mod", "lookup": "lookup_at"}
_MEMORY_PARTS = {
    "conveyor": "a conveyor", "queue": "a queue", "oven": "an oven", "leak": "a leakage flow", "event_poster": "",
}  # fmt: skip


@dataclass(frozen=True)
class _Behaviour:
    """What the file says of all stocks and flows."""

    stocks_non_negative: bool
    flows_non_negative: bool


def read_xmile(path: Path, content: bytes) -> ModelSpec:
    """Return the model in the content of an XMILE file; entities are never expanded and nothing is fetched.

    Raises `ModelError` or `UnsupportedError` with file, line and variable.
    """
    root = _root(content, path)
    specs = _child(root, "sim_specs")
    models = _children(root, "model")
    if specs is None or not models:
        raise ModelError(f"{path}: no <sim_specs> or no <model>; is this an XMILE file?")
    if len(models) > 1 or root.findall(".//{*}module"):
        raise UnsupportedError(f"{path}:{models[-1].sourceline}: modules are not supported; put all in one model")
    macros = [n for n in root if _tag(n) == "macro"]
    if macros:
        raise UnsupportedError(f"{path}:{macros[0].sourceline}: macros are not supported; write the equations out")
    variables = _child(models[0], "variables")
    nodes = [n for n in (variables if variables is not None else ()) if _tag(n) in ("stock", "flow", "aux", "gf")]
    if len(nodes) > MAX_VARIABLES:
        raise ModelError(f"{path}: {len(nodes):,} variables; at most {MAX_VARIABLES:,} are read")
    behaviour = _behaviour(root)
    sectors = _sectors(models[0])
    drafts = [_draft(node, path, behaviour, sectors) for node in nodes]
    drafts = [d for d in drafts if d.name not in ("initial_time", "final_time", "time_step", "saveper")]
    if not drafts:
        raise ModelError(f"{path}: no equation found; the model is empty or in a layout this reader does not know")
    return assemble(
        [*drafts, *_clock(specs, path)],
        path,
        method=_method(specs, path),
        sha256=sha256(content).hexdigest(),
        synonyms=_SYNONYMS,
    )


def _root(content: bytes, path: Path) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ModelError(f"{path}: is not well-formed XML: {error}") from None
    # Stella writes attributes with prefixes it never declares; that much is mended, nothing else
    faults = [e for e in parser.error_log if not e.type_name.startswith(("NS_", "WAR_NS_"))]
    if root is None or faults:
        line, why = (faults[0].line, " ".join(faults[0].message.split())[:120]) if faults else (1, "nothing in it")
        raise ModelError(f"{path}:{line}: is not well-formed XML: {why}")
    if root.getroottree().docinfo.doctype:
        raise ModelError(f"{path}: has a document type declaration (<!DOCTYPE>); remove it, XMILE needs none")
    if _tag(root) != "xmile":
        raise ModelError(f"{path}:{root.sourceline}: the outermost element is <{_tag(root)}>, not <xmile>")
    return root


def _tag(node: Any) -> str:
    return _local(node.tag) if isinstance(node.tag, str) else ""


def _local(name: str) -> str:
    return name.rsplit("}", 1)[-1]


def _children(node: Any, tag: str) -> list[Any]:
    return [child for child in node if _tag(child) == tag]


def _child(node: Any, tag: str) -> Any | None:
    return next(iter(_children(node, tag)), None)


def _text(node: Any, tag: str) -> str:
    child = _child(node, tag)
    return " ".join("".join(child.itertext()).split()) if child is not None else ""


def _flag(node: Any) -> bool | None:
    """Return what a <non_negative> child says, or None if there is none."""
    child = _child(node, "non_negative")
    return None if child is None else "false" not in (child.text or "").lower()


def _behaviour(root: Any) -> _Behaviour:
    node = _child(root, "behavior")
    if node is None:
        return _Behaviour(False, False)
    general = bool(_flag(node))
    parts = {tag: _child(node, tag) for tag in ("stock", "flow")}
    stocks, flows = (general or (part is not None and bool(_flag(part))) for part in parts.values())
    return _Behaviour(stocks, flows)


def _sectors(model: Any) -> dict[str, str]:
    """Return canonical variable name -> group name."""
    found: dict[str, str] = {}
    for group in model.iter("{*}group"):
        for entity in _children(group, "entity"):
            found[canonical(entity.get("name", ""))] = group.get("name", "")
    return found


def _method(specs: Any, path: Path) -> Literal["euler", "rk4"]:
    named = [name.strip().lower() for name in specs.get("method", "euler").split(",")]
    for name in named:
        if name == "euler":
            return "euler"
        if name == "rk4":
            return "rk4"
    raise UnsupportedError(
        f"{path}:{specs.sourceline}: integration method '{specs.get('method')}' is not supported; choose Euler or RK4"
    )


def _clock(specs: Any, path: Path) -> list[Draft]:
    units = specs.get("time_units", "")
    tags = {"INITIAL TIME": "start", "FINAL TIME": "stop", "TIME STEP": "dt"}
    parts = {title: _child(specs, tag) for title, tag in tags.items()}
    drafts = []
    for title, node in parts.items():
        if node is None:
            raise ModelError(f"{path}:{specs.sourceline}: <sim_specs> lacks {title}")
        text = (node.text or "").strip()
        value = _parse(text, where(path, node.sourceline, title))
        if node.get("reciprocal", "").lower() == "true":
            value = Call("divide", (Number(1.0), value))
        drafts.append(_clock_draft(title, value, units, text, node.sourceline))
    saving = next((v for k, v in specs.attrib.items() if _local(k).rsplit(":", 1)[-1] == "save_interval"), "")
    if saving:
        value = _parse(saving, where(path, specs.sourceline, "SAVEPER"))
        drafts.append(_clock_draft("SAVEPER", value, units, saving, specs.sourceline))
    return drafts


def _clock_draft(title: str, value: Expression, units: str, text: str, line: int) -> Draft:
    return Draft(title, value, None, units, "", (None, None, None), "", text, line)


def _draft(node: Any, path: Path, behaviour: _Behaviour, sectors: dict[str, str]) -> Draft:
    title = (node.get("name") or "").replace("\\n", " ")
    place = where(path, node.sourceline, title)
    if not title.strip():
        raise ModelError(f"{path}:{node.sourceline}: a <{_tag(node)}> without a name")
    for child in node:
        if _tag(child) in ("dimensions", "element"):
            raise UnsupportedError(f"{place}: subscripts (arrays) is not supported")
        if _MEMORY_PARTS.get(_tag(child)):
            raise UnsupportedError(f"{place}: {_MEMORY_PARTS[_tag(child)]} is not supported")
    text = _text(node, "eqn")
    graph = _child(node, "gf") if _tag(node) != "gf" else node
    initial: Expression | None = None
    if _tag(node) == "stock":
        initial = _equation(text, place)
        equation: Expression = _net_flow(node, place)
        own = _flag(node)
        if behaviour.stocks_non_negative if own is None else own:
            equation = Call("non_negative", (equation,))
    elif graph is not None and (not text or _tag(node) == "gf"):
        equation = _table(graph, place)
    else:
        equation = _equation(text, place)
        if graph is not None:
            equation = Lookup(_table(graph, place), equation)
        own = _flag(node)
        if _tag(node) == "flow" and (behaviour.flows_non_negative if own is None else own):
            equation = Call("max", (equation, Number(0.0)))
    return Draft(
        title, equation, initial, _text(node, "units"), _text(node, "doc"), _limits(node, place),
        sectors.get(canonical(title), ""), text, node.sourceline,
    )  # fmt: skip


def _net_flow(node: Any, place: str) -> Expression:
    result: Expression | None = None
    for inflow in _children(node, "inflow"):
        term = _flow_name(inflow, place)
        result = term if result is None else Call("add", (result, term))
    for outflow in _children(node, "outflow"):
        term = _flow_name(outflow, place)
        result = Call("negate", (term,)) if result is None else Call("subtract", (result, term))
    return Number(0.0) if result is None else result


def _flow_name(node: Any, place: str) -> Expression:
    name = canonical(node.text or "")
    if not name:
        raise ModelError(f"{place}: <{_tag(node)}> names no flow")
    return Reference(name)


def _equation(text: str, place: str) -> Expression:
    if not text or set(text) == {"?"}:
        raise ModelError(f"{place}: has no equation")
    return _parse(text, place)


def _parse(text: str, place: str) -> Expression:
    try:
        return translate(parse_xmile(_WORDS.sub(_word, _COMMENT.sub(" ", text.replace("\\n", "_")))))
    except NotReadableError as error:
        raise ModelError(f"{place}: {error}") from None
    except UnsupportedConstruct as error:
        raise UnsupportedError(f"{place}: {error} is not supported") from None
    except RecursionError:
        raise ModelError(f"{place}: is too deeply nested; split it into several variables") from None


def _word(found: re.Match[str]) -> str:
    """Write keywords as PySD's grammar has them, and quote names that it would read as ``not`` and a rest."""
    word = found[0]
    if word.lower() in _KEYWORDS:
        return _KEYWORDS[word.lower()]
    return f'"{word}"' if word.lower().startswith("not") and len(word) > 3 else word


def _table(node: Any, place: str) -> Table:
    y = _points(node, "ypts", place)
    scale = _child(node, "xscale")
    if _child(node, "xpts") is not None:
        x = _points(node, "xpts", place)
    elif scale is not None:
        low, high = _bound(scale.get("min"), place), _bound(scale.get("max"), place)
        if low is None or high is None:
            raise ModelError(f"{place}: the graphical function's <xscale> lacks min or max")
        x = [low + (high - low) * i / max(len(y) - 1, 1) for i in range(len(y))]
    else:
        raise ModelError(f"{place}: the graphical function has neither <xpts> nor <xscale>")
    if len(x) != len(y):
        raise ModelError(f"{place}: the graphical function has {len(x)} x and {len(y)} y points")
    points = sorted(zip(x, y, strict=True), key=lambda point: point[0])
    if any(b[0] < a[0] for a, b in pairwise(points)):
        raise ModelError(f"{place}: the graphical function's x points are no numbers")
    kind = node.get("type", "continuous")
    if kind not in _INTERPOLATION:
        raise UnsupportedError(f"{place}: a graphical function of type '{kind}' is not supported")
    return Table(tuple(p[0] for p in points), tuple(p[1] for p in points), _INTERPOLATION[kind])


def _points(node: Any, tag: str, place: str) -> list[float]:
    child = _child(node, tag)
    if child is None:
        raise ModelError(f"{place}: the graphical function lacks <{tag}>")
    parts = [part for part in (child.text or "").split(child.get("sep") or ",") if part.strip()]
    try:
        values = [float(part) for part in parts]
    except ValueError:
        values = []
    if not values or len(values) > MAX_POINTS or not all(math.isfinite(v) for v in values):
        raise ModelError(f"{place}: <{tag}> must hold 1 to {MAX_POINTS:,} numbers")
    return values


def _limits(node: Any, place: str) -> Limits:
    bounds = _child(node, "range")
    if bounds is None:
        return (None, None, None)
    return (_bound(bounds.get("min"), place), _bound(bounds.get("max"), place), None)


def _bound(text: str | None, place: str) -> float | None:
    if text is None or not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ModelError(f"{place}: '{text[:40]}' is no number")
    return value


