"""``gumsim read``: what a batch says - as a table on the screen, a CSV file, or a figure."""

import csv
import io
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulator.batch import Store, open_store
from simulator.cli.batch_arguments import WHAT
from simulator.cli.tables import text_table
from simulator.errors import InputError, did_you_mean
from simulator.figures import bands as band_figures
from simulator.figures import batch_charts
from simulator.files import check_writable, write_files
from simulator.studies import compare_policies, discovery, modes, sensitivity
from simulator.studies.prim import Box

Rows = list[list[Any]]


@dataclass(frozen=True)
class Reading:
    """What one verb found: words before the table, the table, and how to draw it (None: no figure)."""

    words: str
    header: Sequence[str]
    rows: Rows
    figure: Callable[[], Any] | None
    left: int = 1
    table: tuple[Sequence[str], Rows] | None = None
    """The table for a CSV where it holds more than the one on the screen."""


def execute(options: Namespace) -> int:
    """Print, or write to --out."""
    if options.what not in WHAT:
        raise InputError(f"read cannot tell of '{options.what[:60]}'{did_you_mean(options.what, WHAT)}")
    target = None if options.out in (None, "-") else Path(options.out)
    if target is not None:
        _check_target(target, options.what)
    if options.names and options.what != "versus":
        raise InputError(f"{options.what} takes no policy names here; use --policy NAME")
    store = open_store(options.folder)
    if options.what == "csv":
        return _csv(store, options, target)
    outcome = options.outcome or store.outcomes[0]
    found = READINGS[options.what](store, outcome, options)
    header, rows = found.table or (found.header, found.rows)
    if options.out == "-":
        sys.stdout.write(_csv_text(header, rows))
        return 0
    print(found.words + "\n" + text_table(found.header, [[_shown(c) for c in row] for row in found.rows],
                                          left=found.left))
    if target is not None:
        if target.suffix.lower() == ".csv":
            write_files({target: _csv_text(header, rows)})
        elif found.figure is not None:
            write_files({target: found.figure().to_html(include_plotlyjs=True)})
        print(f"\nwritten: {target}")
    return 0


def _check_target(target: Path, what: str) -> None:
    allowed = (".csv",) if what in ("csv", "summary") else (".csv", ".html")
    if target.suffix.lower() not in allowed:
        raise InputError(f"--out {target}: {what} writes {' or '.join(allowed)}")
    check_writable(target)


def _csv(store: Store, options: Namespace, target: Path | None) -> int:
    text = store.csv_text(
        policies=[options.policy] if options.policy else None, outcomes=[options.outcome] if options.outcome else None,
        times=None if options.time is None else [options.time], runs=options.runs,
    )
    if target is None:
        sys.stdout.write(text)
    else:
        write_files({target: text})
        print(f"{target}: {text.count(chr(10)) - 1:,} rows")
    return 0


def _summary(store: Store, outcome: str, options: Namespace) -> Reading:
    plan, status = store.manifest["plan"], store.status()
    rate = status.get("runs_this_start", 0) / status["seconds"] if status.get("seconds") else 0
    failures = store.failures()
    words = [
        f"plan '{plan['name']}' on model '{store.manifest['model']['name']}': {len(store.policies):,} policies x "
        f"{store.runs:,} futures, {len(store.input_keys)} inputs drawn, seed {store.manifest['seed']}",
        f"{len(store.times)} times from {store.times[0]:g} to {store.times[-1]:g}; {store.manifest['method']}, step "
        f"{store.manifest['time']['step']:g}" + (f"; last start: {rate:,.0f} runs/s" if rate else ""),
    ]
    if failures:
        words.append(f"{len(failures):,} runs failed; first: {failures[0][0]}, run {failures[0][1].run}: "
                     f"{failures[0][1].why}")
    rows: Rows = []
    for key in store.outcomes:
        for band in compare_policies.bands(store, key, [options.policy] if options.policy else None, (5, 50, 95)):
            rows.append([key, store.units(key), band.policy, *(float(v) for v in band.values[:, -1])])
    header = ["outcome", "unit", "policy", "5%", "median", "95%"]
    return Reading("\n".join(words) + f"\nat {store.times[-1]:g}:\n", header, rows, None, left=3)


