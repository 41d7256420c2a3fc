"""Cutting the text of a Vensim .mdl file into entries, with line numbers, groups and the integration method."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from simulator.errors import ModelError, UnsupportedError

_SKETCH = re.compile(r"^\\\\\\---///", re.MULTILINE)
_ENCODING = re.compile(r"\s*\{[^{}]*\}")
_NOT_BLANK = re.compile(r"\S")
_GROUP = re.compile(r"^\*{3,}\s*\.?(?P<name>[^*\n]*?)\s*\*{3,}$", re.DOTALL)
_MACRO = re.compile(r"^\s*:MACRO:", re.MULTILINE | re.IGNORECASE)
_SETTINGS = re.compile(r"^15:(?P<codes>[\d,.\s-]+)$", re.MULTILINE)
_METHODS: dict[int, Literal["euler", "rk4"]] = {0: "euler", 2: "euler", 1: "rk4", 5: "rk4"}


@dataclass(frozen=True)
class Entry:
    """One entry between bars: equation, units and documentation as written, the group it stands in, its first line."""

    equation: str
    units: str
    documentation: str
    sector: str
    line: int


@dataclass(frozen=True)
class VensimText:
    """A .mdl file cut into parts."""

    entries: tuple[Entry, ...]
    method: Literal["euler", "rk4"]


def cut(text: str, path: Path) -> VensimText:
    """Cut the text of a .mdl file (newlines as line ends) into entries.

    Raises `ModelError` for an entry that is not closed, `UnsupportedError` for a macro or an unknown method.
    """
    sketch = _SKETCH.search(text)
    body = text[: sketch.start()] if sketch else text
    settings = text[sketch.start() :] if sketch else ""
    macro = _MACRO.search(body)
    if macro:
        line = body.count("\n", 0, macro.end()) + 1
        raise UnsupportedError(f"{path}:{line}: macros (:MACRO:) are not supported; write the equations out")
    return VensimText(_entries(body, path), _method(settings, path))


def _method(settings: str, path: Path) -> Literal["euler", "rk4"]:
    found = _SETTINGS.search(settings)
    if not found:
        return "euler"
    codes = [code.strip() for code in found["codes"].split(",")]
    code = int(codes[3]) if len(codes) > 3 and codes[3].isdigit() else 0
    if code not in _METHODS:
        raise UnsupportedError(
            f"{path}: integration method code {code} (second-order Runge-Kutta) is not supported; choose Euler or RK4"
        )
    return _METHODS[code]


def _entries(body: str, path: Path) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    sector = ""
    position, line, counted = 0, 1, 0
    encoding = _ENCODING.match(body)
    if encoding:
        position = encoding.end()
    while (start := _skip_blank(body, position)) < len(body):
        line += body.count("\n", counted, start)
        counted = start
        equation, position = _until(body, start, "~", quoted=True)
        if position >= len(body):
            raise ModelError(f"{path}:{line}: text that is no entry: '{_shorten(body[start:])}'; an entry needs ~ ~ |")
        rest_start = position + 1
        rest, position = _until(body, rest_start, "|", quoted=False)
        if position >= len(body):
            raise ModelError(f"{path}:{line}: entry '{_shorten(equation)}' is not closed by a bar |")
        position += 1
        group = _GROUP.match(equation.strip())
        if group:
            sector = " ".join(group["name"].split())
            continue
        parts = rest.split("~")
        units = parts[0]
        documentation = parts[1] if len(parts) > 1 else ""
        entries.append(Entry(_clean(equation), _clean(units), _clean(documentation), sector, line))
    return tuple(entries)


def _skip_blank(text: str, position: int) -> int:
    found = _NOT_BLANK.search(text, position)
    return found.start() if found else len(text)


def _until(text: str, start: int, stop: str, *, quoted: bool) -> tuple[str, int]:
    """Return the text from `start` up to the next `stop` (outside quotes and braces if `quoted`) and its position."""
    if not quoted:
        end = text.find(stop, start)
        end = len(text) if end < 0 else end
        return text[start:end], end
    kept: list[str] = []
    inside, braces, i = False, 0, start
    while i < len(text):
        character = text[i]
        if inside:
            if character == "\\" and text[i + 1 : i + 2] == '"':
                kept.append('\\"')
                i += 2
                continue
            inside = character != '"'
        elif braces or character == "{":
            braces += {"{": 1, "}": -1}.get(character, 0)
            i += 1
            continue
        elif character == stop:
            return "".join(kept), i
        else:
            inside = character == '"'
        kept.append(character)
        i += 1
    return "".join(kept), i


def _clean(text: str) -> str:
    return " ".join(re.sub(r"\\[ \t]*\n", " ", text).split())


def _shorten(text: str) -> str:
    cleaned = _clean(text)
    return cleaned if len(cleaned) <= 40 else cleaned[:37] + "..."
