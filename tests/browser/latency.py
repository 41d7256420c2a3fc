"""What a user waits for at a slider: ``python -m tests.browser.latency [MOVES]``.

Release to drawn chart: a lever's slider is moved by keyboard in a headless Chromium; the time runs inside the page from
the key's release to the frame after the chart's new lines stand. The engine's part is measured in this process on the
same scenarios. While dragging: from each pointer movement that moves the slider to the frame after the preview's lines
stand, and of that the model's run in the browser.
"""

import sys
from statistics import median
from time import perf_counter

from playwright.sync_api import Page

from simulator.runner import load_model, run
from simulator.scenario import LeverSetting, load_scenario
from tests.browser.driver import browsing, open_page, serving

_FIND = """
  const find = (root) => {
    for (const e of root.querySelectorAll("*")) {
      if (e.classList.contains("chart")) return e;
      const inside = e.shadowRoot && find(e.shadowRoot);
      if (inside) return inside;
    }
  };
"""

_TIMER = """() => new Promise((done) => {""" + _FIND + """
  const chart = find(document);
  const revision = chart.dataset.revision;
  window.addEventListener("keyup", () => {
    const start = performance.now();
    const look = () => {
      if (chart.dataset.revision !== revision) {
        requestAnimationFrame(() => { window.__took = performance.now() - start; });
      } else if (performance.now() - start < 10000) setTimeout(look, 1);
      else window.__took = -1;
    };
    look();
  }, { once: true, capture: true });
  window.__took = undefined;
  done();
})"""


_DRAG_TIMER = """() => {""" + _FIND + """
  const chart = find(document);
  const drag = (window.__drag = { frames: [], runs: [] });
  let moved = null, asked = null;
  window.addEventListener("pointermove", () => { moved = performance.now(); }, true);
  const engine = [...window.__gumsimPreview.engines.values()][0];
  const run = engine.run.bind(engine);
  engine.run = (job, done) => {
    const start = performance.now();
    run(job, (columns) => { drag.runs.push(performance.now() - start); done(columns); });
  };
  new MutationObserver(() => {
    if (chart.dataset.preview === "" || moved === null) return;
    const start = moved;
    moved = null;
    requestAnimationFrame(() => { drag.frames.push(performance.now() - start); });
  }).observe(chart, { attributes: true, attributeFilter: ["data-preview"] });
}"""


def measure_drag(page: Page, moves: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds from pointer movement to drawn preview, and of the model's run in the browser."""
    slider = page.locator(".st-key-levers input[type=range]").nth(1)
    track = page.locator(".st-key-levers .stSlider, .st-key-levers [data-testid=stSlider]").nth(1).bounding_box()
    handle = slider.bounding_box()
    if track is None or handle is None:
        raise RuntimeError("no slider to drag")
    steps = int(slider.get_attribute("max") or 20)
    left, middle = handle["x"] + 2, handle["y"] + handle["height"] / 2
    page.evaluate(_DRAG_TIMER)
    page.mouse.move(left, middle)
    page.mouse.down()
    for i in range(1, moves + 1):
        page.mouse.move(left + track["width"] * 0.8 * (1 + i % steps) / steps, middle)
        page.wait_for_timeout(80)
    page.mouse.up()
    found = page.evaluate("() => window.__drag")
    return found["frames"], found["runs"]


def measure(page: Page, moves: int) -> list[float]:
    """Return the milliseconds from key release to drawn chart of `moves` slider moves."""
    page.locator(".st-key-levers input[type=range]").first.focus()
    times = []
    for i in range(moves):
        page.evaluate(_TIMER)
        page.keyboard.press("ArrowRight" if i % 20 < 10 else "ArrowLeft")
        page.wait_for_function("() => window.__took !== undefined", timeout=20_000)
        times.append(float(page.evaluate("() => window.__took")))
        page.wait_for_timeout(150)
    return times


def engine_times(moves: int) -> list[float]:
    """Return the milliseconds of `moves` runs of the first case with one lever moved, compiled beforehand."""
    model = load_model("gum")
    scenario = load_scenario("ningbo_apparel")
    run(model, scenario)
    times = []
    for i in range(moves):
        setting = {model.card.levers[0].key: LeverSetting(value=i + 1)}
        begin = perf_counter()
        run(model, scenario.changed(levers=setting))
        times.append(1000 * (perf_counter() - begin))
    return times


def main(moves: int = 30) -> None:
    """Print medians and the slowest move."""
    with serving() as address, browsing() as browser:
        page, _ = open_page(browser, address)
        measure(page, 3)
        seen = measure(page, moves)
        page.wait_for_timeout(1000)
        frames, runs = measure_drag(page, moves)
    engine = engine_times(moves)
    print(
        f"slider release to drawn chart: median {median(seen):.0f} ms of {moves} moves "
        f"(fastest {min(seen):.0f}, slowest {max(seen):.0f})"
    )
    print(f"of which the engine:            median {median(engine):.1f} ms (slowest {max(engine):.1f})")
    print(
        f"pointer movement to drawn preview: median {median(frames):.0f} ms of {len(frames)} frames "
        f"(fastest {min(frames):.0f}, slowest {max(frames):.0f})"
    )
    print(f"of which the run in the browser:   median {median(runs):.1f} ms (slowest {max(runs):.1f})")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