def _bands(store: Store, outcome: str, options: Namespace) -> Reading:
    policies = [options.policy] if options.policy else None
    found = compare_policies.bands(store, outcome, policies)
    moment = store.moment(options.time)
    header = ["policy", *(f"{p:g}%" for p in found[0].percentiles)]
    rows: Rows = [[band.policy, *map(float, band.values[:, moment])] for band in found]
    every: Rows = [[band.policy, float(t), *map(float, band.values[:, i])]
                   for band in found for i, t in enumerate(store.times)]
    words = f"{outcome} [{store.units(outcome)}] at {store.times[moment]:g} over {found[0].futures:,} futures\n"
    return Reading(words, header, rows, lambda: band_figures.band_chart(
        {band.policy: band.values for band in found}, found[0].percentiles, store.times, title=store.title(outcome),
        unit=store.units(outcome), time_label=_time_label(store)), table=(["policy", "time", *header[1:]], every))


def _versus(store: Store, outcome: str, options: Namespace) -> Reading:
    names = options.names or list(store.policies[1::-1])
    if len(names) != 2:
        raise InputError("versus takes two policies: gumsim read DIR versus A B")
    a, b = names
    found = compare_policies.versus(store, a, b, outcome, time=options.time, lower=options.lower_is_better)
    low, middle, high = np.percentile(found.gains, (5, 50, 95))
    words = (f"{found.a} is better than {found.b} in {found.wins:.1%} (+- {1.96 * found.standard_error:.1%}) of "
             f"{len(found.gains):,} futures: {outcome} at {found.time:g}\n"
             f"gain [{store.units(outcome)}]: median {middle:.4g}, 5% {low:.4g}, 95% {high:.4g}\n")
    rows: Rows = [[s.key, s.distance, s.losing, s.winning] for s in found.where[: options.top]]
    words += "where it loses, these inputs differ most:\n" if rows else "it loses nowhere, or wins nowhere.\n"
    figure = lambda: band_figures.gains_chart(  # noqa: E731
        found.gains, store.times, found.over_time, a=found.a, b=found.b, title=store.title(outcome),
        unit=store.units(outcome), time_label=_time_label(store))
    every: Rows = [[s.key, s.distance, s.losing, s.winning] for s in found.where]
    header = ["input", "distance", "median where lost", "median elsewhere"]
    return Reading(words, header, rows, figure, table=(header, every))


def _regret(store: Store, outcome: str, options: Namespace) -> Reading:
    found = compare_policies.regret(store, outcome, time=options.time, lower=options.lower_is_better)
    rows: Rows = [[r.policy, r.mean, r.median, r.ninetieth, r.largest, f"{r.best:.1%}"] for r in found]
    words = (f"regret in {outcome} [{store.units(outcome)}] at {store.times[store.moment(options.time)]:g}: how far a "
             "policy falls short of the best one in each future\n")
    measures = {"mean": [r.mean for r in found], "90%": [r.ninetieth for r in found],
                "largest": [r.largest for r in found]}
    return Reading(words, ["policy", "mean", "median", "90%", "largest", "is best in"], rows,
                   lambda: batch_charts.regret_chart([r.policy for r in found], measures, title=store.title(outcome),
                                                     unit=store.units(outcome)))


def _ranking(store: Store, outcome: str, options: Namespace) -> Reading:
    found = compare_policies.ranking(store, outcome, time=options.time, lower=options.lower_is_better)
    order = found.orders["median"]
    rows: Rows = [[name, *(f"{share:.0%}" for share in found.ranks[found.policies.index(name)])] for name in order]
    lines = [f"{criterion}: {' > '.join(names)}" for criterion, names in found.orders.items()]
    verdict = "every criterion names the same policy first" if found.robust else "the criteria name different policies"
    words = (f"ranks in {outcome} at {store.times[store.moment(options.time)]:g}; {verdict}; concordance "
             f"{found.concordance:.2f}\n" + "\n".join(lines) + "\n")
    return Reading(words, ["policy", *(f"rank {i + 1}" for i in range(len(order)))], rows,
                   lambda: batch_charts.ranking_chart(found.policies, found.ranks, title=store.title(outcome)))


