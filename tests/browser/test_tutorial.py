"""docs/tutorial.md, walked: every label it prints in bold is found on the page, and each step does what it says."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.driver import ROOT, current_lines, open_page, save_as, settle, show_view

pytestmark = pytest.mark.browser

TEXT = " ".join((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8").split())


def told(label: str) -> str:
    """Return a label that the tutorial names."""
    assert f"**{label}**" in TEXT, f"the tutorial does not speak of '{label}'"
    return label


def choose(page: Page, menu: str, entry: str) -> None:
    """Choose an entry of one of the two menus at the top."""
    box = page.locator(f"[class*=st-key-{'case' if menu == 'Cluster' else 'preset'}-]")
    expect(box).to_contain_text(told(menu))
    pick(page, box, told(entry))


def pick(page: Page, box: Locator, entry: str) -> None:
    """Type an entry into a menu and take it."""
    box.locator("input").click()
    box.locator("input").fill(entry)
    page.keyboard.press("Enter")
    settle(page)
    expect(box.locator("input")).to_have_value(entry)


def changes(page: Page) -> list[str]:
    return page.locator(".gs-card .gs-change").all_inner_texts()


def test_the_tutorial_can_be_walked(browser: Browser, address: str) -> None:
    page, problems = open_page(browser, address)

    choose(page, "Cluster", "Wenzhou lighters")
    assert set(changes(page)) == {"as baseline"}
    choose(page, "Policy package", "Wenzhou lighters: no rights pact in 1993")
    page.locator(".gs-card .gs-change", has_text=re.compile("better|worse")).first.wait_for()
    expect(page.get_by_role("heading", name=told("What differs from the baseline"))).to_be_visible()
    expect(page.locator("[data-testid=stTable]").first).to_be_visible()
    page.get_by_role("button", name=told("Why?")).first.click()
    page.get_by_role("menuitem").first.click()
    page.locator(".st-key-explain_bar").wait_for()
    settle(page)
    told("Explain")
    page.locator(".st-key-multiples_cause button").first.click()
    settle(page)
    page.locator(".st-key-explain_bar").get_by_role("button", name=re.compile("←")).click()
    settle(page)

    show_view(page, told("Explore"))
    choose(page, "Cluster", "Ningbo apparel")
    choose(page, "Policy package", "Ningbo apparel: brand first")
    expect(page.get_by_role("heading", name=told("Saved scenarios"))).to_be_visible()
    expect(page.locator(".st-key-save button")).to_contain_text(told("Save"))
    save_as(page, "Brand first")
    choose(page, "Policy package", "Ningbo apparel: governance first")
    save_as(page, "Governance first")
    assert page.locator(".chart").first.locator(".lines path.saved").count() >= 2
    show_view(page, told("Compare"))
    expect(page.locator("[data-testid=stTable]").first).to_be_visible()
    expect(page.get_by_role("heading", name=told("Compare this scenario with"))).to_be_visible()
    pick(page, page.locator(".st-key-compare_with"), "Brand first")
    show_view(page, told("Uncertainty"))
    page.get_by_text(re.compile(r"\d+ of 500 futures")).wait_for(timeout=60_000)
    show_view(page, told("Timing"))
    page.locator(".gs-heat td").first.wait_for(timeout=60_000)

    show_view(page, "Explore")
    cards, lines = page.locator(".gs-cards").inner_text(), len(current_lines(page))
    page.get_by_role("button", name=told("Share")).first.click()
    code = page.locator("[data-testid=stPopoverBody] code").first
    code.wait_for()
    link = code.inner_text().strip()
    other, found = open_page(browser, address, query="&s=" + link.partition("&s=")[2])
    assert other.locator(".gs-cards").inner_text() == cards
    assert len(current_lines(other)) <= lines
    page.keyboard.press("Escape")
    show_view(page, told("Data & code"))
    expect(page.locator(".st-key-download_report button")).to_be_visible()
    show_view(page, told("Validation"))
    assert page.locator("[data-testid=stException]").count() == 0
    assert problems == []
    assert found == []
    page.context.close()
    other.context.close()
