"""Drawn futures of drivers: the case's path until some time, then a number of each run's own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from simulator.experiment import Experiment
from simulator.expressions import Call, Number, Reference
from simulator.model import ModelSpec, Variable
from simulator.schedule import Schedule

PATH, DRAW, WEIGHT = "_case_path", "_drawn", "_weight_of_draw"


@dataclass(frozen=True)
class DriverDraw:
    """How a driver's draw is applied: path x (1 - w) + draw x w, or path x (1 + (draw - 1) x w) for a factor.

    The weight w is 0 until `start` and rises to 1 over `ramp`, in the model's time unit.
    """

    applied: Literal["value", "factor"]
    start: float
    ramp: float

    @property
    def weight(self) -> Schedule:
        """The weight of the draw over time."""
        return Schedule(((self.start, 0.0), (self.start + self.ramp, 1.0)))


def with_drawn_drivers(spec: ModelSpec, draws: Mapping[str, DriverDraw]) -> ModelSpec:
    """Return the model with each of these constants computed from its path, its draw and the draw's weight."""
    variables = dict(spec.variables)
    for key, draw in draws.items():
        driver = variables[key]
        equation = driver.equation
        path, drawn, weight = (Reference(key + part) for part in (PATH, DRAW, WEIGHT))
        if draw.applied == "factor":
            change = Call("multiply", (Call("subtract", (drawn, Number(1.0))), weight))
            value = Call("multiply", (path, Call("add", (Number(1.0), change))))
        else:
            value = Call("add", (path, Call("multiply", (Call("subtract", (drawn, path)), weight))))
        variables[key] = replace(driver, kind="auxiliary", equation=value)
        for part in (PATH, DRAW, WEIGHT):
            number = Number(0.0) if part == WEIGHT else equation
            variables[key + part] = Variable(key + part, driver.title + part, "constant", number, units=driver.units)
    return replace(spec, variables=variables)


def with_weights(experiment: Experiment, draws: Mapping[str, DriverDraw]) -> Experiment:
    """Return the experiment with each driver's path and the weight of its draw under their own keys."""
    parameters = {key: path for key, path in experiment.parameters.items() if key not in draws}
    for key, draw in draws.items():
        if key in experiment.parameters:
            parameters[key + PATH] = experiment.parameters[key]
        parameters[key + WEIGHT] = draw.weight
    return replace(experiment, parameters=parameters)
