"""The safe YAML: plain values, a line for every key, and nothing that grows or runs."""

import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simulator.data_files import dump_yaml, parse_yaml
from simulator.data_files.yaml_text import MAX_DEPTH, resolve_scalar
from simulator.errors import InputError

PLAIN = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False) | st.text(max_size=30)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner,
                                                                                         max_size=4), max_leaves=12)


@given(st.dictionaries(st.text(max_size=9), VALUES, max_size=5))
def test_what_is_written_is_read_back(data: dict[str, Any]):
    assert parse_yaml(dump_yaml(data), "x").data == data


@pytest.mark.parametrize(("text", "value"), [
    ("1e-6", 1e-6), ("1E5", 1e5), (".5", 0.5), ("5.", 5.0), ("-3", -3), ("+3", 3), ("0", 0), ("007", 7),
    ("true", True), ("False", False), ("null", None), ("~", None), ("", None), (".inf", math.inf), ("-.inf", -math.inf),
    ("no", "no"), ("on", "on"), ("yes", "yes"), ("1:30", "1:30"), ("2009-01-01", "2009-01-01"), ("0x1f", "0x1f"),
    ("1_000", "1_000"), ("1e", "1e"), ("e5", "e5"), (".", "."), ("-", "-"), ("<<", "<<"),
])
def test_scalars_follow_yaml_1_2(text: str, value: object):
    found = resolve_scalar(text)
    assert found == value
    assert type(found) is type(value)


def test_quoted_scalars_are_text():
    assert parse_yaml("a: '1'\nb: \"true\"\nc: 1", "x").data == {"a": "1", "b": "true", "c": 1}


def test_every_key_has_its_line():
    document = parse_yaml("a: 1\nb:\n  c: [1,\n    2]\n  d: {e: 1,\n   f: 2}\n", "x")
    expected = {("a",): 1, ("b",): 2, ("b", "c"): 3, ("b", "c", 0): 3, ("b", "c", 1): 4, ("b", "d"): 5,
                ("b", "d", "e"): 5, ("b", "d", "f"): 6}
    assert {path: document.lines[path] for path in expected} == expected


BILLION_LAUGHS = "a: &a [x]\n" + "".join(f"b{i}: &b{i} [*{'a' if not i else f'b{i - 1}'}, *a]\n" for i in range(40))


@pytest.mark.parametrize(("text", "line", "said"), [
    (BILLION_LAUGHS, 1, "anchors and aliases"),
    ("a: 1\nb: *a", 2, "anchors and aliases"),
    ("a: 1\nb: &x 2", 2, "anchors and aliases"),
    ("base: {x: 1}\n<<: [1]\nb: !!map {}", 3, "tags"),
    ("a: !!python/object/apply:os.system ['touch pwned']", 1, "tags"),
    ("a: !local 1", 1, "tags"),
    ("a: !!str 1", 1, "tags"),
    ("a: 1\na: 2", 2, "'a' stands twice (first in line 1)"),
    ("a: {b: 1,\n c: 2,\n b: 3}", 3, "'b' stands twice"),
    ("a: 1\n---\nb: 1", 2, "several YAML documents"),
    ("? [1, 2]\n: 3", 1, "a key must be a plain word"),
    ("? {a: 1}\n: 3", 1, "a key must be a plain word"),
    ("a:\n " + "[" * 60 + "]" * 60, 2, f"{MAX_DEPTH} levels"),
    ("a: [\n1,\n", 3, "not valid YAML"),
    ("a: 'x\n", 2, "not valid YAML"),
    ("a: b: c", 1, "not valid YAML"),
    ("%YAML 9.9\n---\na: 1", 1, "not valid YAML"),
])
def test_refusals_name_the_line(text: str, line: int, said: str):
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "x.yaml")
    assert str(caught.value).startswith(f"x.yaml:{line}: "), caught.value
    assert said in str(caught.value)


def test_a_very_deep_text_is_refused_and_does_not_overflow():
    with pytest.raises(InputError, match="levels deep"):
        parse_yaml("[" * 100_000, "x")


def test_a_wide_text_is_refused():
    with pytest.raises(InputError, match="more than 200,000 values"):
        parse_yaml("a: [" + "1," * 200_001 + "]", "x")


def test_a_huge_integer_is_no_work():
    value = parse_yaml("a: " + "9" * 100_000, "x").data["a"]
    assert value == math.inf or isinstance(value, str)


@pytest.mark.parametrize("text", ["a: \x07", "a: \x1b[31m"])
def test_control_characters_are_refused(text: str):
    with pytest.raises(InputError, match="not valid YAML"):
        parse_yaml(text, "x")


@given(st.text(max_size=200) | st.text(alphabet="ab: -[]{},'\"&*!#|>\n\t%@?1.", max_size=60))
def test_any_text_is_read_or_refused_in_one_line(text: str):
    said = ""
    try:
        parse_yaml(text, "x")
    except InputError as error:
        said = str(error)
    assert "\n" not in said


@given(st.dictionaries(st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=9), PLAIN,
                       min_size=1, max_size=5))
def test_what_is_written_is_plain_yaml_to_others(data: dict[str, Any]):
    read = yaml.safe_load(dump_yaml(data))
    assert isinstance(read, dict)
    assert len(read) == len(data)
