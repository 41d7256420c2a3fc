"""All claims of a file tested: at the calibrated point, and over draws that all runs share."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.card import Card
from simulator.data_files import Origin
from simulator.errors import GumsimError, InputError, did_you_mean
from simulator.model import ModelSpec
from simulator.runner import Model
from simulator.studies.claims.data import Claim, ClaimFile, RunSetting
from simulator.studies.claims.draws import draw
from simulator.studies.claims.evaluate import Evidence, Verdict, judge
from simulator.studies.claims.language import Check, is_across_draws, series_of
from simulator.studies.claims.ranges import parts_of_a_whole
from simulator.studies.claims.runs import Laboratory, RunCache

Status = Literal["holds", "fails", "untestable"]
DRAWS, QUICK_DRAWS, SEED = 200, 20, 20081
GOAL = 0.90
"""Share of all claims that has to hold."""


@dataclass(frozen=True)
class CheckResult:
    """One check: the values compared at the calibrated point, whether it holds there, and in what share of draws."""

    text: str
    values: tuple[float, ...]
    point: bool
    share: float


@dataclass(frozen=True)
class ClaimResult:
    """One claim: whether it holds at the calibrated point (None: says nothing there), share of draws, and outcome."""

    claim: Claim
    point: bool | None
    share: float
    status: Status
    checks: tuple[CheckResult, ...] = ()

    @property
    def rule(self) -> str:
        """What the claim had to reach, in words."""
        if self.status == "untestable":
            return ""
        return "calibrated point" if self.claim.judged == "point" else f"{self.claim.required:.0%} of draws"


@dataclass(frozen=True)
class Study:
    """The results of all claims asked for, with the number of draws, the seed and the factor on the ranges' widths."""

    results: tuple[ClaimResult, ...]
    draws: int
    seed: int
    widen: float = 1.0

    @property
    def share(self) -> float:
        """Share of the claims that hold; one that cannot be tested does not hold."""
        return sum(result.status == "holds" for result in self.results) / max(len(self.results), 1)

    @property
    def ranges(self) -> str:
        """How the ranges differ from those of the model file, in words; empty at factor 1."""
        return "" if self.widen == 1 else f"ranges {'widened' if self.widen > 1 else 'narrowed'} by {self.widen:g}"


def study(
    model: Model,
    claims: ClaimFile,
    origin: Origin,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    only: Collection[str] = (),
    progress: Callable[[int, int, str], None] | None = None,
    default_case: str = "indigenous",
    widen: float = 1.0,
) -> Study:
    """Test the claims (`only`: those ids) on `draws` draws and return their results in file order.

    `progress` is called with the number done, their total and the id under test. `widen` (0.1 to 5) is the factor on
    the width of every drawn range on each side of its calibrated value, inside the limits that `ranges.widened` and
    `Draws` state. Raises `InputError` for another factor, or naming file, line, claim, field and near match for
    anything the experiments name wrongly.
    """
    known = [claim.id for claim in claims.claims]
    for wanted in only:
        if wanted not in known:
            raise InputError(f"no claim '{wanted}' in {origin.file}{did_you_mean(wanted, known)}")
    chosen = [(i, c) for i, c in enumerate(claims.claims) if not only or c.id in only]
    sample = draw(model.card, draws, seed, claims.not_drawn, widen=widen, whole=parts_of_a_whole(model.spec))
    laboratory = Laboratory(model, sample, claims.bundles, default_case=default_case)
    cache = RunCache(laboratory)
    plans = {}
    for i, claim in chosen:
        plans[claim.id] = plan = _plan(claim, laboratory, origin, i)
        for name, (setting, variables) in plan.runs.items():
            try:
                cache.announce(setting, variables)
            except InputError as error:
                raise InputError(f"{_place(origin, i, name)}claim {claim.id}: run {name}: {error}") from None
    results = []
    for done, (_, claim) in enumerate(chosen):
        if progress:
            progress(done, len(chosen), claim.id)
        results.append(_test(claim, plans[claim.id], cache, draws))
    if progress:
        progress(len(chosen), len(chosen), "")
    return Study(tuple(results), draws, seed, sample.widen)


def check_names(model: Model, claims: ClaimFile, origin: Origin, *, default_case: str = "indigenous") -> None:
    """Raise `InputError` if any experiment names what the model lacks; nothing is run."""
    sample = draw(model.card, 1, SEED, claims.not_drawn)
    laboratory = Laboratory(model, sample, claims.bundles, default_case=default_case)
    for i, claim in enumerate(claims.claims):
        for name, (setting, _) in _plan(claim, laboratory, origin, i).runs.items():
            try:
                laboratory.prepare(setting, laboratory.end(setting))
            except GumsimError as error:
                raise InputError(f"{_place(origin, i, name)}claim {claim.id}: run {name}: {error}") from None


