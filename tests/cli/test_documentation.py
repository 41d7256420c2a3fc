"""What the documentation shows works: its YAML passes, its commands parse, its Python runs."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.cli.arguments import COMMANDS as ARGUMENTS
from simulator.cli.arguments import parse_arguments
from tests.conftest import Result

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "docs/command-line.md", "docs/files.md")


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


COMMANDS = [
    line.split("  #")[0] for page in PAGES for block in blocks(page, "sh") for line in block.splitlines()
    if line.startswith("gumsim ")
]


def test_there_are_examples():
    assert len(COMMANDS) >= 8
    assert len(blocks("docs/files.md", "yaml")) == 2
    assert len(blocks("README.md", "python")) == 1
    assert len(HELP_EXAMPLES) >= 8


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_parse(line: str):
    assert callable(parse_arguments(shlex.split(line)[1:]).command)


HELP_EXAMPLES = [
    line.strip().split("   ")[0] for _, examples, _ in ARGUMENTS.values() for line in examples.splitlines()
    if line.strip().startswith(("gumsim run", "gumsim compare", "gumsim check", "gumsim list")) and "my_" not in line
]


@pytest.mark.parametrize("line", HELP_EXAMPLES)
def test_the_examples_of_the_help_run(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gumsim: Callable[..., Result]
):
    monkeypatch.chdir(tmp_path)
    result = gumsim(*shlex.split(line)[1:])
    assert (result.code, result.err) == (0, "")
    assert result.out


@pytest.mark.parametrize("block", blocks("docs/files.md", "yaml"), ids=["scenario", "case"])
def test_files_pass_the_check(block: str, tmp_path: Path, gumsim: Callable[..., Result]):
    path = tmp_path / "example.yaml"
    path.write_text(block, encoding="utf-8")
    result = gumsim("check", path)
    assert result.code == 0, result.out


def test_the_readmes_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(blocks("README.md", "python")[0], "README.md", "exec"), {})
    assert (tmp_path / "out.csv").is_file()
    assert (tmp_path / "out.meta.json").is_file()


@pytest.mark.parametrize("wanted", [
    "python3 -m venv .venv && .venv/bin/python -m pip install -c constraints.txt -e . && .venv/bin/gumsim app",
    'python3 -m venv .venv && .venv/bin/python -m pip install -c constraints.txt -e ".[test]" '
    "&& .venv/bin/python -m pytest",
])
def test_the_two_lines_stand_in_the_readme(wanted: str):
    assert (ROOT / "README.md").read_text(encoding="utf-8").splitlines().count(wanted) == 1
