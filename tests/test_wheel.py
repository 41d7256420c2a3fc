"""A wheel carries models, scenarios and the page, and serves from an empty folder."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
def test_the_wheel_serves_elsewhere(tmp_path: Path):
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, cwd=tmp_path)
    wheel = next(tmp_path.glob("gumsim-*.whl"))
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder, pattern in (("models", "*"), ("scenarios", "**/*.yaml")):
        for path in ROOT.glob(f"{folder}/{pattern}"):
            assert f"simulator/_data/{path.relative_to(ROOT).as_posix()}" in inside
    assert "simulator/_data/app.py" in inside
    assert not [name for name in inside if name.startswith(("tests/", "docs/"))]

    # Libraries come from the environment that runs the tests; gumsim itself must come from the wheel.
    venv.create(tmp_path / "env", with_pip=False, system_site_packages=False, symlinks=True)
    python = tmp_path / "env" / "bin" / "python"
    unpacked = tmp_path / "unpacked"
    zipfile.ZipFile(wheel).extractall(unpacked)
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(unpacked), *libraries])}
    empty = tmp_path / "empty"
    empty.mkdir()

    def gumsim(*arguments: str) -> str:
        command = [str(python), "-m", "simulator", *arguments]
        return subprocess.run(
            command, cwd=empty, env=environment, check=True, capture_output=True, text=True
        ).stdout

    where = "import simulator; print(simulator.__file__)"
    shown = subprocess.run([str(python), "-c", where], cwd=empty, env=environment, check=True, capture_output=True,
                           text=True).stdout
    assert shown.startswith(str(unpacked))
    gumsim("run", "wenzhou_lighters", "--out", "w.csv")
    assert (empty / "w.csv").read_text(encoding="utf-8").startswith("scenario,time,")
    assert (empty / "w.meta.json").is_file()
    assert "wenzhou_lighters" in gumsim("list", "scenarios")
    assert "card fits" in gumsim("check", "gum")
