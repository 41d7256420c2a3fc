"""The page on batches: its tutorial runs, its plan is valid, its verbs exist, built-in plans are named right."""

import re
from pathlib import Path

import pytest

from simulator.batch import prepare
from simulator.cli.batch_arguments import WHAT
from simulator.data_files import parse_yaml
from simulator.plan import plan_from_dict
from simulator.plan.data import Method

PAGE = (Path(__file__).parents[2] / "docs" / "batches.md").read_text(encoding="utf-8")


def test_the_tutorial_runs_as_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    code = re.search(r"```python tutorial\n(.*?)```", PAGE, re.S)
    assert code is not None
    lines = [line for line in code[1].splitlines() if line.strip()]
    assert len(lines) <= 26
    monkeypatch.chdir(tmp_path)
    exec(compile(code[1], "docs/batches.md", "exec"), {})
    assert re.search(r"governance first beats brand first in \d+% of 200 futures", capsys.readouterr().out)
    assert {"bands.html", "duel.html"} <= {p.name for p in tmp_path.iterdir()}


def test_the_plan_on_the_page_is_a_plan():
    text = re.search(r"```yaml\n(.*?)```", PAGE, re.S)
    assert text is not None
    data = parse_yaml(text[1].replace(", my_scenario.yaml", ""), "page").data
    plan = plan_from_dict({**data, "sampling": {**data["sampling"], "runs": 3}})
    assert len(prepare(plan).policies) == 1 + 6


def test_every_verb_and_method_stands_on_the_page():
    for word in (*WHAT, *Method.__args__):
        assert re.search(rf"^\| `?{word}", PAGE, re.M), word
