"""A small, safe YAML: plain values only, with the line of every key. Anchors, aliases and tags are refused."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from simulator.errors import InputError

KeyPath = tuple[str | int, ...]

MAX_NODES = 200_000
MAX_DEPTH = 24

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", "+.inf"), float("inf")),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True)
class YamlDocument:
    """Plain values (dict, list, str, int, float, bool, None) and the 1-based line of each key path."""

    name: str
    data: Any
    lines: Mapping[KeyPath, int]


def parse_yaml(text: str, name: str) -> YamlDocument:
    """Return the one document in `text`; `name` stands for the file in messages.

    Scalars follow YAML 1.2 (``1e-6`` is a number, ``no`` is text). Raises `InputError`, beginning ``name:line:``, for
    text that is not YAML, several documents, anchors, aliases, tags, duplicate keys, keys that are not text or
    numbers, over `MAX_DEPTH` levels or over `MAX_NODES` values.
    """
    try:
        return _Builder(name, yaml.parse(text, Loader=_LOADER)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problem = " ".join(str(error.problem or error.context).split())
        raise InputError(f"{name}:{line}: not valid YAML ({problem})") from None
    except yaml.YAMLError as error:
        raise InputError(f"{name}: not valid YAML ({' '.join(str(error).split())})") from None


def dump_yaml(data: Mapping[str, Any]) -> str:
    """Return plain values as YAML text that `parse_yaml` reads back as equal values, keys in the order given."""
    return yaml.dump(
        dict(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, default_flow_style=False
    )


class _Builder:
    """Turns the event stream into values; nothing but what stands in the text is ever built."""

    def __init__(self, name: str, events: Iterator[Any]) -> None:
        self.name, self.events = name, events
        self.lines: dict[KeyPath, int] = {}
        self.nodes = 0

    def document(self) -> YamlDocument:
        data, found = None, False
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found:
                    self.refuse(event, "holds several YAML documents; keep one")
                found = True
                data = self.value(next(self.events), ())
        return YamlDocument(self.name, data, self.lines)

    def value(self, event: Any, path: KeyPath) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.refuse(event, f"holds more than {MAX_NODES:,} values")
        if len(path) > MAX_DEPTH:
            self.refuse(event, f"is nested more than {MAX_DEPTH} levels deep")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.refuse(event, "anchors and aliases (& and *) are not allowed; write the value out")
        if getattr(event, "tag", None):
            self.refuse(event, f"tags such as '{event.tag[:40]}' are not allowed; write a plain value")
        self.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        return resolve_scalar(event.value) if event.implicit[0] else event.value

    def mapping(self, path: KeyPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                self.refuse(event, "a key must be a plain word")
            key = event.value
            here = (*path, key)
            if key in result:
                self.refuse(event, f"key '{key[:60]}' stands twice (first in line {self.lines[here]}); keep one")
            self.lines[here] = event.start_mark.line + 1
            result[key] = self.value(next(self.events), here)
        return result

    def sequence(self, path: KeyPath) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self.value(event, (*path, len(result))))
        return result

    def refuse(self, event: Any, problem: str) -> None:
        raise InputError(f"{self.name}:{event.start_mark.line + 1}: {problem}")


def resolve_scalar(text: str) -> Any:
    """Return the value of an unquoted scalar: None, bool, int, float, or the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= 400 and _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


class _Dumper(_DUMPER):  # type: ignore[misc,valid-type]
    """Quotes every text that `resolve_scalar` would take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: Any, text: str) -> Any:
    quote = not isinstance(resolve_scalar(text), str)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if quote else None)


_Dumper.add_representer(str, _represent_text)
