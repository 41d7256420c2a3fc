"""Draws the pictures of the page that README and docs show: ``python docs/make_screenshots.py``.

Starts the page, drives it in a headless Chromium (variable GUMSIM_CHROMIUM, default /usr/bin/chromium) and writes
PNG files to docs/screenshots/. Needs the extra `test`.
"""

import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page  # noqa: E402

from tests.browser.driver import browsing, choose_preset, open_page, save_as, serving, settle, show_view  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
WIDE = {"width": 1360, "height": 900}
TALL = {"width": 1360, "height": 1180}
PHONE = {"width": 390, "height": 844}
MOST_BYTES = 250_000


def compared(page: Page) -> None:
    """Save four packages of the case and go back to the brand-first one."""
    for words, name in (("sales", "Sales first"), ("governance", "Governance first"), ("subsidy", "Subsidy race")):
        choose_preset(page, words)
        save_as(page, name)
    choose_preset(page, "brand first")
    page.mouse.move(5, 5)
    page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    page.locator("[data-testid=stToast]").first.wait_for(state="hidden", timeout=15_000)
    settle(page)


def show_ladder(page: Page, words: str) -> None:
    """Put the chart that matches `words` on the left."""
    field = page.locator("[class*=st-key-menu_0-] input")
    field.click()
    field.fill(words)
    page.keyboard.press("Enter")
    settle(page)


def explore(browser: Browser, address: str) -> Page:
    """Return the page with three saved packages beside the brand-first one."""
    page, _ = open_page(browser, address, viewport=WIDE)
    compared(page)
    return page


def explore_chinese_dark(browser: Browser, address: str) -> Page:
    """Return the page in Chinese and dark, the ladder on the left."""
    page, _ = open_page(browser, address, viewport=WIDE, language="zh", dark=True)
    choose_preset(page, "品牌")
    show_ladder(page, "阶梯")
    return page


def compare(browser: Browser, address: str) -> Page:
    """Return the view Compare."""
    page, _ = open_page(browser, address, viewport=TALL)
    compared(page)
    show_view(page, "Compare")
    return page


def lever_details(browser: Browser, address: str) -> Page:
    """Return the page with one lever opened."""
    page, _ = open_page(browser, address, viewport=TALL)
    choose_preset(page, "brand first")
    page.locator(".st-key-details_association_building button").first.click()
    page.locator("[data-testid=stPopoverBody] input").first.wait_for()
    page.mouse.move(700, 5)
    settle(page)
    return page


def data(browser: Browser, address: str) -> Page:
    """Return the view Data & code."""
    page, _ = open_page(browser, address, viewport=WIDE)
    choose_preset(page, "brand first")
    show_view(page, "Data & code")
    return page


def evidence(browser: Browser, address: str) -> Page:
    """Return the view Model & evidence."""
    page, _ = open_page(browser, address, viewport=WIDE)
    choose_preset(page, "brand first")
    show_view(page, "Model & evidence")
    return page


def _view(browser: Browser, address: str, name: str, ready: str, saved: bool = False) -> Page:
    """Return a view of the brand-first package once `ready` stands on it; `saved` saves two other packages before."""
    page, _ = open_page(browser, address, viewport=TALL if saved else WIDE)
    for words in ("sales first", "governance first") if saved else ():
        choose_preset(page, words)
        save_as(page, words.capitalize())
    choose_preset(page, "brand first")
    show_view(page, name)
    page.locator(ready).first.wait_for(timeout=60_000)
    page.locator("[data-testid=stProgress]").first.wait_for(state="detached", timeout=60_000)
    page.mouse.move(5, 5)
    settle(page)
    return page


def uncertainty(browser: Browser, address: str) -> Page:
    """Return the view Uncertainty, all futures of four runs drawn."""
    return _view(browser, address, "Uncertainty", ".chart .futures", saved=True)


def timing(browser: Browser, address: str) -> Page:
    """Return the view Timing."""
    return _view(browser, address, "Timing", ".gs-heat td")


def explain(browser: Browser, address: str) -> Page:
    """Return the view Explain, the causal-loop drawing of a stock on top."""
    page = _view(browser, address, "Explain", ".st-key-multiples_cause")
    field = page.locator(".st-key-explain_bar input")
    field.click()
    field.fill("technical capability")
    page.keyboard.press("Enter")
    settle(page)
    page.locator(".diagram .ring").first.wait_for()
    page.get_by_role("heading", name="How it hangs together").evaluate("heading => heading.scrollIntoView()")
    page.wait_for_timeout(300)
    return page


def validation(browser: Browser, address: str) -> Page:
    """Return the view Validation."""
    return _view(browser, address, "Validation", "[class*=st-key-test_]")


def phone(browser: Browser, address: str) -> Page:
    """Return the page at the width of a phone."""
    page, _ = open_page(browser, address, viewport=PHONE)
    choose_preset(page, "brand first")
    page.locator(".st-key-chart_controls").scroll_into_view_if_needed()
    page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollBy(0, 260)")
    page.wait_for_timeout(300)
    return page


def phone_chinese(browser: Browser, address: str) -> Page:
    """Return the levers at the width of a phone, in Chinese."""
    page, _ = open_page(browser, address, viewport=PHONE, language="zh")
    choose_preset(page, "品牌")
    page.locator(".st-key-levers").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    return page


PICTURES: tuple[Callable[[Browser, str], Page], ...] = (
    explore, explore_chinese_dark, compare, lever_details, uncertainty, timing, explain, data, evidence, validation,
    phone, phone_chinese,
)


def main() -> None:
    """Write every picture; fail if one is too large to keep in the repository."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with serving() as address, browsing() as browser:
        for make in PICTURES:
            page = make(browser, address)
            path = FOLDER / f"{make.__name__}.png"
            page.screenshot(path=path)
            page.context.close()
            size = path.stat().st_size
            print(f"{path.relative_to(ROOT)}: {size / 1000:.0f} kB")
            if size > MOST_BYTES:
                raise SystemExit(f"{path.name} is over {MOST_BYTES / 1000:.0f} kB")


if __name__ == "__main__":
    main()
