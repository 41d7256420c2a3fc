"""Bad input: exit code 2, one line on stderr that names file, line and key, nothing written, no traceback."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import TANK_CASE, TANK_SCENARIO, Result

RUN = ("run", "open_tap.yaml", "--out", "out.csv")
SCENARIO, CASE, CARD, MODEL = "open_tap.yaml", "house.yaml", "tank.yaml", "tank.mdl"

# name: (file, text to replace, by what, what the one line must say)
FILES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "unknown field": (SCENARIO, "levers:", "lever:", ("open_tap.yaml:4: lever: unknown key", "'levers'")),
    "unknown lever": (SCENARIO, "valve:", "vlave:", ("open_tap.yaml:6: levers.vlave:", "no lever", "'valve'")),
    "unknown lever setting": (SCENARIO, "ramp: 2", "rampe: 2", ("open_tap.yaml:5:", "rampe", "'ramp'")),
    "lever without value": (SCENARIO, "value: 80, ", "", ("open_tap.yaml:5:", "levers.tap", "'value' is missing")),
    "lever out of range": (SCENARIO, "80", "180", ("open_tap.yaml:5: levers.tap: 180", "0 to 100 percent")),
    "short lever out of range": (SCENARIO, "valve: 10", "valve: -1", ("open_tap.yaml:6: levers.valve: -1", "0 to 100")),
    "lever as text": (SCENARIO, "valve: 10", "valve: much", ("open_tap.yaml:6:", "levers.valve", "number", "much")),
    "lever as bool": (SCENARIO, "valve: 10", "valve: true", ("open_tap.yaml:6:", "number", "true")),
    "lever as list": (SCENARIO, "valve: 10", "valve: [1, 2]", ("open_tap.yaml:6:", "levers.valve", "a list")),
    "lever as nothing": (SCENARIO, "valve: 10", "valve:", ("open_tap.yaml:6:", "levers.valve", "nothing")),
    "lever not finite": (SCENARIO, "valve: 10", "valve: .nan", ("open_tap.yaml:6:", "finite")),
    "negative ramp": (SCENARIO, "ramp: 2", "ramp: -2", ("open_tap.yaml:5: levers.tap.ramp:", "-2")),
    "end before start": (SCENARIO, "end: 2012", "end: 2006", ("open_tap.yaml:5: levers.tap: end (2006)", "ramp 2")),
    "end before ramp is over": (SCENARIO, "ramp: 2, end: 2012", "ramp: 9, end: 2012", ("open_tap.yaml:5:", "shorten")),
    "knots out of order": (SCENARIO, "valve: 10", "valve: {knots: [[5, 1], [4, 1]]}", ("open_tap.yaml:6:", "decrease")),
    "knots empty": (SCENARIO, "valve: 10", "valve: {knots: []}", ("open_tap.yaml:6:", "levers.valve", "at least 1")),
    "knot of three": (SCENARIO, "valve: 10", "valve: {knots: [[1, 2, 3]]}", ("open_tap.yaml:6:", "knots")),
    "knots out of range": (SCENARIO, "valve: 10", "valve: {knots: [[1, 200]]}", ("open_tap.yaml:6:", "200", "range")),
    "driver under levers": (SCENARIO, "valve: 10", "pressure: 10", ("open_tap.yaml:6: levers.pressure:", "'drivers'")),
    "lever under drivers": (SCENARIO, "levers:", "drivers:", ("open_tap.yaml:5:", "drivers.tap")),
    "constant under levers": (SCENARIO, "valve: 10", "area: 10", ("open_tap.yaml:6: levers.area:", "'assumptions'")),
    "unknown constant": (SCENARIO, "levers:", "assumptions: {leek: 1}\nlevers:",
                         ("open_tap.yaml:4: assumptions.leek:", "did you mean 'leak'")),
    "assumption out of range": (SCENARIO, "levers:", "assumptions: {leak: 0.9}\nlevers:",
                                ("open_tap.yaml:4: assumptions.leak: 0.9", "0 to 0.5")),
    "stock as assumption": (SCENARIO, "levers:", "assumptions: {water: 1}\nlevers:",
                            ("open_tap.yaml:4: assumptions.water:", "stock", "constant")),
    "initial of no stock": (SCENARIO, "levers:", "initial: {level: 1}\nlevers:",
                            ("open_tap.yaml:4: initial.level:", "auxiliary", "not a stock")),
    "initial out of limits": (SCENARIO, "levers:", "initial: {water: 101}\nlevers:",
                              ("open_tap.yaml:4: initial.water: 101", "0 to 100 litre")),
    "shares that do not add up": (SCENARIO, "levers:", "initial:\n  oil_share: 0.5\nlevers:",
                                  ("open_tap.yaml:5: initial.oil_share:", "add up to 1", "1.2", "water_share 0.7")),
    "clamp of nothing": (SCENARIO, "levers:", "clamp: {watr: 1}\nlevers:", ("open_tap.yaml:4: clamp.watr:", "'water'")),
    "clamp out of limits": (SCENARIO, "levers:", "clamp: {water: -5}\nlevers:", ("open_tap.yaml:4: clamp.water: -5",)),
    "freeze without arrow": (SCENARIO, "levers:", "freeze: [water]\nlevers:", ("open_tap.yaml:4: freeze.0:", "->")),
    "freeze of unknown": (SCENARIO, "levers:", 'freeze: ["watr -> level"]\nlevers:',
                          ("open_tap.yaml:4: freeze.0:", "'watr'", "'water'")),
    "freeze of no link": (SCENARIO, "levers:", 'freeze: ["tap -> level"]\nlevers:',
                          ("open_tap.yaml:4: freeze.0:", "'level' does not use 'tap'", "water")),
    "impulse on no stock": (SCENARIO, "levers:", "impulse: [{stock: tap, time: 2001, amount: 1}]\nlevers:",
                            ("open_tap.yaml:4: impulse.0:", "no stock 'tap'")),
    "impulse outside the run": (SCENARIO, "levers:", "impulse: [{stock: water, time: 1900, amount: 1}]\nlevers:",
                                ("open_tap.yaml:4: impulse.0:", "1900", "2000 to 2020")),
    "stop before start": (SCENARIO, "levers:", "time: {start: 2030}\nlevers:", ("open_tap.yaml:4: time:", "2020")),
    "too many points": (SCENARIO, "levers:", "time: {every: 1e-9}\nlevers:", ("open_tap.yaml:4: time:", "every")),
    "step of nothing": (SCENARIO, "levers:", "time: {step: 0}\nlevers:", ("open_tap.yaml:4: time.step:", "0")),
    "unknown method": (SCENARIO, "levers:", "solver: {method: lsodar}\nlevers:",
                       ("open_tap.yaml:4: solver:", "lsodar", "LSODA")),
    "tolerance of nothing": (SCENARIO, "levers:", "solver: {rtol: 0}\nlevers:", ("open_tap.yaml:4: solver:", "rtol")),
    "unknown case": (SCENARIO, "case: house", "case: hose", ("open_tap.yaml:3: case:", "'hose'")),
    "case file missing": (SCENARIO, "case: house", "case: cases/hose.yaml", ("hose.yaml", "no such file")),
    "case is a scenario": (SCENARIO, "case: house", "case: open_tap", ("open_tap.yaml", "a scenario, not a case")),
    "wrong format": (SCENARIO, "gumsim-scenario/1", "gumsim-scenario/9", ("open_tap.yaml:1:", "gumsim-scenario/1")),
    "no format": (SCENARIO, "format: gumsim-scenario/1\n", "", ("open_tap.yaml:1:", "'format' is missing")),
    "no name": (SCENARIO, "name: open_tap\n", "", ("open_tap.yaml:1:", "'name' is missing")),
    "name of two lines": (SCENARIO, "name: open_tap", 'name: "a\\nb"', ("open_tap.yaml:2: name:", "one line")),
    "title in one language": (SCENARIO, "levers:", "title: {en: A}\nlevers:", ("open_tap.yaml:4: title", "'zh'")),
    "key twice": (SCENARIO, "valve: 10", "tap: 10", ("open_tap.yaml:6:", "'tap'", "twice", "line 5")),
    "not YAML": (SCENARIO, "levers:", "levers: ]", ("open_tap.yaml:4:", "not valid YAML")),
    "tab": (SCENARIO, "  tap", "\ttap", ("open_tap.yaml:5:", "not valid YAML")),
    "a list": (SCENARIO, TANK_SCENARIO, "- 1\n", ("open_tap.yaml:1:", "format")),
    "empty": (SCENARIO, TANK_SCENARIO, "", ("open_tap.yaml:1:", "format")),
    "unknown tag": (SCENARIO, "valve: 10", "valve: !!python/object/apply:os.system [id]", ("open_tap.yaml:6:", "tag")),
    "anchor": (SCENARIO, "valve: 10", "valve: &a 10", ("open_tap.yaml:6:", "anchors and aliases")),
    "case without source": (CASE, ", source: [measured]", "", ("house.yaml:7: initial.water", "'source' is missing")),
    "case with empty sources": (CASE, "[measured]", "[]", ("house.yaml:7: initial.water.source:",)),
    "case with unknown driver": (CASE, "pressure:", "presure:", ("house.yaml:11: drivers.presure:", "'pressure'")),
    "case with value and knots": (CASE, "{knots: [[2002", "{value: 1, knots: [[2002", ("house.yaml:13:", "either")),
    "case history out of range": (CASE, "[2004, 40]", "[2004, 400]", ("house.yaml:13: levers.tap: 400", "0 to 100")),
    "case initial out of limits": (CASE, "value: 30", "value: 300", ("house.yaml:7: initial.water: 300", "0 to 100")),
    "case with unknown model": (CASE, "tank.mdl", "tnk.mdl", ("tnk.mdl", "no such file", "tank.mdl")),
    "card with unknown lever": (CARD, "key: valve", "key: vlave", ("tank.yaml:11: levers.1.key:", "vlave", "valve")),
    "card with other neutral": (CARD, "neutral: 20", "neutral: 30", ("tank.yaml:", "levers.0.neutral", "30", "20")),
    "card with empty range": (CARD, "[0, 50], neutral: 10", "[50, 50], neutral: 50", ("tank.yaml:14:", "empty")),
    "card with unknown outcome": (CARD, "key: level", "key: levl", ("tank.yaml:22: outcomes.1.key:", "'level'")),
    "card with unknown group": (CARD, "valve, group: user", "valve, group: usr", ("tank.yaml:11:", "'usr'", "user")),
    "card with wrong word": (CARD, "better: higher", "better: more", ("tank.yaml:20:", "'more'", "'higher'")),
    "card with unknown chart variable": (CARD, "[water]", "[watr]", ("tank.yaml:25: charts.0.variables.0:", "'water'")),
    "card naming a key twice": (CARD, "key: valve", "key: tap", ("tank.yaml:11: levers.1.key:", "already", "levers")),
    "model that is not one": (MODEL, "Water = INTEG(", "Water = INTEG((", ("tank.mdl",)),
    "model with unknown name": (MODEL, "Water*Leak", "Watr*Leak", ("tank.mdl:", "watr")),
}


@pytest.mark.parametrize("name", FILES)
def test_bad_files(name: str, tank: Path, gumsim: Callable[..., Result]):
    file, old, new, said = FILES[name]
    text = (tank / file).read_text(encoding="utf-8")
    assert old in text, "the row changes nothing"
    (tank / file).write_text(text.replace(old, new), encoding="utf-8")
    _refused(gumsim(*RUN), said)
    assert not (tank / "out.csv").exists()
    assert not (tank / "out.meta.json").exists()


OPTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "no command": ((), ("COMMAND",)),
    "unknown command": (("rnu",), ("'rnu'", "'run'")),
    "unknown option": (("run", "open_tap.yaml", "--ot", "x.csv"), ("--ot",)),
    "shortened option": (("run", "open_tap.yaml", "--meth", "rk4"), ("--meth",)),
    "nothing to run": (("run",), ("name a scenario",)),
    "missing file": (("run", "opn_tap.yaml"), ("opn_tap.yaml: no such file", "open_tap.yaml")),
    "unknown name": (("run", "wenzhou_lighter"), ("'wenzhou_lighter'", "'wenzhou_lighters'")),
    "folder": (("run", "./"), ("folder",)),
    "empty name": (("run", ""), ("folder",)),
    "device": (("run", "/dev/zero"), ("/dev/zero", "not a regular file")),
    "model as scenario": (("run", "tank.mdl"), ("tank.mdl", "--model tank.mdl")),
    "unknown model": (("run", "--model", "gom"), ("'gom'", "'gum'")),
    "model of another kind": (("run", "--model", "house.yaml"), ("house.yaml", ".mdl")),
    "set without value": ((*RUN, "--set", "tap"), ("--set 'tap'", "KEY=VALUE")),
    "set unknown": ((*RUN, "--set", "tpa=1"), ("--set", "'tpa'", "'tap'")),
    "set a stock": ((*RUN, "--set", "water=1"), ("--set", "stock", "clamp")),
    "set a word": ((*RUN, "--set", "tap=much"), ("--set tap", "'much' is not a number")),
    "set twice": ((*RUN, "--set", "tap=1", "--set", "tap=2"), ("--set tap", "twice")),
    "set out of range": ((*RUN, "--set", "tap=101"), ("levers.tap: 101", "0 to 100")),
    "set infinite": ((*RUN, "--set", "tap=inf"), ("levers.tap", "finite")),
    "driver with a start": ((*RUN, "--set", "pressure=1@2001"), ("--set pressure", "only levers")),
    "bad schedule": ((*RUN, "--set", "tap=1@2001@2002@2003"), ("--set tap", "VALUE@START")),
    "bad path": ((*RUN, "--set", "tap=2001:1,2002"), ("--set tap", "TIME:VALUE")),
    "initial as path": ((*RUN, "--initial", "water=1:2"), ("--initial water", "a number")),
    "initial unknown": ((*RUN, "--initial", "wter=1"), ("initial.wter", "'water'")),
    "clamp unknown": ((*RUN, "--clamp", "lvel=1"), ("clamp.lvel", "'level'")),
    "clamp of a set lever": ((*RUN, "--clamp", "tap=1"), ("clamp.tap", "'levers'", "keep one")),
    "clamp and initial": ((*RUN, "--clamp", "water=1", "--initial", "water=2"), ("clamp.water", "'initial'")),
    "freeze unknown": ((*RUN, "--freeze", "water->lvel"), ("freeze.0", "'lvel'", "'level'")),
    "start after stop": ((*RUN, "--start", "2030"), ("time", "2030", "2020")),
    "every as word": ((*RUN, "--every", "month"), ("--every", "'month'")),
    "every below nothing": ((*RUN, "--every", "-1"), ("time.every", "-1")),
    "every longer than the run": ((*RUN, "--every", "100"), ("time: every (100)", "longer than the run (20)")),
    "save of nothing": ((*RUN, "--save", ","), ("--save", "names nothing")),
    "every off the step grid": ((*RUN, "--method", "rk4", "--every", "0.3"), ("every", "multiple")),
    "unknown method": ((*RUN, "--method", "rk5"), ("solver", "rk5")),
    "tolerance too small": ((*RUN, "--rtol", "1e-20"), ("rtol", "1e-13")),
    "save unknown": ((*RUN, "--save", "watr"), ("'watr'", "'water'")),
    "save and all": ((*RUN, "--save", "water", "--all"), ("--all", "not allowed with")),
    "out in a missing folder": (("run", "open_tap.yaml", "--out", "no/out.csv"), ("no/out.csv", "does not exist")),
    "out is a folder": (("run", "open_tap.yaml", "--out", "."), ("is a folder",)),
    "out is a device": (("run", "open_tap.yaml", "--out", "/dev/null"), ("/dev/null", "not a regular file", "-")),
    "one scenario to compare": (("compare", "open_tap.yaml"), ("two scenarios",)),
    "compare two models": (("compare", "open_tap.yaml", "wenzhou_lighters"), ("'tank'", "'gum'", "one model")),
    "compare into a picture": (("compare", "open_tap.yaml", "house.yaml", "--out", "x.png"), ("x.png", ".html")),
    "compare a year outside": (("compare", "open_tap.yaml", "house.yaml", "--years", "1900"), ("1900", "2000 to 2020")),
    "compare no outcome": (("compare", "open_tap.yaml", "house.yaml", "--outcomes", "watr"), ("'watr'", "'water'")),
    "list of nothing": (("list", "lever"), ("'lever'", "'levers'")),
    "list of a missing model": (("list", "levers", "--model", "no.mdl"), ("no.mdl", "no such file")),
    "check a missing file": (("check", "no.yaml"), ("no.yaml", "no such file")),
    "validate nothing known": (("validate", "--only", "unts"), ("'unts'", "'units'")),
    "validate into a missing folder": (("validate", "--write", "no/p.md"), ("no/p.md", "does not exist")),
    "app on port 0": (("app", "--port", "0"), ("--port", "'0'", "65535")),
    "app on an unknown host": (("app", "--host", "no.such.host.invalid", "--no-browser"), ("--host", "no.such.host")),
    "app with a missing model": (("app", "--model", "no.mdl"), ("no.mdl", "no such file")),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_bad_options(name: str, tank: Path, gumsim: Callable[..., Result]):
    arguments, said = OPTIONS[name]
    before = sorted(path.name for path in tank.iterdir())
    _refused(gumsim(*arguments), said)
    assert sorted(path.name for path in tank.iterdir()) == before


def test_several_problems_are_counted(tank: Path, gumsim: Callable[..., Result]):
    (tank / SCENARIO).write_text(TANK_SCENARIO.replace("ramp: 2", "ramp: -2, x: 1").replace("10", "ten"))
    _refused(gumsim(*RUN), ("open_tap.yaml:5: levers.tap.ramp", "(and 2 more)"))


def test_bytes_that_are_no_text(tank: Path, gumsim: Callable[..., Result]):
    (tank / SCENARIO).write_bytes(TANK_SCENARIO.encode() + b"\xff\xfe")
    _refused(gumsim(*RUN), ("open_tap.yaml:7:", "not UTF-8"))


def test_a_file_too_large(tank: Path, gumsim: Callable[..., Result]):
    (tank / SCENARIO).write_text(TANK_SCENARIO + "#" * 1_000_001)
    _refused(gumsim(*RUN), ("open_tap.yaml", "larger than 1,000,000 bytes"))


def test_a_file_sends_no_control_characters_to_the_terminal(tank: Path, gumsim: Callable[..., Result]):
    (tank / SCENARIO).write_text(TANK_SCENARIO.replace("valve:", r'"\e[31m\nred":'))
    result = gumsim(*RUN)
    _refused(result, ("open_tap.yaml:6:",))
    assert result.err.strip().isprintable()


def test_the_line_of_a_changed_setting_is_not_the_files(tank: Path, gumsim: Callable[..., Result]):
    result = gumsim(*RUN, "--set", "tap=101")
    _refused(result, ("levers.tap: 101",))
    assert "yaml:5" not in result.err


def test_a_case_keeps_its_file_when_a_scenario_changes_it(tank: Path, gumsim: Callable[..., Result]):
    (tank / CASE).write_text(TANK_CASE.replace("[2004, 40]", "[2004, 400]"))
    _refused(gumsim(*RUN, "--set", "valve=1"), ("house.yaml:13: levers.tap: 400",))


def _refused(result: Result, said: tuple[str, ...]) -> None:
    assert result.code == 2, result
    assert result.out == ""
    lines = result.err.splitlines()
    assert len(lines) == 1, result.err
    assert lines[0].startswith("gumsim: ")
    assert "Traceback" not in result.err
    for fragment in said:
        assert fragment in result.err, result.err
