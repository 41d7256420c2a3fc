"""PySD's equation parsers made safe: one equation of text in, PySD's syntax tree out; nothing executed or written.

PySD turns literals into values with ``eval``. Both its element modules get a strict literal parser under that name
before anything is parsed, and the text is checked for size, nesting and bracket content beforehand.
"""

import math
import re
import warnings
from typing import Any

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of PySD's own dependencies
    from pysd.translators.structures import abstract_expressions as syntax
    from pysd.translators.vensim import vensim_element
    from pysd.translators.xmile import xmile_element

__all__ = ["MAX_EQUATION", "MAX_NESTING", "NotReadableError", "literal", "parse_vensim", "parse_xmile", "syntax"]

MAX_EQUATION = 20_000
MAX_NESTING = 30

_NUMBER = r"[+-]?\s*(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_NUMBER_ONLY = re.compile(rf"\s*({_NUMBER})\s*")
_PAIR = re.compile(rf"\(\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\)")
_PAIRS_ONLY = re.compile(rf"[\s\[]*(?:{_PAIR.pattern}[\s,\-]*)+[\s\]]*")
_SUM_ONLY = re.compile(rf"\s*{_NUMBER}(?:\s*[+-]\s*(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)+\s*")
_TERM = re.compile(_NUMBER)
_STRING_ONLY = re.compile(r"\s*'([^'\\]*)'\s*")
_POWER_OF_NEGATED_NUMBER = re.compile(r"-\s*((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*\^")


class NotReadableError(ValueError):
    """An equation that cannot be parsed; the message says why, without place."""


def literal(text: str) -> Any:
    """Return the value of a number, a sum of numbers, a quoted string or a list of number pairs, and of nothing else.

    Raises `NotReadableError` for any other text: this stands in for ``eval`` in PySD's modules.
    """
    number = _NUMBER_ONLY.fullmatch(text)
    if number:
        digits = re.sub(r"\s", "", number[1])
        return int(digits) if re.fullmatch(r"[+-]?\d{1,15}", digits) else float(digits)
    if _SUM_ONLY.fullmatch(text):  # PySD's grammar takes "1-2-3" for one literal
        return math.fsum(_number(term) for term in _TERM.findall(text))
    string = _STRING_ONLY.fullmatch(text)
    if string:
        return string[1]
    if _PAIRS_ONLY.fullmatch(text):
        return [(_number(x), _number(y)) for x, y in _PAIR.findall(text)]
    if not text.strip():
        return ()
    raise NotReadableError(f"'{text[:40]}' is no number, quoted text or list of (x, y) pairs")


def _number(digits: str) -> float:
    return float(re.sub(r"\s", "", digits))


vensim_element.eval = literal
xmile_element.eval = literal


def parse_vensim(equation: str) -> tuple[str, Any]:
    """Return (name, PySD component) of one Vensim equation, left and right side, on one line without comments.

    Raises `NotReadableError` if it is too long, too deeply nested, has a malformed lookup range or does not parse.
    """
    _check(equation)
    _check_ranges(equation)
    equation = _POWER_OF_NEGATED_NUMBER.sub(r"-(0+\1)^", equation)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            component = vensim_element.Element(equation, "", "").parse()
            if hasattr(component, "parse"):
                component.parse()
        except NotReadableError:
            raise
        except RecursionError:
            raise NotReadableError("is too deeply nested") from None
        except Exception as error:  # parsimonious and PySD raise many kinds; all mean: not an equation
            raise _not_readable(equation, error) from None
    return component.name, component


def parse_xmile(expression: str) -> Any:
    """Return PySD's syntax tree of one XMILE expression; raises `NotReadableError` as `parse_vensim` does."""
    _check(expression)
    expression = _POWER_OF_NEGATED_NUMBER.sub(r"-(0+\1)^", " ".join(expression.split()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            grammar = xmile_element.vu.Grammar.get("equations", xmile_element.parsing_ops)
            return xmile_element.EquationVisitor(grammar.parse(expression)).translation
        except NotReadableError:
            raise
        except RecursionError:
            raise NotReadableError("is too deeply nested") from None
        except Exception as error:  # as above
            raise _not_readable(expression, error) from None


def _check(equation: str) -> None:
    if len(equation) > MAX_EQUATION:
        raise NotReadableError(f"is longer than {MAX_EQUATION:,} characters")
    level = deepest = 0
    for character in equation:
        level += (character in "([") - (character in ")]")
        deepest = max(deepest, level)
    if deepest > MAX_NESTING:
        raise NotReadableError(f"nests brackets more than {MAX_NESTING} deep")


def _check_ranges(equation: str) -> None:
    """Refuse a lookup range ``([ ... ], ...)`` that holds anything but number pairs."""
    for bracket in re.finditer(r"\(\s*\[([^\]]*)\]?", equation):
        if not _PAIRS_ONLY.fullmatch(bracket[1]):
            raise NotReadableError(f"has a malformed lookup range '[{bracket[1][:40]}]'; write [(x,y)-(x,y)]")


def _not_readable(equation: str, error: Exception) -> NotReadableError:
    cause = error.__cause__ or error
    position = getattr(error, "pos", None)
    if isinstance(position, int) and 0 <= position < len(equation):
        return NotReadableError(f"cannot be parsed at '{equation[position : position + 30]}'")
    if isinstance(cause, NotReadableError):
        return cause
    return NotReadableError(f"cannot be parsed: '{equation[:60]}'")