@dataclass(frozen=True)
class _Plan:
    """A claim's runs (name -> setting and the model keys wanted) and its checks with model keys in place of names."""

    runs: dict[str, tuple[RunSetting, tuple[str, ...]]]
    checks: tuple[tuple[str, Check], ...]


def _place(origin: Origin, position: int, run: str) -> str:
    path: tuple[str | int, ...] = ("claims", position, "runs", run)
    return origin.place(path if path in origin.lines else ("claims", position))


def _plan(claim: Claim, laboratory: Laboratory, origin: Origin, position: int) -> _Plan:
    settings = claim.settings()
    wanted: dict[str, dict[str, None]] = {}
    checks = []
    for i, (text, check) in enumerate(zip(claim.checks, claim.parsed(), strict=True)):
        for series in series_of(check):
            try:
                key = laboratory.names.key(series.variable)
                if laboratory.model.spec[key].kind in ("constant", "lookup"):
                    raise InputError(f"'{series.variable}' is a constant; a check reads variables")
            except InputError as error:
                where = origin.place(("claims", position, "checks", i))
                raise InputError(f"{where}claim {claim.id}: check '{text}': {error}") from None
            wanted.setdefault(series.run, {})[key] = None
        checks.append((text, check))
    return _Plan({name: (settings[name], tuple(keys)) for name, keys in wanted.items()}, tuple(checks))


def _test(claim: Claim, plan: _Plan, cache: RunCache, draws: int) -> ClaimResult:
    if claim.untestable:
        return ClaimResult(claim, None, 0.0, "untestable")
    laboratory = cache.laboratory
    evidence = _Named(
        {name: cache.result(setting) for name, (setting, _) in plan.runs.items()},
        {name: laboratory.end(setting) for name, (setting, _) in plan.runs.items()},
        unit_scale(laboratory.model.spec, laboratory.model.card), laboratory,
    ).evidence()
    verdicts = [(text, check, judge(check, evidence)) for text, check in plan.checks]
    across = any(is_across_draws(check) for _, check, _ in verdicts)
    holds = np.logical_and.reduce([np.broadcast_to(v.holds, (draws + 1,)) for _, _, v in verdicts])
    share = float(holds[1:].mean()) if draws else float(holds[0])
    point = None if across else bool(holds[0])
    enough = bool(point) if claim.judged == "point" or not draws else share >= claim.required
    return ClaimResult(
        claim, point, share, "holds" if enough else "fails", tuple(_shown(t, v, draws) for t, _, v in verdicts)
    )


def _shown(text: str, verdict: Verdict, draws: int) -> CheckResult:
    holds: NDArray[np.bool_] = np.broadcast_to(verdict.holds, (draws + 1,))
    share = float(holds[1:].mean()) if draws else float(holds[0])
    return CheckResult(text, tuple(float(v[0]) for v in verdict.values), bool(holds[0]), share)


@dataclass(frozen=True)
class _Named:
    """Results under the names that checks use: dictionary keys read the variables they stand for."""

    runs: dict[str, Any]
    ends: dict[str, float]
    unit: frozenset[str]
    laboratory: Laboratory

    def evidence(self) -> Evidence:
        from simulator.studies.claims.evaluate import RunResult

        alias = self.laboratory.model.card.elements
        named = {}
        for name, run in self.runs.items():
            values = {**run.values, **{word: run.values[key] for word, key in alias.items() if key in run.values}}
            values.update({key: array for key, array in run.values.items() if key not in alias})
            named[name] = RunResult(run.times, values)
        unit = self.unit | {word for word, key in alias.items() if key in self.unit}
        return Evidence(named, self.ends, frozenset(unit))


def unit_scale(spec: ModelSpec, card: Card) -> frozenset[str]:
    """Return the variables that live on 0..1: by the limits of the model file, or by their range as an outcome."""
    stated = {v.key for v in spec.variables.values() if v.limits[:2] == (0, 1) and v.units in ("Dmnl", "")}
    shown = {o.key for o in card.outcomes if o.range[0] >= 0 and o.range[1] <= 1 and spec[o.key].units in ("Dmnl", "")}
    return frozenset(stated | shown)


def totals(results: Sequence[ClaimResult], groups: Sequence[str]) -> list[tuple[str, int, int]]:
    """Return (group, claims that hold, claims) in the order of `groups`, leaving out groups with none."""
    rows = [(g, [r for r in results if r.claim.group == g]) for g in groups]
    return [(g, sum(r.status == "holds" for r in found), len(found)) for g, found in rows if found]
