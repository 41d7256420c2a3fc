"""Write the stored runs anew: ``python -m tests.golden.regenerate``. Look at the difference before you commit it."""

from pathlib import Path

import simulator as sim
from simulator.files import write_files

FOLDER = Path(__file__).resolve().parent / "runs"

TIGHT = {"rtol": 1e-10}
RUNS: dict[str, tuple[str, str, dict[str, object]]] = {
    "first_order": ("first_order", "", {**TIGHT, "every": 1}),
    "s_curve": ("s_curve", "", {**TIGHT, "every": 5}),
    "oscillator_as_the_file_asks": ("oscillator", "", {"method": "rk4", "every": 1}),
    "sir": ("sir", "", {**TIGHT, "every": 10}),
    "ningbo_apparel": ("gum", "ningbo_apparel", {**TIGHT, "every": 5}),
    "shaoxing_textile": ("gum", "shaoxing_textile", {**TIGHT, "every": 5}),
    "wenzhou_lighters": ("gum", "wenzhou_lighters", {**TIGHT, "every": 5}),
    "wenzhou_brand_first": ("gum", "wenzhou_brand_first", {**TIGHT, "every": 5}),
    "yongkang_hardware": ("gum", "yongkang_hardware", {**TIGHT, "every": 5}),
    "embedded": ("gum", "embedded", {**TIGHT, "every": 5}),
}
"""File name -> model, scenario ("" for none), settings of the run."""


def golden_run(name: str) -> sim.Trajectory:
    """Return the run that the file `name` stores."""
    model, scenario, settings = RUNS[name]
    start = sim.load_scenario(scenario) if scenario else sim.Scenario(name=name)
    return sim.run(sim.load_model(model), start, **settings)  # type: ignore[arg-type]


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    write_files({FOLDER / f"{name}.csv": sim.csv_text(golden_run(name)) for name in RUNS})
    print(f"{len(RUNS)} runs written to {FOLDER.name}/")


if __name__ == "__main__":
    main()
