"""Causal-loop drawings: well formed, nothing outside, no box on another, every sign there; the view and its tables."""

import json
import re
from collections.abc import Callable
from itertools import combinations
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest

from simulator.compile import causes, uses
from simulator.figures.loop_svg import Arm, Node, neighbours_narrow, neighbours_wide, ring, wrap
from simulator.runner import Model, load_model
from simulator.ui.structure import at_start_only, links
from tests.app.reading import show, state

OpenPage = Callable[..., AppTest]
NAMES = [
    "Trust",
    "Activity of the regional innovation network",
    "信任",
    "对技术能力的辅助作用与集群学习活跃度",
    'A < B & "C"',
]


def nodes(count: int) -> list[Node]:
    return [Node(f"k{i}", NAMES[i % len(NAMES)], i % 3 == 0, "spoken") for i in range(count)]


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    found = []
    for rect in ElementTree.fromstring(svg).iter("rect"):
        x, y, width, height = (float(rect.get(k, "0")) for k in ("x", "y", "width", "height"))
        found.append((x, y, x + width, y + height))
    return found


def sound(svg: str) -> None:
    """No box lies on another or outside the drawing."""
    width, height = (float(ElementTree.fromstring(svg).get(k, "0")) for k in ("width", "height"))
    found = boxes(svg)
    for left, top, right, bottom in found:
        assert left >= 0
        assert top >= 0
        assert right <= width
        assert bottom <= height
    for a, b in combinations(found, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.mark.parametrize("count", range(1, 9))
def test_rings_are_sound_whatever_their_length(count: int) -> None:
    svg = ring(nodes(count), (["+", "-", "0", "?"] * 2)[:count], "R1", "a & b")
    sound(svg)
    root = ElementTree.fromstring(svg)
    assert len(boxes(svg)) == count
    assert len([c for c in root.iter("circle")]) == count, "a sign on every link"
    assert root.get("aria-label") == "a & b"
    for circle in root.iter("circle"):
        x, y = float(circle.get("cx", "0")), float(circle.get("cy", "0"))
        assert not any(a < x < c and b < y < d for a, b, c, d in boxes(svg)), "a sign stands beside the boxes"


@pytest.mark.parametrize("draw", [neighbours_wide, neighbours_narrow])
@pytest.mark.parametrize(("before", "after"), [(0, 1), (1, 0), (3, 9), (9, 9)])
def test_neighbours_are_sound_and_can_be_pressed(draw: Callable[..., str], before: int, after: int) -> None:
    arms = [Arm(node, "-") for node in nodes(before + after)]
    svg = draw(Node("me", "技术能力", True), arms[:before], arms[before:], "x")
    sound(svg)
    root = ElementTree.fromstring(svg)
    pressed = [g for g in root.iter("g") if g.get("data-key")]
    assert len(pressed) == before + after
    assert all(g.get("tabindex") == "0" and g.get("role") == "button" and g.get("aria-label") for g in pressed)
    signs = [t.text for t in root.iter("text") if t.text]
    assert signs == ["−"] * (before + after)


@pytest.mark.parametrize("name", NAMES)
def test_long_names_are_wrapped_and_none_is_lost(name: str) -> None:
    lines = wrap(name, 130, most=9)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", name)
    assert len(wrap(name * 5, 130)) <= 3
    assert all(len(line) <= 21 for line in lines)


def markup(page: AppTest, key: str) -> str:
    found = [json.loads(c.proto.json) for c in page.get("bidi_component") if c.proto.id.endswith(key)]
    return str(found[0]["markup"]) if found else ""


def explain(page: AppTest, key: str, language: str = "en") -> AppTest:
    return page.selectbox(key=f"explain_pick:{language}").set_value(key).run()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_view_draws_every_neighbour_and_tells_the_same_in_tables(
    open_page: OpenPage, model: Model, language: str
) -> None:
    page = show(open_page(lang=language), "explain")
    key = "sme_firms" if "sme_firms" in model.spec.variables else model.spec.of_kind("stock")[0].key
    explain(page, key, language)
    drawn = set(re.findall(r'data-key="([^"]+)"', markup(page, "neighbours")))
    moving = {c for c in causes(model.spec)[key] if model.spec[c].kind != "constant"}
    assert moving | set(uses(model.spec)[key]) <= drawn
    page.session_state["twin_diagram"] = True
    page.run()
    assert state(page)
    column = "Sign" if language == "en" else "符号"
    links = next(d.value for d in page.dataframe if column in d.value.columns)
    assert len(links) == len(causes(model.spec)[key]) + len(uses(model.spec)[key])
    inflow = next(c for c in moving if model.spec[c].kind == "flow")
    assert inflow
    assert all(text.strip()[0] in "+−0±" for text in links[column])
    loops = next(d.value for d in page.dataframe if ("Loop" if language == "en" else "回路") in d.value.columns)
    assert "B1" in list(loops.iloc[:, 0])
    assert markup(page, "rings").count("<figure>") == min(6, sum(mark[0] in "RB" for mark in loops.iloc[:, 0]))


def test_every_kind_of_variable_of_two_models_can_be_drawn(open_page: OpenPage, model: Model) -> None:
    page = show(open_page(), "explain")
    for kind in ("stock", "flow", "auxiliary", "constant"):
        explain(page, model.spec.of_kind(kind)[0].key)
        assert not page.exception
        assert not page.error
    other = show(open_page("s_curve"), "explain")
    assert not other.exception
    assert not other.error
    assert 'class="wide"' in markup(other, "neighbours")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Not drawn, sets only where it starts: ", "Not drawn, starts from it and then goes its own way: ")),
        ("zh", ("未画出，只决定其初始值：", "未画出，只有初始值取决于它：")),
    ],
)
def test_links_to_initial_values_are_named_below_the_drawing(
    open_page: OpenPage, language: str, words: tuple[str, str]
) -> None:
    spec = load_model("first_order").spec
    assert "initial_level" in set(links(spec).causes["level"]) - set(causes(spec)["level"])
    page = show(open_page("first_order", lang=language), "explain")
    for key, other, beginning in (("level", "initial_level", words[0]), ("initial_level", "level", words[1])):
        explain(page, key, language)
        assert not page.exception, [e.value for e in page.exception]
        assert not page.error, [e.value for e in page.error]
        assert f'data-key="{other}"' not in markup(page, "neighbours")
        assert sum(c.value.startswith(beginning) for c in page.caption) == 1
    page.session_state["twin_diagram"] = True
    page.run()
    assert not page.exception, "a table without links"
    assert not page.error
    explain(page, "outflow", language)
    assert not any(c.value.startswith(words) for c in page.caption)


def test_what_acts_at_other_times_too_is_not_named_again(model: Model) -> None:
    spec, whole = model.spec, links(model.spec)
    assert at_start_only(spec, whole, "mean_firm_scale") == (("reference_firm_scale",), ())
    assert at_start_only(spec, whole, "reference_firm_scale") == ((), ("mean_firm_scale",))
    for key in spec.variables:
        before, after = at_start_only(spec, whole, key)
        assert set(before) | (set(causes(spec)[key]) - {key}) == set(whole.causes[key])
        assert set(after) | (set(uses(spec)[key]) - {key}) == set(whole.uses[key])
        assert not set(before) & set(causes(spec)[key])
        assert not set(after) & set(uses(spec)[key])
