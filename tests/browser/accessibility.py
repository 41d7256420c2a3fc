"""Accessibility checked by axe-core: ``python -m tests.browser.accessibility``.

Fetches axe-core with npm into a scratch folder (nothing is kept), runs its WCAG 2 A and AA rules on every view in both
languages, light and dark, at desktop and phone width, and prints what it finds. Says so in one line where npm or the
registry is not there.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from simulator.ui.state import VIEWS
from simulator.ui.strings import say
from tests.browser.driver import DESKTOP, PHONE, browsing, choose_preset, open_page, serving, show_view

AXE = "axe-core@4"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
LOOKS = (("en", DESKTOP, False), ("zh", DESKTOP, True), ("en", PHONE, True), ("zh", PHONE, False))
_RUN = "tags => axe.run(document, { runOnly: { type: 'tag', values: tags } })"


def fetched(folder: Path) -> Path | None:
    """Return axe-core's script fetched into `folder`, None if it cannot be had."""
    npm = shutil.which("npm")
    if npm is None:
        print("skipped: npm is not installed, and axe-core comes from its registry")
        return None
    done = subprocess.run(
        [npm, "install", "--prefix", str(folder), "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", AXE],
        capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if done.returncode or not script.is_file():
        print(f"skipped: npm could not fetch {AXE} (code {done.returncode})")
        return None
    return script


def findings(page: Page) -> dict[str, Any]:
    """Return axe's result for what the page shows now."""
    found: dict[str, Any] = page.evaluate(_RUN, TAGS)
    return found


def check(browser: Browser, address: str, script: Path) -> int:
    """Print one line per view and look, and every finding once; return how many findings there are."""
    seen: dict[tuple[str, str], str] = {}
    checked = 0
    for language, viewport, dark in LOOKS:
        page, _ = open_page(browser, address, language=language, viewport=viewport, dark=dark)
        page.add_script_tag(path=script)
        choose_preset(page, "brand first" if language == "en" else "品牌")
        for view in VIEWS:
            show_view(page, say(f"view_{view}", language))
            page.wait_for_timeout(1500)
            result = findings(page)
            checked += 1
            look = f"{view} ({language}, {viewport['width']} px, {'dark' if dark else 'light'})"
            bad = result["violations"]
            print(f"{look}: {len(result['passes'])} rules passed, {len(bad)} broken")
            for rule in bad:
                for node in rule["nodes"]:
                    target = " ".join(str(part) for part in node["target"])
                    seen.setdefault((rule["id"], target), f"{rule['id']} [{rule['impact']}] {target}: {rule['help']}; "
                                    f"first in {look}: {node['html'][:160]}")
        page.context.close()
    print(f"{checked} pages checked with {AXE}, {len(seen)} findings")
    print("\n".join(seen.values()))
    return len(seen)


def main() -> int:
    """Run the check; return 1 if there are findings, 0 if there are none or it was skipped."""
    with tempfile.TemporaryDirectory(prefix="gumsim-axe-") as folder:
        script = fetched(Path(folder))
        if script is None:
            return 0
        with serving() as address, browsing() as browser:
            return 1 if check(browser, address, script) else 0


if __name__ == "__main__":
    sys.exit(main())
