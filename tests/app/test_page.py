"""The page as a user drives it, through Streamlit's own test harness: every widget, no browser."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from simulator.errors import SimulationError
from simulator.runner import Model, load_model, run
from simulator.scenario import load_scenario
from simulator.ui.catalogue import Catalogue, read_catalogue
from simulator.ui.share import encode
from simulator.ui.state import VIEWS, PageState, Position

OpenPage = Callable[..., AppTest]
MODELS = Path(__file__).resolve().parents[2] / "models"


def state(page: AppTest) -> PageState:
    assert not page.exception, [e.value for e in page.exception]
    return page.session_state["page_state"]


def chart_data(page: AppTest, side: int) -> dict:
    """What the chart component was given."""
    found = [json.loads(c.proto.json) for c in page.get("bidi_component") if c.proto.id.endswith(f"chart_{side}")]
    assert len(found) == 1
    return found[0]


def cards(page: AppTest) -> str:
    return next(h.proto.body for h in page.get("html") if 'class="gs-cards"' in h.proto.body)


def choose_preset(page: AppTest, name: str) -> None:
    page.selectbox(key="preset:en").set_value(name).run()


def test_it_opens_on_a_baseline_with_cards_charts_and_levers(open_page: OpenPage) -> None:
    page = open_page()
    assert state(page).scenario.levers == {}
    assert "as baseline" in cards(page)
    assert chart_data(page, 0)["spec"]["series"]
    assert page.select_slider
    assert not page.error
    assert not page.warning


def test_picking_a_case_and_a_package(open_page: OpenPage, catalogue: Catalogue) -> None:
    page = open_page()
    page.selectbox(key="case:en").set_value("wenzhou_lighters").run()
    assert state(page).scenario == catalogue.start("wenzhou_lighters").baseline
    choose_preset(page, "wenzhou_brand_first")
    assert state(page).scenario == catalogue.presets["wenzhou_lighters"]["wenzhou_brand_first"]
    assert "better" in cards(page) or "worse" in cards(page)
    choose_preset(page, "")
    assert state(page).scenario == catalogue.start("wenzhou_lighters").baseline


def test_the_package_menu_keeps_its_labels_whatever_is_changed(open_page: OpenPage) -> None:
    page = open_page()
    before = list(page.selectbox(key="preset:en").options)
    page.select_slider[0].set_value(35.0).run()
    assert list(page.selectbox(key="preset:en").options) == before


def _packages(page: AppTest) -> list[str]:
    return list(read_catalogue(load_model("gum")).presets[state(page).scenario.case])


def test_moving_a_slider_changes_the_run_the_page_shows(open_page: OpenPage, model: Model) -> None:
    page = open_page()
    before = chart_data(page, 0)["spec"]["series"]
    slider = page.select_slider[0]
    slider.set_value(80.0).run()
    key = slider.key.removeprefix("lever:")
    assert state(page).scenario.levers[key].value == 80
    assert "very high · 80" in page.select_slider[0].options
    after = chart_data(page, 0)["spec"]
    now = next(s for s in after["series"] if s["role"] == "current")
    assert now["values"] != next(s for s in before if s["role"] == "current")["values"]
    expected = run(model, state(page).scenario)[now["variable"]]
    factor = next(o.display for o in model.card.outcomes if o.key == now["variable"])
    assert now["values"] == pytest.approx(list(expected * factor), rel=1e-5)


def test_exact_value_and_schedule_are_set_in_the_details(open_page: OpenPage) -> None:
    page = open_page()
    key = page.select_slider[0].key.removeprefix("lever:")
    page.session_state[f"details_{key}"] = True
    page.run()
    page.number_input(key=f"value:{key}").set_value(33.3).run()
    page.number_input(key=f"start:{key}").set_value(2012.0).run()
    page.number_input(key=f"ramp:{key}").set_value(3.0).run()
    page.number_input(key=f"end:{key}").set_value(2020.0).run()
    setting = state(page).scenario.levers[key]
    assert (setting.value, setting.start, setting.ramp, setting.end) == (33.3, 2012, 3, 2020)
    page.number_input(key=f"end:{key}").set_value(2013.0).run()
    assert "fully up" in page.warning[0].value
    assert state(page).scenario.levers[key].end == 2020
    page.button(key=f"reset_{key}").click().run()
    assert state(page).scenario.levers == {}


def test_four_saved_scenarios_stay_on_the_charts(open_page: OpenPage, catalogue: Catalogue) -> None:
    page = open_page()
    case = state(page).scenario.case
    names = list(catalogue.presets[case])[:4]
    for name in names:
        choose_preset(page, name)
        page.text_input(key="save_name").set_value(f"plan {name}").run()
        page.button(key="save").click().run()
    choose_preset(page, "")
    saved = [f"plan {name}" for name in names]
    assert [s.name for s in state(page).saved] == saved
    assert [r["run"] for r in chart_data(page, 0)["spec"]["series"]][1:5] == saved
    page.text_input(key="save_name").set_value(saved[0]).run()
    page.button(key="save").click().run()
    assert "another name" in page.warning[0].value
    page.button(key="open_1").click().run()
    assert state(page).scenario == catalogue.presets[case][names[1]]
    page.button(key="remove_0").click().run()
    assert [s.name for s in state(page).saved] == saved[1:]


def test_every_view_in_both_languages(open_page: OpenPage) -> None:
    page = open_page()
    choose_preset(page, _packages(page)[0])
    for language, words in (("zh", "政策杠杆"), ("en", "Policy levers")):
        page.button_group(key="language").set_value(language).run()
        assert state(page).settings.language == language
        assert words in [s.value for s in page.subheader]
        for view in (*VIEWS[1:], "explore"):
            page.button_group(key="view").set_value(view).run()
            assert state(page).settings.view == view
            assert not page.error


def test_every_reset_and_undo(open_page: OpenPage) -> None:
    page = open_page()
    start = state(page).present
    page.select_slider[0].set_value(50.0).run()
    for part in ("part_drivers", "part_assumptions"):
        page.session_state[part] = True
        page.run()
        page.session_state[part] = True
        inputs = [s for s in page.slider if s.key.startswith("input:")]
        inputs[-1].set_value(inputs[-1].max).run()
    full = state(page).present
    scenario = full.scenario
    assert scenario.levers
    assert scenario.drivers
    assert scenario.assumptions
    for key, field in (
        ("reset_policies", "levers"),
        ("reset_drivers", "drivers"),
        ("reset_assumptions", "assumptions"),
    ):
        page.button(key=key).click().run()
        assert getattr(state(page).scenario, field) == {}
        page.button(key="undo").click().run()
        assert state(page).present == full
    page.button(key="reset_everything").click().run()
    assert state(page).present == start
    page.button(key="replay").click().run()
    assert state(page).present == full
    page.button(key="redo").click().run()
    assert state(page).present == start
    for _ in range(4):
        page.button(key="undo").click().run()
    assert state(page).present == start
    assert page.button(key="undo").disabled


def test_a_link_opens_its_scenario(open_page: OpenPage, catalogue: Catalogue) -> None:
    position = Position(catalogue.presets["wenzhou_lighters"]["wenzhou_brand_first"], "wenzhou_brand_first")
    page = open_page(s=encode(position), lang="zh")
    assert state(page).present == position
    assert state(page).settings.language == "zh"


def test_a_bad_link_opens_the_start_and_says_so_in_one_line(open_page: OpenPage) -> None:
    page = open_page(s="1.broken")
    assert state(page).scenario.levers == {}
    assert len(page.warning) == 1
    assert "damaged" in page.warning[0].value


def test_a_model_that_cannot_be_opened_is_one_clear_line(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(str(tmp_path / "missing.mdl"))
    assert not page.exception
    assert len(page.error) == 1
    assert "no such file" in page.error[0].value
    assert "\n" not in page.error[0].value


def test_a_run_that_fails_is_one_clear_line_and_the_levers_stay(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page()

    def failing(*_: object, **__: object) -> None:
        raise SimulationError("'trust' is not finite at time 2010; lower the lever")

    monkeypatch.setattr("simulator.ui.runs.simulate", failing)
    page.select_slider[0].set_value(95.0).run()
    assert not page.exception
    assert [e.value for e in page.error] == [
        "This scenario could not be run: 'trust' is not finite at time 2010; lower the lever"
    ]
    assert page.select_slider
    monkeypatch.undo()
    page.button(key="undo").click().run()
    assert not page.error
    assert chart_data(page, 0)["spec"]["series"]


@pytest.mark.parametrize("name", [p.stem for p in sorted(MODELS.glob("*.mdl")) if p.stem != "gum"])
def test_another_model_gets_a_page_too(open_page: OpenPage, name: str) -> None:
    page = open_page(str(MODELS / f"{name}.mdl"))
    assert not page.error
    current = state(page).scenario
    own = load_model(MODELS / f"{name}.mdl")
    spec = chart_data(page, 0)["spec"]
    assert run(own, current)[spec["series"][0]["variable"]][-1] == pytest.approx(
        spec["series"][0]["values"][-1], rel=1e-5
    )
    for view in VIEWS[1:]:
        page.button_group(key="view").set_value(view).run()
        assert state(page).settings.view == view


def test_sessions_do_not_share_state(open_page: OpenPage) -> None:
    first, second = open_page(), open_page()
    first.select_slider[0].set_value(90.0).run()
    second.run()
    assert state(first).scenario.levers
    assert state(second).scenario.levers == {}


def test_packages_are_the_files_of_the_library(catalogue: Catalogue) -> None:
    for case, presets in catalogue.presets.items():
        for name, scenario in presets.items():
            assert scenario == load_scenario(name)
            assert scenario.case == case
    assert {"ningbo_apparel", "wenzhou_lighters", "yongkang_hardware", "shaoxing_textile"} <= set(catalogue.starts)


def test_an_open_table_stays_open_when_another_chart_is_chosen(open_page: OpenPage, model: Model) -> None:
    page = open_page()
    page.session_state["twin_0"] = True
    page.run()
    before = page.dataframe[0].value.columns.tolist()
    other = next(c.key for c in model.card.charts if c.key not in state(page).settings.charts)
    page.selectbox(key="menu_0:en").set_value(other).run()
    assert state(page).settings.charts[0] == other
    assert page.dataframe[0].value.columns.tolist() != before
    assert len(page.dataframe[0].value) > 50
