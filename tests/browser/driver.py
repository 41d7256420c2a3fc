"""Starts the page on a free port and drives it in a headless Chromium; shared by tests, screenshots, latency."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from simulator.library import app_file
from simulator.ui.options import STREAMLIT_OPTIONS

CHROMIUM = os.environ.get("GUMSIM_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 1000}
PHONE = {"width": 390, "height": 844}
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def serving(environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run the page's server; yield its address; stop it at the end."""
    with serving_process(environment) as (address, _):
        yield address


@contextmanager
def serving_process(environment: Mapping[str, str] | None = None) -> Iterator[tuple[str, int]]:
    """Run the page's server; yield its address and process id; stop it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(app_file()),
        *STREAMLIT_OPTIONS,
        "--server.headless=true",
        "--server.address=127.0.0.1",
        f"--server.port={port}",
    ]
    paths = os.pathsep.join(p for p in (os.environ.get("PYTHONPATH", ""), str(ROOT)) if p)
    server = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths, **(environment or {})},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(address, server)
        yield address, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_up(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"the page's server ended with code {server.returncode}")
        try:
            with urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the page's server did not come up within 30 s")


@contextmanager
def browsing() -> Iterator[Browser]:
    """Yield a headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def open_page(
    browser: Browser,
    address: str,
    *,
    viewport: Mapping[str, int] = DESKTOP,
    language: str = "en",
    dark: bool = False,
    query: str = "",
) -> tuple[Page, list[str]]:
    """Open the page and wait for its charts; return it with the list that collects console errors and outside calls."""
    context = browser.new_context(
        viewport=dict(viewport),
        color_scheme="dark" if dark else "light",
        locale="zh-CN" if language == "zh" else "en-US",
        device_scale_factor=1,
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda m: problems.append(f"{m.type}: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda e: problems.append(f"exception: {e}"))
    page.on(
        "request",
        lambda r: (
            problems.append(f"outside: {r.url}")
            if not r.url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))
            else None
        ),
    )
    page.goto(f"{address}/?lang={language}{query}")
    page.locator(".chart .lines path").first.wait_for(timeout=60_000)
    settle(page)
    return page, problems


def settle(page: Page) -> None:
    """Wait until the running mark is gone and no chart was redrawn for 300 ms."""
    page.wait_for_function(
        '() => !document.querySelector(\'[data-testid="stStatusWidget"], [data-stale="true"]\')', timeout=60_000
    )
    before = None
    for _ in range(100):
        now = revisions(page)
        if now == before:
            return
        before = now
        page.wait_for_timeout(300)


def revisions(page: Page) -> list[str]:
    """How often each chart on the page was given new data."""
    return [chart.get_attribute("data-revision") or "" for chart in page.locator(".chart").all()]


def current_lines(page: Page) -> list[str]:
    """The drawn paths (SVG path data) of every chart, in order."""
    return [path.get_attribute("d") or "" for path in page.locator(".chart .lines path").all()]


def show_view(page: Page, name: str) -> None:
    """Switch to the view of that name and wait until it stands."""
    page.locator(".st-key-view").get_by_text(name, exact=True).click()
    page.wait_for_timeout(400)
    settle(page)


def choose_preset(page: Page, words: str) -> None:
    """Choose the first policy package that matches `words`."""
    field = page.locator("[class*=st-key-preset-] input")
    field.click()
    field.fill(words)
    page.keyboard.press("Enter")
    settle(page)


def save_as(page: Page, name: str) -> None:
    """Save the scenario under `name`."""
    field = page.locator(".st-key-save_name input")
    field.fill(name)
    field.press("Tab")
    settle(page)
    page.locator(".st-key-save button").click()
    page.wait_for_timeout(200)
    settle(page)
