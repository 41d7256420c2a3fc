"""Many at once: ``python -m tests.browser.sessions [SESSIONS]`` (default 25, at most 40).

Opens that many browsers on one server, moves the first lever in each to a value of its own, all before any is waited
for, and checks that every page shows the cards that the engine gives for its own slider, and that no key press was
lost; ends with code 1 otherwise. Prints times and memory.
"""

import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, Locator, Page

from simulator.card import Lever
from simulator.runner import Model, load_model, run
from simulator.ui.catalogue import Start, read_catalogue
from simulator.ui.edit import options, set_lever
from simulator.ui.wording import headline
from tests.browser.driver import browsing, serving_process, settle

MOST = 40
_SETTLED = '() => !document.querySelector(\'[data-testid="stStatusWidget"], [data-stale="true"]\')'


def memory(process: int) -> float:
    """Return the resident memory of a process in MB."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {process} tells no memory")


def opened(browser: Browser, address: str) -> Page:
    """Open the page in a browser context of its own, ready to use."""
    page = browser.new_context(viewport={"width": 1100, "height": 700}, locale="en-US").new_page()
    page.goto(f"{address}/?lang=en")
    page.locator(".chart .lines path").first.wait_for(timeout=120_000)
    return page


def expected_cards(model: Model, start: Start, lever: Lever, value: float) -> list[str]:
    """Return the values and changes of the headline cards at the end of the run with the lever at `value`."""
    scenario = set_lever(start.base, start.baseline, lever, value=value)
    now, before = run(model, scenario), run(model, start.baseline)
    found = []
    for outcome in (o for o in model.card.outcomes if o.headline):
        card = headline(outcome, float(now[outcome.key][-1]), float(before[outcome.key][-1]), "en")
        found.append(f"{card.value} {card.change}" if card.verdict != "same" else card.value)
    return found


def shown_cards(page: Page) -> list[str]:
    """Return the same as the page shows it."""
    found = []
    for card in page.locator(".gs-card").all():
        value = card.locator(".gs-value").evaluate("e => e.firstChild.textContent")
        change = card.locator(".gs-change").inner_text()
        found.append(value if change == "as baseline" else f"{value} {change.partition(' · ')[0]}")
    return found


def slider(page: Page) -> Locator:
    """Return the slider that every session moves."""
    return page.locator(".st-key-levers input[type=range]").first


def own_answer(page: Page, cards: list[list[str]]) -> int | None:
    """Return the slider's position if it was moved and the cards are those of that position, else None."""
    position = round(float(slider(page).input_value()))
    return position if position and shown_cards(page) == cards[position] else None


def main(sessions: int = 25) -> int:
    """Print the figures; return 1 if a page shows another session's numbers or a key press was lost."""
    sessions = max(1, min(sessions, MOST))
    model = load_model("gum")
    start = next(iter(read_catalogue(model).starts.values()))
    lever = next(item for item in model.card.levers if item.group == model.card.groups[0].key)
    values = options(lever, start.base.value(lever))
    cards = [expected_cards(model, start, lever, value) for value in values]
    with serving_process() as (address, process), browsing() as browser:
        first = opened(browser, address)
        settle(first)
        empty = memory(process)
        begin = perf_counter()
        pages = [first, *(opened(browser, address) for _ in range(sessions - 1))]
        opening = perf_counter() - begin
        for page in pages:
            page.wait_for_function(_SETTLED, timeout=120_000)
        full = memory(process)
        moves = [1 + i % (len(values) - 1) for i in range(len(pages))]
        began = []
        for page, count in zip(pages, moves, strict=True):
            slider(page).focus()
            began.append(perf_counter())
            for _ in range(count):
                page.keyboard.press("ArrowRight")
        times, wrong, lost = [], [], 0
        for i, (page, count) in enumerate(zip(pages, moves, strict=True)):
            while (answer := own_answer(page, cards)) is None and perf_counter() - began[i] < 60:
                page.wait_for_timeout(50)
            times.append(perf_counter() - began[i])
            if answer is None:
                wrong.append(f"session {i}: shows {shown_cards(page)}, which its own slider does not give")
            lost += abs(count - round(float(slider(page).input_value())))
        used = memory(process)
        for page in pages:
            page.context.close()
    print(f"{len(pages)} sessions on one server ({os.cpu_count()} processors), each with its own lever value")
    print(f"opened one after the other in {opening:.1f} s")
    print(f"all moved at once, all right after {max(times):.1f} s (median session {median(times):.1f} s)")
    print(f"server memory: {empty:.0f} MB with one, {full:.0f} MB with all, {used:.0f} MB after the moves: "
          f"{(used - empty) / max(1, len(pages) - 1):.1f} MB per session")
    print(f"key presses lost while the server was busy: {lost} of {sum(moves)}")
    print(f"pages that show another session's numbers: {len(wrong)}")
    print("\n".join(wrong))
    return 1 if wrong or lost else 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
