"""Charts follow a slider while it is dragged, and land on the server's numbers without a jump or a flash."""

import re

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.driver import open_page, settle

pytestmark = pytest.mark.browser

WATCH = """() => {
  const find = (root) => {
    for (const e of root.querySelectorAll("*")) {
      if (e.classList.contains("chart")) return e;
      const inside = e.shadowRoot && find(e.shadowRoot);
      if (inside) return inside;
    }
  };
  const chart = find(document);
  window.__frames = [];
  const look = () => {
    const line = chart.querySelector(".line.current");
    if (line) {
      const d = line.getAttribute("d"), last = window.__frames.at(-1);
      if (!last || last[0] !== d || last[1] !== line.classList.contains("preview"))
        window.__frames.push([d, line.classList.contains("preview")]);
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def points(path: str) -> np.ndarray:
    return np.array([float(number) for number in re.findall(r"-?\d+\.?\d*", path)])


def drag(page: Page, slider: Locator, to: float, *, drop: bool = True) -> None:
    """Drag a slider's handle by `to` pixels in small moves."""
    box = slider.bounding_box()
    assert box is not None
    left, middle = box["x"] + 2, box["y"] + box["height"] / 2
    page.mouse.move(left, middle)
    page.mouse.down()
    for i in range(1, 11):
        page.mouse.move(left + to * i / 10, middle)
        page.wait_for_timeout(30)
    if drop:
        page.mouse.up()


def lever(page: Page, place: int = 3) -> Locator:
    return page.locator(".st-key-levers input[type=range]").nth(place)


def test_lines_follow_a_dragged_lever_and_land_on_the_servers(browser: Browser, address: str) -> None:
    page, problems = open_page(browser, address)
    chart = page.locator(".chart").first
    line = chart.locator(".line.current")
    before = line.get_attribute("d") or ""
    figures_before = page.locator(".gs-card .gs-value").all_inner_texts()
    page.evaluate(WATCH)
    drag(page, lever(page), 180, drop=False)
    expect(chart.locator(".badge")).to_be_visible()
    expect(chart.locator(".badge")).to_have_text("Preview while you move")
    page.wait_for_timeout(300)
    previewed = line.get_attribute("d") or ""
    figures = page.locator(".gs-card .gs-value").all_inner_texts()
    assert figures != figures_before
    assert np.abs(points(previewed) - points(before)).max() > 2, "the line moved while the lever was held"
    revision = chart.get_attribute("data-revision")
    page.evaluate("() => { window.__frames.length = 0; }")
    page.mouse.up()
    expect(chart.locator(".badge")).to_be_hidden(timeout=10_000)
    assert chart.get_attribute("data-revision") != revision, "the preview ends with the server's answer, not before"
    settle(page)
    landed = line.get_attribute("d") or ""
    assert np.abs(points(previewed) - points(landed)).max() <= 0.3
    for drawn, _ in page.evaluate("() => window.__frames"):
        assert np.abs(points(drawn) - points(landed)).max() <= 0.3, "a line of before the drag flashed up"
    page.wait_for_timeout(700)
    assert page.locator(".gs-card .gs-value").all_inner_texts() == figures
    assert page.locator("body.gs-previewing").count() == 0
    assert problems == []
    page.context.close()


def test_zoom_and_legend_stay_while_dragging(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address)
    chart = page.locator(".chart").first
    svg = chart.locator(".stage svg")
    box = svg.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 120, steps=4)
    page.mouse.up()
    chart.locator(".entry").first.click()
    lines = chart.locator(".lines path").count()

    def years() -> list[str]:
        return [text for text in svg.locator(".tick").all_text_contents() if re.fullmatch(r"(19|20)\d\d", text)]

    zoomed = years()
    drag(page, lever(page), 180, drop=False)
    expect(chart.locator(".badge")).to_be_visible()
    assert years() == zoomed
    assert chart.locator(".lines path").count() == lines
    page.mouse.up()
    settle(page)
    assert years() == zoomed
    assert chart.locator(".entry").first.get_attribute("aria-pressed") == "false"
    page.context.close()


def test_dragged_back_nothing_remains(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address)
    chart = page.locator(".chart").first
    before = chart.locator(".line.current").get_attribute("d") or ""
    cards = page.locator(".gs-cards").inner_text()
    drag(page, lever(page), 60, drop=False)
    expect(chart.locator(".badge")).to_be_visible()
    box = lever(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] - 80, box["y"])
    expect(chart.locator(".badge")).to_be_hidden()
    assert page.locator(".gs-cards").inner_text() == cards
    page.mouse.up()
    settle(page)
    for stage in page.locator(".chart .stage svg").all():
        stage.dblclick()
    assert chart.locator(".line.current").get_attribute("d") == before
    expect(page.locator(".st-key-undo button")).to_be_disabled()
    page.context.close()


def test_outside_drivers_follow_too(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address)
    page.locator(".st-key-part_drivers summary").click()
    settle(page)
    chart = page.locator(".chart").first
    drag(page, page.locator(".st-key-part_drivers input[type=range]").first, 40, drop=False)
    expect(chart.locator(".badge")).to_be_visible()
    page.wait_for_timeout(300)
    previewed = chart.locator(".line.current").get_attribute("d") or ""
    page.mouse.up()
    expect(chart.locator(".badge")).to_be_hidden(timeout=10_000)
    settle(page)
    assert np.abs(points(previewed) - points(chart.locator(".line.current").get_attribute("d") or "")).max() <= 0.3
    page.context.close()


def test_a_run_that_is_not_the_servers_is_never_shown(browser: Browser, address: str) -> None:
    page, problems = open_page(browser, address)
    page.wait_for_function("() => window.__gumsimPreview.step > 0")
    page.evaluate(
        """() => {
          const preview = window.__gumsimPreview;
          for (const output of Object.values(preview.plan.outputs))
            output.server = output.server.map((v) => v * 1.5 + 1);
          preview.step = undefined;
          preview.check();
        }"""
    )
    page.wait_for_function("() => window.__gumsimPreview.step === null")
    drag(page, lever(page), 180, drop=False)
    page.wait_for_timeout(300)
    expect(page.locator(".chart .badge").first).to_be_hidden()
    page.mouse.up()
    settle(page)
    assert problems == []
    page.context.close()
