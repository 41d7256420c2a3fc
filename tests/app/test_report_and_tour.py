"""The printable report, the ready-made paths of a lever, and the first-visit tour."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from simulator.figures import ChartSpec, Futures, band_spec, chart_spec, chart_svg
from simulator.figures.chart_svg import ticks
from simulator.figures.spec import Run
from simulator.runner import Model, run
from simulator.scenario import Knots, LeverSetting, resolve
from simulator.ui.catalogue import Catalogue
from simulator.ui.edit import lever_path, lever_view, set_lever
from simulator.ui.report import report_html
from simulator.ui.runs import Runs
from simulator.ui.session import Page
from simulator.ui.state import PageState, Position, SavedRun, ViewSettings
from simulator.ui.templates import PILOT_SHARE, TEMPLATES, apply_template
from simulator.ui.tour import STEPS
from tests.app.reading import state

OpenPage = Callable[..., AppTest]
SVG = "{http://www.w3.org/2000/svg}"


def page_with(model: Model, catalogue: Catalogue, language: str = "en") -> tuple[Page, Runs]:
    start = catalogue.start("ningbo_apparel")
    scenario = start.baseline.changed(name="<b>plan</b>", levers={model.card.levers[0].key: 60})
    charts = (model.card.charts[0].key, model.card.charts[1].key)
    settings = ViewSettings(language=language, charts=charts, year=2020)
    return (
        Page(model, PageState(Position(scenario), settings=settings), start),
        Runs(run(model, start.baseline), run(model, scenario), ()),
    )


class _Balance(HTMLParser):
    """Collects open tags and every address the document would load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [v or "" for k, v in attrs if k in ("src", "href")]
        if tag not in ("meta", "path", "line"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [v or "" for k, v in attrs if k in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_holds_settings_results_charts_limits_and_loads_nothing(
    model: Model, catalogue: Catalogue, language: str
) -> None:
    page, runs = page_with(model, catalogue, language)
    html = report_html(page, runs, page.say("report_title", name=page.state.scenario.name))
    parser = _Balance()
    parser.feed(html)
    assert parser.open == []
    assert parser.loads == []
    assert "<script" not in html
    assert "&lt;b&gt;plan" in html
    assert "<b>plan" not in html
    lever = model.card.levers[0]
    assert lever.label.in_language(language) in html
    assert lever.sources[0] in html
    assert page.say("limits_text") in html.replace("&#x27;", "'")
    assert model.spec.sha256 in html
    assert html.count("<svg") == len(set(page.state.settings.charts)) + sum(
        1 for o in model.card.outcomes
        if o.headline
        and not any(o.key in page.charts[c].variables for c in page.state.settings.charts)
        and any(c.variables == (o.key,) for c in model.card.charts)
    )


def _spec(model: Model, catalogue: Catalogue, kind: str) -> ChartSpec:
    page, runs = page_with(model, catalogue)
    chart = next(c for c in model.card.charts if c.kind == kind)
    return chart_spec(runs.drawn(page), chart, page.outcomes, policy_start=2009)


@pytest.mark.parametrize("kind", ["line", "area"])
def test_the_svg_is_whole_and_keeps_inside_its_frame(model: Model, catalogue: Catalogue, kind: str) -> None:
    spec = replace(_spec(model, catalogue, kind), limits=None, title="<a> & b")
    root = ElementTree.fromstring(chart_svg(spec, width=640, height=340))
    paths = [p for p in root.iter(f"{SVG}path") if p.get("d", "").count(",") > 2]
    assert len(paths) == len(spec.series)
    for path in paths:
        for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d", "")):
            assert 0 <= float(x) <= 640
            assert 0 <= float(y) <= 340
    words = [t.text for t in root.iter(f"{SVG}text")]
    assert "<a> & b" in words
    assert "policy starts" in words
    assert {e.label for e in spec.entries} <= set(words)


def test_bands_are_drawn_in_the_svg(model: Model) -> None:
    outcome = model.card.outcomes[0]
    values = np.arange(15.0).reshape(5, 3) / 20
    spec = band_spec([Futures("Now", "current", values)], np.array([2000.0, 2001, 2002]), outcome)
    root = ElementTree.fromstring(chart_svg(spec))
    assert len([p for p in root.iter(f"{SVG}path") if p.get("fill-opacity")]) == 2


def test_the_report_stacks_every_run_that_the_page_stacks(model: Model, catalogue: Catalogue) -> None:
    page, runs = page_with(model, catalogue)
    shares = next(c for c in model.card.charts if c.kind == "area")
    names = ("One", "Two", "Three")
    saved = tuple(
        (SavedRun(name, Position(page.baseline)), run(model, page.baseline, levers={model.card.levers[i].key: 90}))
        for i, name in enumerate(names)
    )
    view = page.state.view(charts=(shares.key, shares.key))
    root = ElementTree.fromstring(
        re.findall(r"<svg.*?</svg>", report_html(replace(page, state=view), replace(runs, saved=saved), "x"))[0]
    )
    words = [text.text for text in root.iter(f"{SVG}text")]
    stacks = [*names, page.say("current")]
    assert all(words.count(name) >= 1 for name in stacks)
    filled = [path for path in root.iter(f"{SVG}path") if path.get("fill-opacity")]
    assert len(filled) == len(stacks) * len(shares.variables)
    wide, tall = (float(number) for number in root.get("viewBox", "").split()[2:])
    lefts: set[float] = set()
    heights: list[float] = []
    for path in filled:
        points = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d", ""))]
        assert all(0 <= x <= wide and 0 <= y <= tall for x, y in points)
        lefts.add(points[0][0])
        heights.append(max(y for _, y in points) - min(y for _, y in points))
    assert len(lefts) == 2, "two stacks side by side"
    firsts = [heights[i] for i in range(0, len(heights), len(shares.variables))]
    assert max(firsts) - min(firsts) < 0.3 * max(firsts), "all stacks on one scale"


def test_years_between_two_ticks_are_whole() -> None:
    for count in (3, 7, 12, 16, 25):
        assert all(t == round(t) for t in ticks(1990, 2030, count, whole=True))
    assert ticks(0, 1, 4, whole=True)[1] == 0.25


@pytest.mark.parametrize(("low", "high"), [(0, 100), (0.013, 0.017), (1990, 2030), (-5, 5)])
def test_ticks_are_round_and_inside(low: float, high: float) -> None:
    found = ticks(low, high, 5)
    assert 3 <= len(found) <= 8
    assert low - 1e-9 <= found[0] <= found[-1] <= high + 1e-9
    assert len({round(b - a, 12) for a, b in pairwise(found)}) == 1
    assert ticks(1, 1, 5) == [1]


def test_an_empty_chart_is_still_a_drawing(model: Model, catalogue: Catalogue) -> None:
    page, _ = page_with(model, catalogue)
    spec = chart_spec([Run("x", run(model, page.baseline, save=["trust"]))], model.card.charts[0], {}, fixed=False)
    drawing = ElementTree.fromstring(chart_svg(replace(spec, series=[], entries=[])))
    assert drawing.tag.endswith("svg")


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("case", ["ningbo_apparel", "wenzhou_lighters"])
def test_templates_run_and_reach_the_strength_set(
    model: Model, catalogue: Catalogue, name: str, case: str
) -> None:
    start = catalogue.start(case)
    stop = start.experiment.time.stop
    for lever in model.card.levers[:6]:
        value = lever.neutral + 0.8 * (lever.range[1] - lever.neutral)
        scenario = set_lever(start.base, start.baseline, lever, value=value)
        made = apply_template(start.base, scenario, lever, name, stop)  # type: ignore[arg-type]
        path = lever_path(start.base, made, lever)
        own = start.base.path(lever)
        times = np.linspace(start.experiment.time.start, stop, 200)
        before = times < start.base.policy_start - 1e-9
        assert [path.at(t) for t in times[before]] == pytest.approx([own.at(t) for t in times[before]])
        reached = [path.at(t) for t in times[~before]]
        assert max(reached) == pytest.approx(value) or value < own.at(start.base.policy_start)
        assert path.at(stop) == pytest.approx(own.at(stop) if name == "sunset" else value)
        resolve(model.spec, model.card, start.case, made)
        assert lever_view(start.base, made, lever).value == pytest.approx(value)


def test_a_pilot_holds_a_quarter_of_the_strength_first(model: Model, catalogue: Catalogue) -> None:
    start = catalogue.start("ningbo_apparel")
    lever = model.card.levers[0]
    scenario = start.baseline.changed(levers={lever.key: LeverSetting(value=lever.range[1])})
    made = apply_template(start.base, scenario, lever, "pilot", start.experiment.time.stop)
    setting = made.levers[lever.key]
    assert isinstance(setting, Knots)
    before = start.base.value(lever)
    values = [v for t, v in setting.knots if t >= start.base.policy_start]
    assert values == [before, *[before + PILOT_SHARE * (lever.range[1] - before)] * 2, lever.range[1]]


def test_a_template_is_one_press_with_a_preview_and_undo(open_page: OpenPage) -> None:
    page = open_page()
    key = page.select_slider[0].key.removeprefix("lever:")
    page.session_state[f"details_{key}"] = True
    page.run()
    page.button(key=f"template_sunset:{key}").click().run()
    setting = state(page).scenario.levers[key]
    assert isinstance(setting, LeverSetting)
    assert setting.end is not None
    page.button(key=f"template_pilot:{key}").click().run()
    assert isinstance(state(page).scenario.levers[key], Knots)
    assert not page.warning
    page.button(key="undo").click().run()
    page.button(key="undo").click().run()
    assert state(page).scenario.levers == {}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_tour_is_walked_and_stays_closed(open_page: OpenPage, language: str) -> None:
    page = open_page(lang=language)
    page.button(key="tour_start").click().run()
    for number in range(1, len(STEPS) + 1):
        bar = next(h.proto.body for h in page.get("html") if "gs-tour" in h.proto.body and "role" in h.proto.body)
        assert f"{number} / {len(STEPS)}" in bar
        assert f".st-key-{STEPS[number - 1]}" in bar
        page.button(key="tour_next" if number < len(STEPS) else "tour_done").click().run()
    assert not any(b.key.startswith("tour") for b in page.button)
    page.run()
    assert not any(b.key.startswith("tour") for b in page.button)
    other = open_page()
    other.button(key="tour_close").click().run()
    assert not any(b.key.startswith("tour") for b in other.button)
