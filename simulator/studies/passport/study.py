"""All checks in order, each timed and reported as it runs."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from simulator.errors import InputError, did_you_mean
from simulator.runner import Model
from simulator.studies.passport.behaviour import anomaly, sensitivity, surprise
from simulator.studies.passport.chinese import names_of, with_chinese_tables
from simulator.studies.passport.extremes import extremes
from simulator.studies.passport.history import family, reproduction
from simulator.studies.passport.numerics import engines, equilibrium, integration
from simulator.studies.passport.reality import claims
from simulator.studies.passport.rows import Check, Context, Row
from simulator.studies.passport.structure import boundary, parameters, structure, units

CHECKS: dict[str, Check] = {
    "boundary": boundary,
    "structure": structure,
    "units": units,
    "parameters": parameters,
    "extremes": extremes,
    "integration": integration,
    "engines": engines,
    "equilibrium": equilibrium,
    "reproduction": reproduction,
    "family": family,
    "anomaly": anomaly,
    "sensitivity": sensitivity,
    "claims": claims,
    "surprise": surprise,
}
"""The passport's tests by key, in the order they are run."""

LIMITS = (
    "The model argues about directions, orders and thresholds of policy; its figures forecast no real cluster.",
    "No source gives a coefficient for a link between factors: most gains are assumptions with a range, and results "
    "should be read over draws of them, not at the point.",
    "History is thin: a few dated figures per cluster, most of them used to set the case; little is held out.",
    "One representative firm population per cluster: differences among firms show only as shares and stocks.",
    "Evidence ends about 2009; what a run shows later rests on held drivers and the policies of the scenario.",
)


LIMITS_ZH = (
    "本模型论证政策的方向、次序与门槛；其数字并非对任何真实集群的预测。",
    "没有文献给出因素之间联系的系数：多数增益是带范围的假设，应在对它们的多次抽样中看结果，而不是只看一个点。",
    "历史数据稀少：每个集群只有少数标明年份的数字，且多已用于设定案例，留作检验的很少。",
    "每个集群只有一个代表性的企业群体：企业之间的差异只表现为份额与存量。",
    "证据大约止于 2009 年；此后的结果取决于保持不变的外部因素与情景中的政策。",
)


@dataclass(frozen=True)
class Passport:
    """The rows of one run of the passport, in order, with the seconds each took."""

    model: str
    sha256: str
    quick: bool
    rows: tuple[Row, ...]
    seconds: tuple[float, ...]

    @property
    def passed(self) -> bool:
        """True if no row failed."""
        return all(row.passed is not False for row in self.rows)


def passport(
    model: Model,
    *,
    quick: bool = False,
    only: Collection[str] = (),
    progress: Callable[[str], None] = lambda text: None,
) -> Passport:
    """Run the tests (`only`: those keys) on the flagship and return the passport.

    `quick` takes fewer draws and cases (under a minute); `progress` receives one line per test as it starts.
    Raises `InputError` for an unknown key.
    """
    for key in only:
        if key not in CHECKS:
            raise InputError(f"--only: there is no test '{key}'{did_you_mean(key, CHECKS)}")
    chosen = [key for key in CHECKS if not only or key in only]
    context = Context(model, quick, progress)
    names = names_of(model)
    rows, seconds = [], []
    for position, key in enumerate(chosen, start=1):
        progress(f"{position} of {len(chosen)}: {key}")
        started = time.perf_counter()
        rows.append(with_chinese_tables(CHECKS[key](context), names))
        seconds.append(time.perf_counter() - started)
    return Passport(model.name, model.spec.sha256, quick, tuple(rows), tuple(seconds))
