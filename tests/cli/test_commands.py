"""What the commands print and write when all is well."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.cli import main
from simulator.cli.arguments import COMMANDS
from simulator.cli.settings import parse_value
from simulator.cli.tables import text_table
from simulator.library import cases, models, scenarios
from simulator.runner import load_model
from tests.conftest import TANK, TANK_SCENARIO, Result

ROOT = Path(__file__).resolve().parents[2]
Cli = Callable[..., Result]


def process(*arguments: str, **options: object) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-m", "simulator", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment, **options,  # type: ignore[call-overload]
    )


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# -- help and version --


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples(gumsim: Cli, command: str):
    result = gumsim(command, "--help")
    assert result.code == 0
    assert "examples:" in result.out
    assert f"gumsim {command}" in result.out


def test_help_names_every_command_and_exit_code(gumsim: Cli):
    result = gumsim("--help")
    assert result.code == 0
    assert all(command in result.out for command in COMMANDS)
    assert "0 done, 1 a check failed, 2 bad input" in result.out


def test_version(gumsim: Cli):
    assert gumsim("--version").out == "gumsim 0.1.0\n"


# -- run --


def test_run_prints_a_short_table(tank: Path, gumsim: Cli):
    result = gumsim("run", "open_tap.yaml", "house.yaml")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0].split() == ["open_tap", "unit", "2000", "2020"]
    assert lines[1].split()[:3] == ["Water", "litre", "30.0"]
    assert lines[3].split() == ["house", "unit", "2000", "2020"]
    assert not list(tank.glob("*.csv"))


def test_run_writes_several_scenarios_into_one_file(tank: Path, gumsim: Cli):
    result = gumsim("run", "open_tap.yaml", "house.yaml", "--out", "both.csv", "--every", "5")
    assert result.out == "both.csv: 10 rows, 4 variables; both.meta.json\n"
    assert [row["scenario"] for row in rows((tank / "both.csv").read_text())] == ["open_tap"] * 5 + ["house"] * 5
    meta = json.loads((tank / "both.meta.json").read_text())
    assert [run["scenario"] for run in meta["runs"]] == ["open_tap", "house"]


def test_run_replaces_an_old_file(tank: Path, gumsim: Cli):
    (tank / "x.csv").write_text("old")
    assert gumsim("run", "open_tap.yaml", "--out", "x.csv").code == 0
    assert (tank / "x.csv").read_text().startswith("scenario,time,")


def test_a_failed_run_leaves_the_old_file(tank: Path, gumsim: Cli):
    (tank / "x.csv").write_text("old")
    (tank / "bad.yaml").write_text(TANK_SCENARIO.replace("80", "800"))
    assert gumsim("run", "open_tap.yaml", "bad.yaml", "--out", "x.csv").code == 2
    assert (tank / "x.csv").read_text() == "old"


def test_save_chooses_columns(tank: Path, gumsim: Cli):
    out = gumsim("run", "open_tap.yaml", "--save", "level,tap", "--out", "-").out
    assert out.splitlines()[0] == "scenario,time,level,tap"


def test_the_schedule_of_a_lever_shows_in_the_run(tank: Path, gumsim: Cli):
    out = gumsim("run", "house.yaml", "--set", "valve=40@2006:2@2010", "--save", "valve", "--every", "1", "--out", "-")
    found = {float(row["time"]): float(row["valve"]) for row in rows(out.out)}
    assert [found[year] for year in (2005, 2006, 2007, 2008, 2010, 2011, 2012, 2020)] == [0, 0, 20, 40, 40, 20, 0, 0]


@pytest.mark.parametrize(("text", "value"), [
    ("60", 60.0), ("-1e-3", -0.001), ("60@2010", {"value": 60, "start": 2010}),
    ("60@2010:2", {"value": 60, "start": 2010, "ramp": 2}),
    ("60@2010:2@2020", {"value": 60, "start": 2010, "ramp": 2, "end": 2020}),
    ("60@2010@2020", {"value": 60, "start": 2010, "end": 2020}),
    ("1:2", {"knots": [(1, 2)]}), ("1:2,3:-4", {"knots": [(1, 2), (3, -4)]}),
])
def test_values_on_the_command_line(text: str, value: object):
    assert parse_value(text, "--set x") == value


def test_a_warning_goes_to_stderr_and_the_run_on(tank: Path, gumsim: Cli):
    (tank / "stepper.mdl").write_text(TANK.replace("Inflow = Tap*Pressure/100", "Inflow = Tap*Pressure*TIME STEP"))
    result = gumsim("run", "--model", "stepper.mdl", "--out", "-")
    assert result.code == 0
    assert "own method euler" in result.err
    assert result.out.startswith("scenario,time,")


def test_a_reader_that_stops_early_is_no_error(tank: Path):
    with process("run", "open_tap.yaml", "--every", "0.001", "--out", "-", cwd=str(tank)) as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith("scenario,time")
        running.stdout.close()
        assert running.wait() == 0
        assert running.stderr is not None
        assert running.stderr.read() == ""


def test_interrupting_is_quiet(tank: Path):
    with process("run", "open_tap.yaml", "--every", "0.0005", "--out", "-", cwd=str(tank)) as running:
        assert running.stdout is not None
        running.stdout.read(10)
        running.send_signal(signal.SIGINT)
        running.stdout.close()
        assert running.wait() in (0, 130)
        assert running.stderr is not None
        assert "Traceback" not in running.stderr.read()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_device_behind_stdout_is_one_line(tank: Path):
    with open("/dev/full", "w") as full:
        found = subprocess.run(
            [sys.executable, "-m", "simulator", "run", "open_tap.yaml", "--out", "-"], stdout=full,
            stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    assert found.returncode == 2
    assert found.stderr == "gumsim: output: No space left on device\n"


def test_a_terminal_without_chinese_is_no_error(tank: Path):
    (tank / "open_tap.yaml").write_text(TANK_SCENARIO.replace("open_tap", "温州"), encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-m", "simulator", "run", "open_tap.yaml"], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert "\\u6e29" in found.stdout


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_several_scenarios_show_their_progress_on_a_terminal(tank: Path, monkeypatch: pytest.MonkeyPatch):
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["run", "open_tap.yaml", "house.yaml"]) == 0
    assert "[1/2] open_tap" in terminal.getvalue()
    assert "[2/2] house" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\033[K")


# -- compare --


def test_compare_prints_outcomes_and_what_differs(tank: Path, gumsim: Cli):
    result = gumsim("compare", "house.yaml", "open_tap.yaml", "--years", "2010,2020")
    assert (result.code, result.err) == (0, "")
    assert "80 over 2 until 2012" in result.out
    changed = [line for line in result.out.splitlines() if "open_tap" in line and "%" in line]
    assert len(changed) == 2


def test_compare_writes_its_table(tank: Path, gumsim: Cli):
    assert gumsim("compare", "house.yaml", "open_tap.yaml", "--out", "t.csv", "--outcomes", "water,level").code == 0
    found = rows((tank / "t.csv").read_text())
    assert [(row["outcome"], row["scenario"]) for row in found] == [
        ("water", "house"), ("water", "open_tap"), ("level", "house"), ("level", "open_tap")
    ]
    assert float(found[1]["change"]) == float(found[1]["value"]) - float(found[0]["value"])
    assert found[0]["change"] == ""


def test_compare_writes_a_page_that_needs_no_network(tank: Path, gumsim: Cli):
    (tank / "open_tap.yaml").write_text(TANK_SCENARIO.replace("open_tap", "<script>x</script>"))
    assert gumsim("compare", "house.yaml", "open_tap.yaml", "--out", "page.html").code == 0
    page = (tank / "page.html").read_text(encoding="utf-8")
    assert "plotly" in page
    assert 'src="http' not in page
    assert "<td><script>x" not in page
    assert "&lt;script&gt;x" in page
    assert (tank / "page.csv").is_file()


def test_the_same_inputs_are_said_to_be_the_same(tank: Path, gumsim: Cli):
    assert "sets the same inputs" in gumsim("compare", "house.yaml", "house.yaml").out


# -- check --


def test_check_says_what_each_file_is(tank: Path, gumsim: Cli):
    result = gumsim("check", "tank.mdl", "tank.yaml", "house.yaml", "open_tap.yaml")
    assert (result.code, result.err) == (0, "")
    lines = [line for line in result.out.splitlines() if not line.startswith("  line ")]
    assert all(line.startswith("ok ") for line in lines)
    assert "3 stocks, 2 flows, 1 auxiliaries, 6 constants" in lines[0]
    assert "2 levers, 1 drivers, 1 assumptions" in lines[1]
    assert "case 'house' on model 'tank', 2000 to 2020" in lines[2]
    assert "scenario 'open_tap'" in lines[3]


def test_check_goes_on_after_a_failure_and_returns_1(tank: Path, gumsim: Cli):
    (tank / "bad.yaml").write_text(TANK_SCENARIO.replace("80", "800"))
    result = gumsim("check", "bad.yaml", "house.yaml")
    assert result.code == 1
    assert result.out.splitlines()[0].startswith("FAILED bad.yaml:5: levers.tap: 800")
    assert result.out.splitlines()[1].startswith("ok house.yaml")


def test_check_remarks_on_units_and_documentation_and_can_insist(tank: Path, gumsim: Cli):
    sound = gumsim("check", "tank.mdl").out
    (tank / "tank.mdl").write_text(TANK.replace("~	litre/Year\n	~	What leaks out.", "~	litre\n	~	"))
    result = gumsim("check", "tank.mdl")
    assert result.code == 0
    found = [line for line in result.out.splitlines() if line not in sound]
    assert any("outflow: " in line and "litre/Year" in line for line in found)
    assert any("outflow: has no documentation" in line for line in found)
    assert all(line.startswith("  line ") for line in found[1:])
    assert gumsim("check", "--strict", "tank.mdl").code == 1


def test_the_flagship_is_above_remarks(gumsim: Cli):
    assert gumsim("check", "--strict", "gum").code == 0


def test_everything_built_in_passes(gumsim: Cli):
    cards = [path.with_suffix(".yaml") for path in models().values()]
    files = [*models().values(), *(path for path in cards if path.is_file()), *scenarios().values(), *cases().values()]
    assert len(files) > 10
    result = gumsim("check", *files)
    assert result.code == 0, [line for line in result.out.splitlines() if line.startswith("FAILED")]


# -- list --


@pytest.mark.parametrize("kind", ["models", "scenarios", "plans", "cases"])
def test_lists_of_what_is_built_in(gumsim: Cli, kind: str):
    listed = [line.split()[0] for line in gumsim("list", kind).out.splitlines()[1:]]
    known = json.loads(gumsim("list", kind, "--json").out)
    assert listed == [row["name"] for row in known]
    expected = {"models": "gum", "scenarios": "wenzhou_lighters", "plans": "policy_grid", "cases": "ningbo_apparel"}
    assert expected[kind] in listed


@pytest.mark.parametrize("kind", ["levers", "drivers", "assumptions", "outcomes"])
def test_lists_of_a_card_carry_everything(tank: Path, gumsim: Cli, kind: str):
    known = json.loads(gumsim("list", kind, "--model", "tank.mdl", "--json").out)
    items = getattr(load_model("tank.mdl").card, kind)
    assert [row["key"] for row in known] == [item.key for item in items]
    assert known[0]["label"]["zh"] == items[0].label.zh
    assert known[0]["range"] == list(items[0].range)


def test_levers_come_with_the_cards_levels(tank: Path, gumsim: Cli):
    known = json.loads(gumsim("list", "levers", "--model", "tank.mdl", "--json").out)
    assert [level["upto"] for level in known[0]["levels"]] == [50, 100]


def test_variables_come_with_equation_and_line(tank: Path, gumsim: Cli):
    known = {row["key"]: row for row in json.loads(gumsim("list", "variables", "--model", "tank.mdl", "--json").out)}
    assert known["outflow"]["kind"] == "flow"
    assert "Water*Leak" in known["outflow"]["equation"]
    assert known["water"]["limits"][:2] == [0, 100]


def test_tables_line_up_for_wide_letters():
    assert text_table(["名", "x"], [["a", "1"], ["温州", "22"]]) == "名     x\na      1\n温州  22"


# -- app --


@pytest.mark.slow
def test_the_page_starts_answers_and_stops(tmp_path: Path):
    with process("app", "--no-browser", "--port", "8977", cwd=str(tmp_path)) as running:
        assert running.stdout is not None
        line = ""
        while "The policy page is at" not in line:
            line = running.stdout.readline()
            assert line, "the server ended before it answered"
        assert "http://localhost:8977" in line
        second = process("app", "--no-browser", "--port", "8977", cwd=str(tmp_path))
        _, error = second.communicate(timeout=60)
        assert second.returncode == 2
        assert error.splitlines() == [error.strip()]
        assert "--port 8977" in error
        running.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 20
        while running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        assert running.poll() == 0
