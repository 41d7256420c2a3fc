"""The views that explain and judge, in a real browser: reached from a chart, walked by clicks, without an error."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from simulator.library import find_model
from tests.browser.driver import (
    DESKTOP,
    PHONE,
    choose_preset,
    current_lines,
    open_page,
    save_as,
    serving,
    settle,
    show_view,
)

pytestmark = pytest.mark.browser


def why(page: Page) -> None:
    """Open the explanation of the first variable of the left chart."""
    page.get_by_role("button", name="Why?").first.click()
    page.get_by_role("menuitem").first.click()
    page.locator(".st-key-explain_bar").wait_for()
    settle(page)


def test_why_leads_to_causes_and_the_trail_back(browser: Browser, address: str) -> None:
    page, problems = open_page(browser, address)
    choose_preset(page, "brand first")
    why(page)
    expect(page.locator(".st-key-view [aria-checked=true], .st-key-view [aria-pressed=true]")).to_have_text("Explain")
    expect(page.locator(".st-key-equation .katex").first).to_be_visible()
    assert current_lines(page)
    first = page.locator(".st-key-explain_bar input").input_value()
    cause = page.locator(".st-key-multiples_cause button").first
    words = re.sub(r"^arrow_forward\s*", "", cause.inner_text()).strip()
    cause.click()
    settle(page)
    expect(page.locator(".st-key-explain_bar input")).to_have_value(re.compile(re.escape(words)))
    page.locator(".st-key-explain_bar").get_by_role("button", name=re.compile("←")).click()
    settle(page)
    expect(page.locator(".st-key-explain_bar input")).to_have_value(first)
    show_view(page, "Explore")
    expect(page.locator(".chart .lines path").first).to_be_visible()
    assert problems == []
    page.context.close()


@pytest.mark.parametrize(("viewport", "drawn", "hidden"), [(DESKTOP, "wide", "narrow"), (PHONE, "narrow", "wide")])
def test_the_loop_drawing_is_walked_by_keyboard(
    browser: Browser, address: str, viewport: dict[str, int], drawn: str, hidden: str
) -> None:
    page, problems = open_page(browser, address, viewport=viewport)
    show_view(page, "Explain")
    field = page.locator(".st-key-explain_bar input")
    field.click()
    field.fill("technical capability")
    page.keyboard.press("Enter")
    settle(page)
    expect(page.locator(f".diagram svg.{drawn}")).to_be_visible()
    expect(page.locator(f".diagram svg.{hidden}")).to_be_hidden()
    assert page.locator(".diagram .ring").count() > 0
    wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, "nothing sticks out of the page"
    node = page.locator(f".diagram svg.{drawn} [data-key]").first
    key = node.get_attribute("data-key")
    node.focus()
    page.keyboard.press("Enter")
    settle(page)
    expect(page.locator(".st-key-explain_bar").get_by_role("button", name=re.compile("←"))).to_have_count(1)
    expect(page.locator("code").filter(has_text=re.compile(f"^{key}$")).first).to_be_visible()
    assert problems == []
    page.context.close()


def test_the_passport_is_shown_and_a_failure_stands_open(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "own.mdl").write_bytes(find_model("first_order").read_bytes())
    row = {"title": "History", "rule": "near the data", "summary": "1 of 2 series", "key": "history", "passed": False}
    table = {"columns": ["series", "error"], "rows": [["firms", "12 %"]]}
    passport = {"model": "own", "sha256": "0" * 64, "quick": True, "rows": [{**row, "tables": [table]}], "limits": []}
    (tmp_path / "own.passport.json").write_text(json.dumps(passport), encoding="utf-8")
    with serving({"GUMSIM_MODEL": str(tmp_path / "own.mdl")}) as own:
        page, problems = open_page(browser, own, viewport=PHONE)
        show_view(page, "Validation")
        expect(page.get_by_text("another version")).to_be_visible()
        expect(page.locator(".st-key-test_history summary")).to_contain_text("✗ failed · History")
        expect(page.get_by_text("1 of 2 series")).to_be_visible()
        expect(page.locator("[data-testid=stDataFrame]")).to_be_visible()
        assert problems == []
        page.context.close()


def test_futures_are_drawn_as_bands_and_counted(browser: Browser, address: str) -> None:
    page, problems = open_page(browser, address)
    choose_preset(page, "brand first")
    show_view(page, "Uncertainty")
    sentence = page.get_by_text(re.compile(r"\d+ of 500 futures"))
    sentence.wait_for(timeout=60_000)
    expect(page.locator(".st-key-futures_progress")).to_have_count(0)
    settle(page)
    assert page.locator(".chart .futures").count() == 4
    assert page.locator(".chart .line").count() == 2
    page.locator(".chart .entry").first.click()
    assert page.locator(".chart .futures").count() == 2, "a hidden run hides its bands"
    svg = page.locator(".chart .stage svg").first
    svg.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".chart .spoken").first).to_contain_text(re.compile(r"\d \(.+ – .+\)"))
    assert problems == []
    page.context.close()


def test_saved_scenarios_meet_the_same_futures(browser: Browser, address: str) -> None:
    page, problems = open_page(browser, address)
    choose_preset(page, "sales first")
    save_as(page, "Sales")
    choose_preset(page, "brand first")
    show_view(page, "Uncertainty")
    expect(page.locator(".gs-duels td")).to_have_count(9, timeout=60_000)
    expect(page.locator(".st-key-futures_progress")).to_have_count(0, timeout=60_000)
    settle(page)
    assert page.locator(".chart .line").count() == 3
    page.locator(".st-key-futures_runs-uncertainty-en").get_by_text("Baseline", exact=True).click()
    page.get_by_text(re.compile("“This scenario” beats “Sales” in")).wait_for(timeout=60_000)
    settle(page)
    assert page.locator(".chart .line").count() == 2
    assert problems == []
    page.context.close()


def test_timing_draws_a_map_and_sets_the_lever(browser: Browser, address: str) -> None:
    page, problems = open_page(browser, address)
    show_view(page, "Timing")
    page.locator(".gs-heat td").first.wait_for(timeout=60_000)
    expect(page.locator(".st-key-timing_progress")).to_have_count(0, timeout=60_000)
    settle(page)
    assert page.locator(".gs-heat td").count() == 35
    expect(page.get_by_text(re.compile("Best for|At no start"))).to_be_visible()
    use = page.locator(".st-key-timing_use button")
    if use.count():
        use.click()
        settle(page)
        expect(page.locator(".st-key-undo button")).to_be_enabled()
    assert problems == []
    page.context.close()


def test_the_report_prints_by_itself_and_the_tour_closes(browser: Browser, address: str, tmp_path: Path) -> None:
    page, problems = open_page(browser, address)
    page.locator(".st-key-tour_start button").click()
    for step in range(1, 5):
        expect(page.locator(".gs-tour")).to_contain_text(f"{step} / 5", timeout=30_000)
        settle(page)
        page.locator(".st-key-tour_next button").click()
    expect(page.locator(".gs-tour")).to_contain_text("5 / 5", timeout=30_000)
    settle(page)
    page.locator(".st-key-tour_done button").click()
    expect(page.locator(".st-key-tour")).to_have_count(0, timeout=30_000)
    choose_preset(page, "brand first")
    show_view(page, "Data & code")
    with page.expect_download() as download:
        page.locator(".st-key-download_report button").click()
    download.value.save_as(tmp_path / "report.html")
    asked: list[str] = []
    report = page.context.new_page()
    report.on("request", lambda r: asked.append(r.url))
    report.goto((tmp_path / "report.html").as_uri())
    expect(report.locator("h1")).to_contain_text("Scenario report")
    assert report.locator("svg").count() >= 2
    assert len(asked) == 1, "the report loads nothing"
    assert problems == []
    page.context.close()
