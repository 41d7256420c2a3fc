"""Imports point one way: a module imports only from lower layers, and heavy libraries only where they belong."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "simulator"
OUTSIDE = {"__init__", "__main__", "version"}
"""The package's front (lazy names), its start as a script, and its version: no layer of their own."""

OWNERS = {"pysd": {"readers"}, "plotly": {"figures", "ui"}, "streamlit": {"ui"}, "parsimonious": {"readers"}}

ALLOWED_UPWARD = {("trajectory", "export")}
"""`Trajectory.to_csv` is a convenience that calls the exporter when it is used."""


def layers() -> dict[str, int]:
    """Return module or folder -> layer from the table of docs/development.md."""
    found: dict[str, int] = {}
    for line in (ROOT / "docs" / "development.md").read_text(encoding="utf-8").splitlines():
        row = re.match(r"\| (\d) \| ([^|]+)\|", line)
        if row:
            for name in re.findall(r"`([a-z_]+)/?`", row[2]):
                found.setdefault(name, int(row[1]))
    return found


def sources() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "_data" not in path.parts)


def part(path: Path) -> str:
    """Return the layer's unit a file belongs to: its module, or the folder right under the package."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and full module name of every import in a file, those inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import; write the full name"
            yield node.lineno, node.module or ""
            if node.module == "simulator":
                yield from ((node.lineno, f"simulator.{alias.name}") for alias in node.names)


def violations(path: Path, table: dict[str, int]) -> list[str]:
    """Return the offending lines of one file."""
    here = part(path)
    found = []
    for line, name in imports(path):
        pieces = name.split(".")
        where = f"{path.relative_to(ROOT)}:{line}: {here}"
        if pieces[0] in OWNERS and here not in OWNERS[pieces[0]]:
            found.append(f"{where} imports {name}; only {sorted(OWNERS[pieces[0]])} may")
        if pieces[0] != "simulator" or len(pieces) < 2 or here not in table:
            continue
        there = pieces[1]
        if there in (here, "version") or (here, there) in ALLOWED_UPWARD:
            continue
        if there not in table:
            found.append(f"{where} imports {name}, which has no layer")
        elif table[there] >= table[here]:
            found.append(f"{where} (layer {table[here]}) imports {there} (layer {table[there]})")
    return found


def test_every_module_has_a_layer():
    named = {part(path) for path in sources()} - OUTSIDE
    assert named <= set(layers()), f"no layer in docs/development.md: {sorted(named - set(layers()))}"


def test_the_table_names_no_module_that_is_gone():
    gone = set(layers()) - {part(path) for path in sources()}
    assert not gone, f"docs/development.md still names {sorted(gone)}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path):
    found = violations(path, layers())
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("module", "line"), [
    ("schedule", "from simulator.runner import run"),
    ("export", "import simulator.scenario"),
    ("runner", "def f():\n    import pysd"),
    ("cli", "from streamlit import web"),
    ("indicators", "from plotly import graph_objects"),
    ("export", "from simulator import runner"),
])
def test_a_wrong_import_is_found(module: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "simulator"
    package.mkdir()
    path = package / f"{module}.py"
    path.write_text(line)
    monkeypatch.setattr("tests.test_layers.PACKAGE", package)
    monkeypatch.setattr("tests.test_layers.ROOT", tmp_path)
    table = {"schedule": 1, "export": 3, "indicators": 3, "scenario": 3, "runner": 5, "cli": 7}
    assert len(violations(path, table)) == 1
