"""What an XMILE file says arrives in the ModelSpec."""

import numpy as np
import pytest

from simulator.errors import ModelError, UnsupportedError
from simulator.expressions import Call, Lookup, Reference, Table
from simulator.readers import read_model
from simulator.simulate import default_experiment, simulate

FILE = """<?xml version="1.0" encoding="utf-8"?>
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
 <sim_specs method="{method}" time_units="Month"{extra}><start>0</start><stop>8</stop><dt{reciprocal}>4</dt></sim_specs>
 <model>
  <variables>
   <stock name="SME Firms"><doc>Firms at work.</doc><eqn>100</eqn><inflow>firm_entry</inflow>
    <outflow>"firm exit"</outflow><units>firm</units><range min="0" max="1000"/></stock>
   <flow name="firm entry"><eqn>IF notional_rate &gt; 0 then SME_Firms * notional_rate {{a note}} else 0</eqn></flow>
   <flow name="firm\\nexit"><eqn>SME_Firms / 10 - 50</eqn><non_negative/></flow>
   <aux name="notional rate"><eqn>STEP(0.2, 4)</eqn><units>1/Month</units></aux>
   <aux name="effect"><eqn>SME_Firms / 100</eqn><gf type="{gf}"><xscale min="0" max="2"/><ypts>0,1,4</ypts></gf></aux>
   <gf name="table"><xpts>0,2</xpts><ypts>0,20</ypts></gf>
   <aux name="read"><eqn>table(1) + LOOKUP(table, 0.5) + LOOKUP(effect, 1)</eqn></aux>
   <aux name="step length"><eqn>DT + STARTTIME + STOPTIME + PI</eqn></aux>
   <group name="Firms"><entity name="SME Firms"/></group>
  </variables>
 </model>
</xmile>"""


def write(tmp_path, method="Euler", reciprocal=' reciprocal="true"', gf="continuous", extra=""):
    path = tmp_path / "firms.xmile"
    path.write_text(FILE.format(method=method, reciprocal=reciprocal, gf=gf, extra=extra), encoding="utf-8")
    return path


def test_variables_units_limits_and_lines(tmp_path):
    spec = read_model(write(tmp_path))
    firms = spec["sme_firms"]
    assert (firms.kind, firms.units, firms.documentation, firms.line) == ("stock", "firm", "Firms at work.", 6)
    assert firms.limits == (0.0, 1000.0, None)
    assert firms.sector == "Firms"
    assert firms.equation == Call("subtract", (Reference("firm_entry"), Reference("firm_exit")))
    assert spec["firm_exit"].kind == "flow"
    assert spec["table"].kind == "lookup"
    assert isinstance(spec["effect"].equation, Lookup)
    assert spec["effect"].equation.table == Table((0.0, 1.0, 2.0), (0.0, 1.0, 4.0))


@pytest.mark.parametrize(("method", "expected"), [("Euler", "euler"), ("RK4", "rk4"), ("rk4, euler", "rk4")])
def test_method_and_reciprocal_step(tmp_path, method, expected):
    time = read_model(write(tmp_path, method)).time
    assert (time.method, time.step, time.saveper, time.units) == (expected, 0.25, 0.25, "Month")


def test_saving_interval_of_stella(tmp_path):
    extra = ' xmlns:isee="http://iseesystems.com/XMILE" isee:save_interval="0.5"'
    assert read_model(write(tmp_path, extra=extra)).time.saveper == 0.5


def test_run(tmp_path):
    spec = read_model(write(tmp_path, reciprocal=""))
    run = simulate(spec, default_experiment(spec), save=["sme_firms", "firm_exit", "read", "step_length"])
    # exit is max(firms/10 - 50, 0) = 0 throughout; entry starts at time 4 with 20 % a month, steps of 4 months
    assert run["sme_firms"].tolist() == [100.0, 100.0, pytest.approx(180.0)]
    assert run["firm_exit"].tolist() == [0.0, 0.0, 0.0]
    assert run["read"][0] == pytest.approx(10 + 5 + 1)
    assert run["step_length"][0] == pytest.approx(4 + 0 + 8 + np.pi)


@pytest.mark.parametrize(("gf", "kind"), [("extrapolate", "extrapolate"), ("discrete", "hold_backward")])
def test_graphical_function_types(tmp_path, gf, kind):
    assert read_model(write(tmp_path, gf=gf)).variables["effect"].equation.table.interpolation == kind


def test_non_negative_stocks_are_floored_and_refused_by_adaptive_methods(tmp_path):
    from dataclasses import replace

    from simulator.experiment import SolverSettings

    text = FILE.format(method="Euler", reciprocal="", gf="continuous", extra="")
    text = text.replace("<eqn>100</eqn>", "<eqn>100</eqn><non_negative/>").replace("SME_Firms / 10 - 50", "30")
    path = tmp_path / "floor.xmile"
    path.write_text(text)
    spec = read_model(path)
    run = simulate(spec, default_experiment(spec), save=["sme_firms"])
    assert run["sme_firms"].tolist() == [100.0, 0.0, 0.0]
    with pytest.raises(UnsupportedError, match=r"SME Firms: a non-negative stock changes step by step"):
        simulate(spec, replace(default_experiment(spec), solver=SolverSettings("LSODA")))


BAD = {
    "not xml": ("hello", "XML"),
    "broken": ("<xmile><model></xmile>", "not well-formed"),
    "other root": ("<html/>", "outermost element is <html>"),
    "empty": ("<xmile/>", "no <sim_specs>"),
    "no variables": ("<xmile><sim_specs/><model/></xmile>", "no equation found"),
    "question marks": ('<aux name="a"><eqn>???</eqn></aux>', ":7: a: has no equation"),
    "array": ('<aux name="a"><dimensions><dim name="d"/></dimensions><eqn>1</eqn></aux>', "a: subscripts"),
    "conveyor": ('<stock name="a"><eqn>1</eqn><conveyor/></stock>', "a: a conveyor"),
    "queue": ('<stock name="a"><eqn>1</eqn><queue/></stock>', "a: a queue"),
    "random": ('<aux name="a"><eqn>RANDOM(0, 1)</eqn></aux>', "a: the function RANDOM"),
    "history": ('<aux name="a"><eqn>HISTORY(time, 1)</eqn></aux>', "a: the function HISTORY"),
    "unknown": ('<aux name="a"><eqn>bb + 1</eqn></aux>', "a: unknown variable or function 'bb'"),
    "module": ('<module name="m"/>', "modules"),
    "points": ('<aux name="a"><eqn>1</eqn><gf><xscale min="0" max="1"/><ypts>1,x</ypts></gf></aux>', "ypts"),
    "uneven": ('<aux name="a"><eqn>1</eqn><gf><xpts>1,2</xpts><ypts>1</ypts></gf></aux>', "2 x and 1 y points"),
    "no name": ("<aux><eqn>1</eqn></aux>", "without a name"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_with_place_and_reason(tmp_path, name):
    body, message = BAD[name]
    if not body.startswith(("<xmile", "<html", "hello")):
        body = f"""<xmile xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
        <sim_specs><start>0</start><stop>1</stop><dt>1</dt></sim_specs>
        <model>
        <variables>
        <aux name="other"><eqn>1</eqn></aux>

        {body}</variables></model></xmile>"""
    path = tmp_path / "bad.xmile"
    path.write_text(body)
    with pytest.raises(ModelError, match=message) as caught:
        read_model(path)
    assert str(caught.value).startswith(str(path))