def _sensitivity(store: Store, outcome: str, options: Namespace) -> Reading:
    found = sensitivity.sensitivity(store, outcome, options.policy, method=options.method, time=options.time)
    order = found.ranked()
    names, sizes = list(found.measures), list(found.convergence)
    header = ["input", *names, "+-", *(f"{n:,} runs" for n in sizes)]

    def row(i: int) -> list[Any]:
        return [found.inputs[i], *(float(found.measures[n][i, -1]) for n in names), float(found.error[i]),
                *(float(found.convergence[n][i]) for n in sizes)]

    words = (f"{found.method}: what moves {outcome} of '{found.policy}' at {found.times[-1]:g}; right: {found.main} "
             "from fewer runs, settled if it agrees\n")
    if found.noise:
        words += f"an input without any influence would show {found.noise:.3f}\n"
    chosen = order[: options.top]
    every: Rows = [[found.inputs[i], float(t), *(float(found.measures[n][i, j]) for n in names)]
                   for i in order for j, t in enumerate(found.times)]
    return Reading(words, header, [row(i) for i in chosen], lambda: batch_charts.sensitivity_chart(
        [found.inputs[i] for i in chosen], found.times, found.measures[found.main][chosen], title=store.title(outcome),
        measure=found.main, time_label=_time_label(store), noise=found.noise), table=(["input", "time", *names], every))


def _discover(store: Store, outcome: str, options: Namespace) -> Reading:
    found = discovery.discover(store, outcome, options.policy, below=options.below, above=options.above,
                               time=options.time, lower=options.lower_is_better)
    words = (f"futures of interest: {found.question}: {found.interest.mean():.1%} of {len(found.interest):,}\n"
             f"each rule: density = share of its futures that are of interest, coverage = share of those it holds\n")
    boxes = [("PRIM", found.box), *((f"CART {i + 1}", box) for i, box in enumerate(found.tree))]
    rows: Rows = [[name, _rule(box), f"{box.density:.0%}", f"{box.coverage:.0%}", f"{box.mass:.0%}"]
                  for name, box in boxes]
    return Reading(words, ["by", "rule", "density", "coverage", "mass"], rows, lambda: batch_charts.discovery_chart(
        found.keys, found.inputs, found.interest, found.box.limits, title=found.question), left=2)


def _rule(box: Box) -> str:
    parts = []
    for key, (low, high) in box.limits.items():
        if low is not None and high is not None:
            parts.append(f"{low:.4g} <= {key} <= {high:.4g}")
        else:
            parts.append(f"{key} >= {low:.4g}" if low is not None else f"{key} <= {high:.4g}")
    return " and ".join(parts) or "no rule sets them apart"


def _modes(store: Store, outcome: str, options: Namespace) -> Reading:
    found = modes.modes(store, outcome, options.policy)
    rows: Rows = [[m.name, f"{m.share:.1%}", float(m.typical[0]), float(m.typical[-1])] for m in found]
    words = f"behaviour modes of {outcome} under '{options.policy or store.policies[0]}'\n"
    header = ["mode", "share", f"{store.times[0]:g}", f"{store.times[-1]:g}"]
    return Reading(words, header, rows, lambda: batch_charts.modes_chart(
        [(f"{i + 1}. {m.name} ({m.share:.0%})", m.low, m.typical, m.high) for i, m in enumerate(found)], store.times,
        title=store.title(outcome), unit=store.units(outcome), time_label=_time_label(store)))


READINGS: dict[str, Callable[[Store, str, Namespace], Reading]] = {
    "summary": _summary, "bands": _bands, "versus": _versus, "regret": _regret, "ranking": _ranking,
    "sensitivity": _sensitivity, "discover": _discover, "modes": _modes,
}


def _time_label(store: Store) -> str:
    units: str = store.manifest["time"]["units"]
    return units or "time"


def _shown(cell: Any) -> str:
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)


def _csv_text(header: Sequence[str], rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[repr(cell) if isinstance(cell, float) else cell for cell in row] for row in rows])
    return out.getvalue()
