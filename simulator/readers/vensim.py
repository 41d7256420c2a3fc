"""Vensim text format (.mdl) -> ModelSpec."""

import re
from hashlib import sha256
from pathlib import Path

from simulator.errors import ModelError, UnsupportedError
from simulator.expressions import Expression, Number, Table
from simulator.model import ModelSpec
from simulator.readers.assemble import MAX_VARIABLES, Draft, Limits, assemble, where
from simulator.readers.pysd_parser import NotReadableError, parse_vensim
from simulator.readers.translate import UnsupportedConstruct, split_stock, table, translate
from simulator.readers.vensim_text import Entry, cut

_CONSTANT = re.compile(
    r"""(?P<name>[^\W\d][\w\s'$]*|"(?:[^"\\]|\\.)*")\s*==?\s*(?P<value>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"""
)
_UNITS = re.compile(r"(?P<units>.*?)\s*\[(?P<limits>[^\[\]]*)\]", re.DOTALL)
_REALITY_CHECK = re.compile(r":(THE CONDITION|TEST INPUT):", re.IGNORECASE)
"""Reality checks and their test inputs are no part of a run and are passed over."""

_UNSUPPORTED_KINDS = {
    "SubscriptRange": "a subscript range",
    "Data": "a data variable",
}


def read_vensim(path: Path, content: bytes) -> ModelSpec:
    """Return the model in the content of a .mdl file; nothing in it is executed. `path` is for messages.

    Raises `ModelError` or `UnsupportedError` with file, line and variable.
    """
    text = cut(_decode(content, path), path)
    if len(text.entries) > MAX_VARIABLES:
        raise ModelError(f"{path}: {len(text.entries):,} entries; at most {MAX_VARIABLES:,} are read")
    drafts = [_draft(entry, path) for entry in text.entries if not _REALITY_CHECK.search(entry.equation)]
    return assemble(drafts, path, method=text.method, sha256=sha256(content).hexdigest())


def _decode(content: bytes, path: Path) -> str:
    if b"\0" in content:
        raise ModelError(f"{path}: is a binary file; save the model in Vensim's text format (.mdl)")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _draft(entry: Entry, path: Path) -> Draft:
    units, limits = _units(entry, path)
    constant = _CONSTANT.fullmatch(entry.equation)
    if constant:
        title, number = constant["name"].strip(), Number(float(constant["value"]))
        return Draft(title, number, None, units, entry.documentation, limits, entry.sector, entry.equation, entry.line)
    name = re.split(r"[=(:\[<]", entry.equation, maxsplit=1)[0].strip() or entry.equation[:40]
    place = where(path, entry.line, name)
    if not re.search(r"[=(:\[]", entry.equation):
        raise ModelError(f"{place}: has no equation")
    equation: Expression
    initial: Expression | None
    try:
        title, component = parse_vensim(entry.equation)
        kind = type(component).__name__
        if kind in _UNSUPPORTED_KINDS:
            raise UnsupportedConstruct(_UNSUPPORTED_KINDS[kind])
        if component.subscripts[0]:
            raise UnsupportedConstruct("subscripts (arrays)")
        stock = split_stock(component.ast)
        if stock:
            equation, initial, _ = stock
        else:
            tree = component.ast
            equation = table(tree) if kind == "Lookup" and hasattr(tree, "x") else translate(tree)
            initial = None
    except NotReadableError as error:
        raise ModelError(f"{place}: {error}") from None
    except UnsupportedConstruct as error:
        raise UnsupportedError(f"{place}: {error} is not supported") from None
    except RecursionError:
        raise ModelError(f"{place}: is too deeply nested; split it into several variables") from None
    if kind == "Lookup" and not isinstance(equation, Table):
        raise UnsupportedError(f"{place}: this kind of lookup is not supported")
    return Draft(title, equation, initial, units, entry.documentation, limits, entry.sector, entry.equation, entry.line)


def _units(entry: Entry, path: Path) -> tuple[str, Limits]:
    found = _UNITS.fullmatch(entry.units)
    if not found:
        return entry.units, (None, None, None)
    bounds: list[float | None] = []
    for part in found["limits"].split(","):
        try:
            bounds.append(None if part.strip() in ("?", "") else float(part))
        except ValueError:
            name = entry.equation[:30]
            raise ModelError(f"{where(path, entry.line, name)}: range [{found['limits']}] holds no numbers") from None
    bounds += [None] * (3 - len(bounds))
    return found["units"].strip(), (bounds[0], bounds[1], bounds[2])
