"""The page in a real browser: the keyboard moves a lever and the chart follows, in both languages, at both widths."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from simulator.ui.state import VIEWS as LISTED
from simulator.ui.strings import say
from tests.browser.driver import DESKTOP, PHONE, current_lines, open_page, revisions, save_as, settle, show_view

pytestmark = pytest.mark.browser

VIEWS = {language: [say(f"view_{view}", language) for view in LISTED] for language in ("en", "zh")}

UNNAMED = """() => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
  const named = (e) => (e.getAttribute("aria-label") || "").trim() || (e.getAttribute("aria-labelledby") || "").trim()
    || (e.textContent || "").trim() || (e.labels && e.labels.length) || (e.getAttribute("title") || "").trim()
    || (e.getAttribute("placeholder") || "").trim() || (e.getAttribute("alt") || "").trim();
  const wanted = "button, input, select, textarea, [role=slider], [tabindex='0'], img, svg[role=img]";
  return all(document).filter((e) => e.matches(wanted))
    .filter((e) => e.type !== "hidden" && e.getClientRects().length > 0 && !e.closest("[aria-hidden=true]"))
    .filter((e) => !e.matches(".dvn-scroller, [data-testid=stMain], canvas, section"))
    .filter((e) => !named(e)).map((e) => e.outerHTML.slice(0, 160));
}"""


def first_slider(page: Page):
    return page.locator(".st-key-levers input[type=range]").first


def press(page: Page, key: str, times: int = 1) -> None:
    first_slider(page).focus()
    for _ in range(times):
        page.keyboard.press(key)
    settle(page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_keyboard_moves_a_lever_and_the_chart_follows(browser: Browser, address: str, language: str) -> None:
    page, problems = open_page(browser, address, language=language)
    before = current_lines(page)
    press(page, "PageUp", 8)
    after = current_lines(page)
    assert len(after) == len(before)
    assert after != before
    expect(first_slider(page)).to_have_attribute("aria-valuetext", re.compile("·"))
    words = {"en": "better|worse|changed", "zh": "更好|更差|有变化"}[language]
    judged = page.locator(".gs-card .gs-change").filter(has_text=re.compile(words))
    expect(judged.first).to_be_visible()  # hidden while the preview stands, before the server's answer
    for _ in range(8):
        if page.locator(".st-key-undo button").is_enabled():
            page.locator(".st-key-undo button").click()
            settle(page)
    expect(first_slider(page)).to_have_value("0")
    for chart in page.locator(".chart .stage svg").all():
        chart.dblclick()
    assert current_lines(page) == before, "undone and fitted again, the chart is what it was"
    assert problems == []
    page.context.close()


def test_no_key_is_lost_however_the_server_answers_in_between(browser: Browser, address: str) -> None:
    page, problems = open_page(browser, address)
    slider = first_slider(page)
    slider.focus()
    for pause in (20, 20, 450, 250, 150, 300, 450, 20, 600):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(pause)
    settle(page)
    expect(slider).to_have_value("9")
    expect(slider).to_be_focused()
    part = page.locator(".st-key-levers summary").first.locator("p")
    assert "1 changed" in part.evaluate("e => getComputedStyle(e, '::after').content")
    assert problems == []
    page.context.close()


def test_undo_goes_back_to_the_start_and_redo_to_the_end(browser: Browser, address: str) -> None:
    page, problems = open_page(browser, address)
    undo, redo = page.locator(".st-key-undo button"), page.locator(".st-key-redo button")
    sliders = page.locator(".st-key-levers input[type=range]")

    def shown() -> list[str]:
        return [page.locator(".gs-cards").inner_text(), *(slider.input_value() for slider in sliders.all())]

    start = shown()
    stops = [start]
    answers = 0
    for place, keys in ((0, 4), (2, 2), (0, 3), (4, 1)):
        sliders.nth(place).focus()
        before = int(revisions(page)[0])
        for _ in range(keys):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(450)
        settle(page)
        expect(sliders.nth(place)).to_be_focused()
        answers += int(revisions(page)[0]) - before
        stops.append(shown())
    assert answers > len(stops), "the server answered within the runs, not only after them"
    end = stops[-1]
    steps = 0
    while undo.is_enabled():
        undo.click()
        page.wait_for_timeout(200)
        settle(page)
        steps += 1
        assert shown() in stops, "a run of quick key presses is undone as one"
    assert steps == len(stops) - 1
    assert shown() == start
    while redo.is_enabled():
        redo.click()
        page.wait_for_timeout(200)
        settle(page)
    assert shown() == end
    assert problems == []
    page.context.close()


def test_the_chart_is_patched_and_keeps_zoom_and_legend(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address)
    chart = page.locator(".chart").first
    chart.evaluate("e => { e.mark = 'the same element'; }")
    svg = chart.locator(".stage svg")
    box = svg.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 120, steps=4)
    page.mouse.up()
    years = svg.locator(".tick").all_text_contents()[-3:]
    chart.locator(".entry").first.click()
    pressed = chart.locator(".entry").first.get_attribute("aria-pressed")
    lines = chart.locator(".lines path").count()
    press(page, "PageUp", 5)
    assert chart.evaluate("e => e.mark") == "the same element"
    assert svg.locator(".tick").all_text_contents()[-3:] == years
    assert pressed == "false"
    assert chart.locator(".entry").first.get_attribute("aria-pressed") == "false"
    assert chart.locator(".lines path").count() == lines
    expect(chart.get_by_label("Whole period")).to_be_visible()
    page.context.close()


def test_arrow_keys_read_values_off_the_chart(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address)
    svg = page.locator(".chart .stage svg").first
    svg.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    spoken = page.locator(".chart .spoken").first
    expect(spoken).to_contain_text("This scenario")
    expect(page.locator(".chart .tip").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".chart .tip").first).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_view_fits_has_names_and_calls_nobody(
    browser: Browser, address: str, language: str, viewport: dict[str, int]
) -> None:
    page, problems = open_page(browser, address, language=language, viewport=viewport)
    for view in VIEWS[language]:
        show_view(page, view)
        assert page.locator("[data-testid=stException]").count() == 0
        width = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
        assert width <= viewport["width"], f"{view} is {width} pixels wide"
        assert page.evaluate(UNNAMED) == []
    assert problems == []
    page.context.close()


def test_four_saved_scenarios_and_the_download(browser: Browser, address: str, tmp_path: Path) -> None:
    page, problems = open_page(browser, address)
    for i in range(4):
        press(page, "PageUp", 2)
        save_as(page, f"Plan {i}")
    assert page.locator(".chart").first.locator(".lines path.saved").count() >= 4
    show_view(page, "Data & code")
    with page.expect_download() as download:
        page.locator(".st-key-download_zip button").click()
    download.value.save_as(tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        text = archive.read(next(n for n in archive.namelist() if n.endswith(".csv"))).decode("utf-8-sig")
    names = {row["scenario"] for row in csv.DictReader(io.StringIO(text))}
    assert {f"Plan {i}" for i in range(4)} <= names
    assert problems == []
    page.context.close()


def test_saved_scenarios_are_stacked_side_by_side(browser: Browser, address: str) -> None:
    page, problems = open_page(browser, address)
    menu = page.locator("[class*=st-key-menu_0] input")
    menu.click()
    menu.fill("Ladder of output")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    settle(page)
    chart = page.locator(".chart").first
    assert chart.locator(".panel").count() == 0, "one stack needs no name"
    shares = chart.locator(".stack").count()
    assert shares >= 3
    for name in ("Plan 0", "Plan 1"):
        press(page, "PageUp", 3)
        save_as(page, name)
    assert _own_texts(chart, ".panel") == ["This scenario", "Plan 0", "Plan 1"]
    assert chart.locator(".stack").count() == 3 * shares
    box = chart.locator(".stage svg").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.5)
    assert chart.locator(".cursor").count() == 3, "one time is read in every stack"
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.5, steps=4)
    page.mouse.up()
    expect(chart.get_by_label("Whole period")).to_be_visible()
    assert problems == []
    page.context.close()


def _own_texts(chart: Locator, selector: str) -> list[str]:
    """Texts of SVG elements without the tooltips inside them."""
    return chart.locator(selector).evaluate_all("all => all.map((e) => e.firstChild.textContent)")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_long_equation_breaks_into_lines_on_a_phone(browser: Browser, address: str, language: str) -> None:
    page, problems = open_page(browser, address, viewport=PHONE, language=language)
    show_view(page, say("view_explain", language))
    menu = page.locator("[data-testid=stSelectbox] input, .stSelectbox input").last
    menu.click()
    menu.fill({"en": "Cluster Innovation", "zh": "集群式创新"}[language])
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    settle(page)
    place = page.locator(".st-key-equation")
    wide, room, tall = place.evaluate("e => [e.scrollWidth, e.clientWidth, e.clientHeight]")
    assert wide <= room, "it scrolls sideways"
    assert tall > 200, "this is the long equation"
    assert problems == []
    page.context.close()


def test_an_exact_value_is_typed_and_the_slider_goes_on_from_it(browser: Browser, address: str) -> None:
    page, problems = open_page(browser, address)
    page.locator(".st-key-levers [class*=st-key-details_] button").first.click()
    body = page.locator("[data-testid=stPopoverBody]")
    exact = body.locator("input").first
    exact.wait_for()
    before = current_lines(page)
    exact.fill("37.3")
    exact.press("Enter")
    expect(first_slider(page)).to_have_attribute("aria-valuetext", re.compile(r"37\.3$"))
    settle(page)
    assert current_lines(page) != before
    expect(body).to_be_visible()
    page.keyboard.press("Escape")
    expect(body).to_be_hidden()
    press(page, "ArrowRight")
    expect(first_slider(page)).to_have_attribute("aria-valuetext", re.compile(r"(38|40)$"))
    assert problems == []
    page.context.close()


def test_looking_at_a_driver_changes_nothing(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address)
    page.locator(".st-key-part_drivers summary").click()
    page.locator(".st-key-part_drivers [class*=st-key-details_] button").first.click()
    page.locator("[data-testid=stPopoverBody] input").first.wait_for()
    page.mouse.move(700, 5)
    page.wait_for_timeout(300)
    page.keyboard.press("Escape")
    show_view(page, "Model & evidence")
    expect(page.locator(".st-key-undo button")).to_be_disabled()
    page.context.close()


def test_a_chart_is_saved_as_a_picture(browser: Browser, address: str, tmp_path: Path) -> None:
    page, problems = open_page(browser, address)
    with page.expect_download() as download:
        page.locator(".chart").first.get_by_label("Save as image").click()
    download.value.save_as(tmp_path / "chart.png")
    content = (tmp_path / "chart.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    assert width > 600
    assert height > 400
    assert len(content) > 10_000, "a blank picture would be smaller"
    assert problems == []
    page.context.close()


def test_a_shared_link_opens_in_another_browser(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address)
    press(page, "PageUp", 4)
    cards = page.locator(".gs-cards").inner_text()
    page.locator(".st-key-share_menu button").first.click()
    code = page.locator("[data-testid=stPopoverBody] code").first
    code.wait_for()
    link = code.inner_text()
    assert link.startswith(address)
    other, problems = open_page(browser, address, query="&s=" + link.partition("&s=")[2].strip())
    assert other.locator(".gs-cards").inner_text() == cards
    assert problems == []
    page.context.close()
    other.context.close()


def test_dark_theme_is_dark(browser: Browser, address: str) -> None:
    page, _ = open_page(browser, address, dark=True)
    colour = page.evaluate("() => getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", colour)[:3]) < 60
    page.context.close()
