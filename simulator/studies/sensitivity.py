"""Which inputs move an outcome, over time: Sobol' indices, Morris' elementary effects, PAWN; with their convergence."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.batch.store import Store
from simulator.errors import InputError

Floats = NDArray[np.float64]
Method = Literal["auto", "sobol", "morris", "pawn"]

SLICES = 10
RESAMPLES = 100


@dataclass(frozen=True)
class Sensitivity:
    """What each input does to one outcome under one policy.

    measures      name -> shape (n_inputs, n_times): "first" and "total" (Sobol'), "mu_star" and "sigma" (Morris, in
                  the outcome's unit), "pawn" (median Kolmogorov-Smirnov distance, 0..1)
    main          the measure that inputs are ranked by
    error         half the width of its 95% interval at the last time, shape (n_inputs,)
    noise         PAWN only: what an input without influence shows with this many futures
    convergence   futures used -> main measure at the last time, shape (n_inputs,): settled if the last ones agree
    """

    method: str
    outcome: str
    policy: str
    inputs: tuple[str, ...]
    times: Floats
    measures: dict[str, Floats]
    main: str
    error: Floats
    convergence: dict[int, Floats]
    noise: float = 0.0

    def ranked(self, time: int = -1) -> list[int]:
        """Return the positions of the inputs, the most influential at a time first."""
        return [int(i) for i in np.argsort(-self.measures[self.main][:, time], kind="stable")]


def sensitivity(
    store: Store, outcome: str, policy: str | None = None, *, method: Method = "auto", time: float | None = None
) -> Sensitivity:
    """Return an outcome's sensitivity to every drawn input, at all saved times up to `time` (default: the last).

    sobol needs a plan with sampling method saltelli, morris one with morris; pawn takes lhs, sobol or a table.
    Raises `InputError` where method and sampling do not fit.
    """
    policy = policy or store.policies[0]
    design = store.manifest["plan"].get("sampling", {}).get("method", "lhs")
    fitting = {"saltelli": "sobol", "morris": "morris"}.get(design, "pawn")
    chosen = fitting if method == "auto" else method
    if not store.input_keys:
        raise InputError("this batch draws no inputs, so nothing can be said of their influence")
    if design in ("grid", "one_at_a_time") or (chosen != fitting and not (chosen == "pawn" and design == "saltelli")):
        wanted = {"sobol": "saltelli", "morris": "morris"}.get(chosen, "lhs, sobol or table")
        raise InputError(f"method {chosen} needs a plan with sampling method {wanted}, not {design}")
    last = store.moment(time) + 1
    values = store.values(outcome, policy)[:, :last]
    if chosen == "sobol":
        return _sobol(store, outcome, policy, values)
    if chosen == "morris":
        return _morris(store, outcome, policy, values)
    return _pawn(store, outcome, policy, values)


def _sobol(store: Store, outcome: str, policy: str, values: Floats) -> Sensitivity:
    from scipy.stats import sobol_indices

    count = len(store.input_keys)
    blocks = values.reshape(count + 2, -1, values.shape[1])
    blocks = blocks[:, np.isfinite(blocks).all(axis=(0, 2))]
    size = 2 ** int(np.log2(blocks.shape[1])) if blocks.shape[1] else 0
    if size < 2:
        raise InputError("too few base samples have a full set of values; raise runs")
    functions = np.moveaxis(blocks[:, :size], 2, 1)

    def indices(n: int, times: slice) -> tuple[Floats, Floats]:
        part = functions[:, times, :n]
        found = sobol_indices(func={"f_A": part[0], "f_B": part[1], "f_AB": part[2:]}, n=n)
        first, total = (np.reshape(x, (-1, count)).T for x in (found.first_order, found.total_order))
        still = np.ptp(part[:2], axis=(0, 2)) <= 1e-12 * np.abs(part[:2]).max(axis=(0, 2))
        return np.where(still, 0.0, first), np.where(still, 0.0, total)

    first, total = indices(size, slice(None))
    sizes = [n for n in (size // 8, size // 4, size // 2, size) if n >= 2]
    convergence = {n * (count + 2): indices(n, slice(-1, None))[1][:, 0] for n in sizes}
    error = _bootstrap_total(functions[:, -1])
    return Sensitivity("sobol", outcome, policy, store.input_keys, store.times[: values.shape[1]],
                       {"first": first, "total": total}, "total", error, convergence)


def _bootstrap_total(last: Floats) -> Floats:
    """Return 1.96 standard errors of the total indices, from resampled rows; `last` has shape (n_inputs + 2, n)."""
    random = np.random.default_rng(0)
    a, b, mixed = last[0], last[1], last[2:]
    found = []
    for _ in range(RESAMPLES):
        rows = random.integers(0, last.shape[1], last.shape[1])
        variance = np.var([a[rows], b[rows]])
        found.append(0.5 * np.mean((a[rows] - mixed[:, rows]) ** 2, axis=1) / (variance or 1.0))
    deviation: Floats = 1.96 * np.std(found, axis=0)
    return deviation


def _morris(store: Store, outcome: str, policy: str, values: Floats) -> Sensitivity:
    """Return mean size (mu*) and spread of the effects of moving an input by half its range."""
    count, moments = len(store.input_keys), values.shape[1]
    inputs = store.inputs(policy).to_numpy().reshape(-1, count + 1, count)
    paths = values.reshape(-1, count + 1, moments)
    moved = np.diff(inputs, axis=1)
    which = np.argmax(np.abs(moved) > 0, axis=2)
    signs = np.sign(np.take_along_axis(moved, which[:, :, None], axis=2))
    changes = np.diff(paths, axis=1) * signs
    good = np.isfinite(changes).all(axis=(1, 2))
    if good.sum() < 2:
        raise InputError("fewer than two paths have a full set of values; raise runs")
    effects = np.empty((int(good.sum()), count, moments))
    np.put_along_axis(effects, np.broadcast_to(which[good][:, :, None], changes[good].shape), changes[good], axis=1)
    size = np.abs(effects)
    paths_used = [n for n in (len(effects) // 4, len(effects) // 2, len(effects)) if n >= 1]
    convergence = {n * (count + 1): size[:n, :, -1].mean(axis=0) for n in paths_used}
    error = 1.96 * size[:, :, -1].std(axis=0, ddof=1) / np.sqrt(len(effects))
    return Sensitivity("morris", outcome, policy, store.input_keys, store.times[:moments],
                       {"mu_star": size.mean(axis=0), "sigma": effects.std(axis=0, ddof=1)}, "mu_star", error,
                       convergence)


def _pawn(store: Store, outcome: str, policy: str, values: Floats) -> Sensitivity:
    good = np.isfinite(values).all(axis=1)
    inputs, values = store.inputs(policy).to_numpy()[good], values[good]
    if len(values) < 5 * SLICES:
        raise InputError(f"PAWN needs at least {5 * SLICES} futures, not {len(values)}")
    found = pawn(inputs, values)
    sizes = [n for n in (len(values) // 4, len(values) // 2, len(values)) if n >= 5 * SLICES]
    convergence = {n: pawn(inputs[:n], values[:n, -1:])[:, 0] for n in sizes}
    random = np.random.default_rng(0)
    copies = []
    for _ in range(10):
        rows = random.integers(0, len(values), len(values))
        copies.append(pawn(inputs[rows], values[rows, -1:])[:, 0])
    return Sensitivity("pawn", outcome, policy, store.input_keys, store.times[: values.shape[1]], {"pawn": found},
                       "pawn", 1.96 * np.std(copies, axis=0), convergence, _noise(values[:, -1:]))


def _noise(output: Floats) -> float:
    """Return the mean PAWN index of inputs that have nothing to do with the output."""
    dummies = np.random.default_rng(0).random((len(output), 20))
    return float(pawn(dummies, output).mean())


def pawn(inputs: Floats, outputs: Floats, slices: int = SLICES) -> Floats:
    """Return the median over an input's slices of the distance between an output's distribution there and overall.

    `inputs` (n, n_inputs) are cut into `slices` of equal frequency, `outputs` is (n, n_outputs); the result has shape
    (n_inputs, n_outputs). Pianosi and Wagener (2018), the estimator of `SALib.analyze.pawn`; it takes any sample.
    """
    count = len(inputs)
    edges = np.quantile(inputs, np.linspace(0, 1, slices + 1), axis=0)
    order = np.argsort(outputs, axis=0, kind="stable")
    overall = np.arange(1, count + 1) / count
    found = np.empty((inputs.shape[1], outputs.shape[1]))
    ends = np.ones(outputs.shape, dtype=bool)
    ordered = np.take_along_axis(outputs, order, axis=0)
    ends[:-1] = ordered[1:] != ordered[:-1]
    for i in range(inputs.shape[1]):
        inside = (inputs[:, i] >= edges[:-1, i, None]) & (inputs[:, i] < edges[1:, i, None])
        inside = inside[inside.any(axis=1)]
        sizes = inside.sum(axis=1)
        for j in range(outputs.shape[1]):
            here = np.cumsum(inside[:, order[:, j]], axis=1) / sizes[:, None]
            found[i, j] = np.median(np.where(ends[:, j], np.abs(here - overall), 0.0).max(axis=1))
    return found
