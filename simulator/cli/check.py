"""``gumsim check``: checks that a file reads, compiles, and names only what exists."""

from argparse import Namespace
from pathlib import Path

from simulator.card_file import load_card
from simulator.cli.execution import OpenedModels
from simulator.cli.tables import printable
from simulator.compile import classify
from simulator.data_files import parse_yaml
from simulator.errors import GumsimError, InputError
from simulator.files import read_bytes, read_text
from simulator.library import MODEL_SUFFIXES, SCENARIO_SUFFIXES, find_model, find_scenario
from simulator.lint import lint
from simulator.model import Kind
from simulator.plan import plans
from simulator.readers import read_model
from simulator.runner import experiment_of
from simulator.scenario import load_scenario
from simulator.units import check_units

PLURALS: tuple[tuple[Kind, str], ...] = (
    ("stock", "stocks"), ("flow", "flows"), ("auxiliary", "auxiliaries"), ("constant", "constants"),
    ("lookup", "lookups"),
)
SHOWN = 12
"""How many remarks on one file are printed; the rest are counted."""


def execute(options: Namespace) -> int:
    """Print what each file is and what is wrong with it; 1 if something is. A file that is not there is bad input."""
    paths = [_path(name) for name in options.files]
    for path in paths:
        read_bytes(path)
    failed = False
    opened = OpenedModels()
    for path in paths:
        try:
            report, remarks = _check(path, opened)
        except GumsimError as error:
            failed = True
            print("FAILED " + printable(str(error)))
        else:
            incomplete = bool(remarks) and options.strict
            failed = failed or incomplete
            print(printable(f"{'FAILED' if incomplete else 'ok'} {path}: {report}"))
            for line in remarks[:SHOWN]:
                print("  " + printable(line))
            if len(remarks) > SHOWN:
                print(f"  and {len(remarks) - SHOWN} more")
    return 1 if failed else 0


def _path(name: str) -> Path:
    if Path(name).suffix.lower() in (*MODEL_SUFFIXES, *SCENARIO_SUFFIXES) or Path(name).exists():
        return Path(name)
    if name in plans():
        return plans()[name]
    try:
        return find_scenario(name)
    except InputError:
        return find_model(name)


def _check(path: Path, opened: OpenedModels) -> tuple[str, list[str]]:
    if path.suffix.lower() in MODEL_SUFFIXES:
        return _check_model(path)
    document = parse_yaml(read_text(path), str(path))
    kind = document.data.get("format") if isinstance(document.data, dict) else None
    if kind == "gumsim-card/1":
        return _check_card(path, str(document.data.get("model", "")))
    if kind == "gumsim-plan/1":
        from simulator.batch import check_plan

        return check_plan(path)
    scenario = load_scenario(path)
    model = opened.model_of(scenario)
    experiment = experiment_of(model, scenario)
    what = "case" if kind == "gumsim-case/1" else "scenario"
    time = experiment.time
    return (f"{what} '{scenario.name}' on model '{model.name}', {time.start:g} to {time.stop:g}, "
            f"{len(experiment.parameters)} inputs and {len(experiment.initial)} initial values set"), []


def _check_model(path: Path) -> tuple[str, list[str]]:
    spec = read_model(path)
    kinds = classify(spec)
    counts = ", ".join(f"{len(spec.of_kind(kind))} {plural}" for kind, plural in PLURALS)
    report = f"model '{spec.name}': {counts}; {kinds.label}; {spec.time.method}, step {spec.time.step:g}"
    remarks = [f"line {p.line}: {p.variable}: {p.message}" for p in check_units(spec)]
    remarks += [f"line {f.line}: {f.variable}: {f.message}" for f in lint(spec) if f.severity == "error"]
    card = path.with_suffix(".yaml")
    if card.is_file():
        load_card(card, spec)
        report += "; card fits"
    return report, remarks


def _check_card(path: Path, name: str) -> tuple[str, list[str]]:
    beside = [path.with_suffix(suffix) for suffix in MODEL_SUFFIXES]
    model = next((file for file in beside if file.is_file()), None) or find_model(name, near=path.parent)
    card = load_card(path, read_model(model))
    return (f"card of '{card.model}': {len(card.levers)} levers, {len(card.drivers)} drivers, "
            f"{len(card.assumptions)} assumptions, {len(card.outcomes)} outcomes, {len(card.charts)} charts"), []
