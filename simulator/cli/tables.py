"""Plain-text tables for a terminal."""

from collections.abc import Sequence
from unicodedata import east_asian_width

from simulator.card import Outcome


def text_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Return aligned columns; the first `left` stand left, the others right."""
    lines = [[printable(cell) for cell in line] for line in (header, *rows)]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(header))]
    return "\n".join(
        "  ".join(_pad(cell, width, left=i < left) for i, (cell, width) in enumerate(zip(line, widths, strict=True)))
        .rstrip()
        for line in lines
    )


def printable(text: str) -> str:
    """Return `text` in one line, without control characters that a file could send to the terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in " ".join(text.split()))


def shown(value: float, outcome: Outcome | None, *, sign: bool = False) -> str:
    """Return a value in its outcome's display unit and decimals; six significant digits without an outcome."""
    if outcome is None:
        return f"{value:{'+' if sign else ''}.6g}"
    return f"{value * outcome.display:{'+' if sign else ''},.{outcome.decimals}f}"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _pad(text: str, width: int, *, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text
