"""The view Explain: causes and uses with their paths, constants with their standing, and the way back."""

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from simulator.runner import Model
from simulator.trajectory import Column, Trajectory
from simulator.ui.explain import moved
from simulator.ui.state import MAX_TRAIL, PageState, Position
from simulator.ui.structure import links

OpenPage = Callable[..., AppTest]


def state(page: AppTest) -> PageState:
    assert not page.exception, [e.value for e in page.exception]
    return page.session_state["page_state"]


def at_view(page: AppTest, view: str) -> AppTest:
    return page.button_group(key="view").set_value(view).run()


def explain(page: AppTest, key: str, language: str = "en") -> AppTest:
    return page.selectbox(key=f"explain_pick:{language}").set_value(key).run()


def with_both_causes(model: Model) -> str:
    """A variable with moving and constant causes."""
    causes = links(model.spec).causes
    kinds = {key: {model.spec[c].kind for c in found} for key, found in causes.items()}
    return next(
        key for key, found in kinds.items()
        if "constant" in found and found & {"stock", "auxiliary"} and model.spec[key].kind == "auxiliary"
    )


def test_it_shows_every_cause_and_use_and_walks_along_them(open_page: OpenPage, model: Model) -> None:
    page = at_view(open_page(), "explain")
    key = with_both_causes(model)
    explain(page, key)
    found = links(model.spec)
    moving = {c for c in found.causes[key] if model.spec[c].kind not in ("constant", "lookup")}
    assert {b.key.removeprefix("cause_") for b in page.button if b.key.startswith("cause_")} == moving
    assert {b.key.removeprefix("use_") for b in page.button if b.key.startswith("use_")} == set(found.uses[key])
    first = sorted(moving)[0]
    page.button(key=f"cause_{first}").click().run()
    assert state(page).settings.trail == (key, first)
    assert page.selectbox(key="explain_pick:en").value == first
    page.button(key="trail_0").click().run()
    assert state(page).settings.trail == (key,)
    assert state(page).past == (), "looking changes nothing that undo would take back"


def test_constants_among_the_causes_stand_with_value_range_and_source(open_page: OpenPage, model: Model) -> None:
    page = at_view(open_page(), "explain")
    key = with_both_causes(model)
    explain(page, key)
    table = next(d.value for d in page.dataframe if "Rests on" in d.value.columns)
    constants = [c for c in links(model.spec).causes[key] if model.spec[c].kind == "constant"]
    assert len(table) == len(constants)
    assert all(text.strip() for text in table["Value"])
    at_view(page, "evidence")
    page.selectbox(key="evidence_pick").set_value(key).run()
    listed = next(d.value for d in page.dataframe if "Rests on" in d.value.columns)
    assert list(listed["Constant"]) == list(table["Constant"])


def test_a_moved_lever_stands_first_among_the_constants_with_both_values(open_page: OpenPage, model: Model) -> None:
    page = open_page()
    lever = page.select_slider[0].key.removeprefix("lever:")
    page.select_slider[0].set_value(80.0).run()
    at_view(page, "explain")
    acts_on = links(model.spec).uses[lever][0]
    explain(page, acts_on)
    table = next(d.value for d in page.dataframe if "Rests on" in d.value.columns)
    assert table["Value"][0].split(" ")[:3][1:] == ["→", "80"]
    assert table["Rests on"][0] == "Lever"


def test_every_variable_can_be_explained_in_both_languages(open_page: OpenPage, model: Model) -> None:
    page = at_view(open_page(lang="zh"), "explain")
    kinds = {v.kind: v.key for v in model.spec.variables.values()}
    for key in kinds.values():
        explain(page, key, "zh")
        assert not page.exception, [e.value for e in page.exception]
        assert not page.error
        assert any("影响因素" in s.value for s in page.subheader)


def test_why_leads_from_a_chart_to_one_of_its_variables(open_page: OpenPage) -> None:
    page = open_page()
    settings = state(page).settings
    chart = next(c for c in page.get("menu_button") if c.proto.id.find("why_1:") > 0)
    assert chart.proto.label == "Why?"
    assert settings.charts[1] in chart.proto.id


def test_another_model_is_explained_too(open_page: OpenPage) -> None:
    page = at_view(open_page("s_curve"), "explain")
    assert not page.exception
    assert not page.error
    assert page.selectbox(key="explain_pick:en").value


def test_the_trail_goes_on_back_and_never_grows_without_end(model: Model) -> None:
    from simulator.ui.catalogue import read_catalogue

    start = PageState(Position(next(iter(read_catalogue(model).starts.values())).baseline))
    walked = start.explain("a").explain("b").explain("c")
    assert walked.settings.trail == ("a", "b", "c")
    assert walked.explain("a").settings.trail == ("a",)
    assert walked.explain("z", fresh=True).settings.trail == ("z",)
    for i in range(3 * MAX_TRAIL):
        walked = walked.explain(f"k{i}")
    assert len(walked.settings.trail) == MAX_TRAIL
    assert walked.settings.trail[-1] == f"k{3 * MAX_TRAIL - 1}"


@pytest.mark.parametrize(("shift", "expected"), [(0.0, 0.0), (0.5, 1 / 3), (100.0, 100 / 101)])
def test_how_far_two_paths_are_apart(shift: float, expected: float) -> None:
    times = np.linspace(0, 10, 11)
    base, current = (Trajectory("t", times, (times / 10 + s)[:, None], (Column("a", "A", ""),)) for s in (0, shift))
    assert moved(base, current, "a") == pytest.approx(expected, rel=1e-3)
