"""The page's texts: complete in both languages, same placeholders, each one used, none missing."""

import re
from pathlib import Path

import pytest

import simulator.ui
from simulator.ui.state import VIEWS
from simulator.ui.strings import STRINGS, say
from simulator.ui.templates import TEMPLATES
from simulator.ui.tour import STEPS

SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in Path(simulator.ui.__file__).parent.rglob("*.py")
    if path.name != "strings.py"
)
BUILT = (
    {f"view_{view}" for view in VIEWS}
    | {f"kind_{kind}" for kind in ("stock", "flow", "auxiliary", "constant", "lookup")}
    | {f"scope_{scope}" for scope in ("outcomes", "all")}
    | {f"grade_{grade}" for grade in ("evidence", "derived", "assumed")}
    | {f"distribution_{name}" for name in ("triangular", "uniform", "normal", "lognormal", "discrete")}
    | {"test_pass", "test_fail", "test_reported"}
    | {"timing_alone", "timing_beside", "futures_assumptions", "futures_both"}
    | {f"tour_{step}" for step in STEPS}
    | {f"template_{name}{ending}" for name in TEMPLATES for ending in ("", "_help")}
    | {"better", "worse", "changed", "same", "causes", "uses", "zoom_out", "image", "legend"}
)
"""Keys the code puts together from parts."""


@pytest.mark.parametrize("key", STRINGS)
def test_both_languages_are_there_with_the_same_placeholders(key: str) -> None:
    english, chinese = STRINGS[key]
    assert english.strip()
    assert chinese.strip()
    assert set(re.findall(r"{(\w+)}", english)) == set(re.findall(r"{(\w+)}", chinese))
    assert re.search(r"[\u4e00-\u9fff]", chinese) or key == "download_csv", "a Chinese text holds Chinese characters"


def test_every_text_is_used_and_every_used_one_exists() -> None:
    literal = set(re.findall(r"""say\(\s*"(\w+)\"""", SOURCES)) | set(re.findall(r"""(kind_\w+)\"""", SOURCES))
    assert literal - set(STRINGS) == set()
    assert BUILT - set(STRINGS) == set()
    mentioned = {key for key in STRINGS if re.search(rf"""["']{key}["']""", SOURCES)}
    assert set(STRINGS) - mentioned - BUILT == set()


def test_unknown_key_is_an_error_and_placeholders_are_filled() -> None:
    with pytest.raises(KeyError):
        say("no_such_text", "en")
    assert say("cost_full", "zh", cost="3") == "全力实施时每年 3 百万元"
