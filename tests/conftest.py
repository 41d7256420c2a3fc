"""What every test may use: the command line in this process, and a small model with its card and case files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from simulator.cli import main

settings.register_profile("gumsim", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("gumsim")

TANK = """{UTF-8}
Water = INTEG( Inflow - Outflow, 10)
	~	litre [0,100]
	~	Water in the tank.
	|
Oil Share = INTEG( -Turning*Oil Share, 0.3)
	~	Dmnl [0,1]
	~	Part of the liquid that is oil.
	|
Water Share = INTEG( Turning*Oil Share, 0.7)
	~	Dmnl [0,1]
	~	Part of the liquid that is water.
	|
Inflow = Tap*Pressure/100
	~	litre/Year
	~	What the tap lets in.
	|
Outflow = Water*Leak
	~	litre/Year
	~	What leaks out.
	|
Level = Water/Area
	~	decimetre
	~	Height of the water.
	|
Tap = 20
	~	percent [0,100,1]
	~	How far the tap is open.
	|
Valve = 0
	~	percent [0,100,1]
	~	A second tap that is not connected.
	|
Pressure = 10
	~	litre/Year [0,50]
	~	What the waterworks gives.
	|
Leak = 0.1
	~	1/Year [0,1]
	~	Part lost each year.
	|
Area = 4
	~	litre/decimetre
	~	Bottom area.
	|
Turning = 0.05
	~	1/Year [0,1]
	~	Oil that turns into water.
	|
INITIAL TIME = 0 ~ Year ~ |
FINAL TIME = 30 ~ Year ~ |
TIME STEP = 0.125 ~ Year ~ |
SAVEPER = 0.5 ~ Year ~ |
"""

TANK_CARD = """format: gumsim-card/1
model: tank
title: {en: Tank, zh: 水箱}
summary: {en: A tank., zh: 水箱。}
groups: [{key: user, label: {en: User, zh: 用户}, help: {en: The user., zh: 用户。}}]
themes: {all: {en: All, zh: 全部}}
levels: [{word: {en: low, zh: 低}, upto: 50}, {word: {en: high, zh: 高}, upto: 100}]
levers:
- {key: tap, group: user, label: {en: Tap, zh: 龙头}, help: {en: Open it., zh: 打开。}, range: [0, 100], neutral: 20,
   units: percent, sources: [test]}
- {key: valve, group: user, label: {en: Valve, zh: 阀}, help: {en: Open it., zh: 打开。}, range: [0, 100], neutral: 0,
   units: percent, sources: [test]}
drivers:
- {key: pressure, label: {en: Pressure, zh: 水压}, help: {en: Given., zh: 给定。}, range: [0, 50], neutral: 10,
   units: litre/Year, sources: [test]}
assumptions:
- {key: leak, label: {en: Leak, zh: 渗漏}, help: {en: Lost., zh: 损失。}, range: [0, 0.5], neutral: 0.1, units: 1/Year,
   sources: [test]}
outcomes:
- {key: water, label: {en: Water, zh: 水}, help: {en: Water., zh: 水。}, range: [0, 100], better: higher,
   headline: true, units: {en: litre, zh: 升}}
- {key: level, label: {en: Level, zh: 水位}, help: {en: Level., zh: 水位。}, range: [0, 25], better: depends,
   units: {en: dm, zh: 分米}}
charts:
- {key: water, label: {en: Water, zh: 水}, theme: all, variables: [water], help: {en: Water., zh: 水。}}
conserved: [[oil_share, water_share]]
"""

TANK_CASE = """format: gumsim-case/1
name: house
model: tank.mdl
title: {en: House, zh: 房子}
time: {start: 2000, stop: 2020, policy_start: 2005}
initial:
  water: {value: 30, source: [measured]}
assumptions:
  leak: {value: 0.2, source: "assumption: old pipes"}
drivers:
  pressure: {knots: [[2000, 10], [2010, 20]], source: [waterworks]}
levers:
  tap: {knots: [[2002, 20], [2004, 40]], source: [diary]}
"""

TANK_SCENARIO = """format: gumsim-scenario/1
name: open_tap
case: house
levers:
  tap: {value: 80, ramp: 2, end: 2012}
  valve: 10
"""


@dataclass(frozen=True)
class Result:
    """What a command left: exit code and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def gumsim(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Return a function that runs ``gumsim`` in this process."""

    def call(*arguments: object) -> Result:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def tank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder, the current one, with a small model, its card, a case and a scenario."""
    for name, text in (
        ("tank.mdl", TANK), ("tank.yaml", TANK_CARD), ("house.yaml", TANK_CASE), ("open_tap.yaml", TANK_SCENARIO)
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
