"""Built-in files are found by name, a user's by path or beside what names them."""

import shutil
from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.library import (
    app_file,
    cases,
    data_folder,
    find_case,
    find_model,
    find_scenario,
    models,
    scenarios,
)
from simulator.scenario import case_of, load_scenario
from tests.conftest import TANK_CASE


def test_what_is_built_in():
    assert {"gum", "sir", "first_order"} <= set(models())
    assert {"ningbo_apparel", "wenzhou_lighters", "yongkang_hardware", "shaoxing_textile"} <= set(cases())
    assert {"wenzhou_brand_first"} <= set(scenarios())
    assert all(path.is_file() for listing in (models(), cases(), scenarios()) for path in listing.values())
    assert app_file().name == "app.py"


def test_a_name_is_built_in_and_a_suffix_or_folder_is_a_path():
    assert find_model("gum") == models()["gum"]
    assert find_model("gum.mdl") == Path("gum.mdl")
    assert find_model("models/gum") == Path("models/gum")
    assert find_scenario("./x") == Path("x")
    assert find_scenario(Path("x")) == Path("x")


def test_a_scenario_comes_before_the_case_of_its_name():
    assert find_scenario("wenzhou_lighters") == scenarios()["wenzhou_lighters"]
    assert find_scenario("embedded") == cases()["embedded"]


@pytest.mark.parametrize(("find", "name", "near"), [
    (find_model, "gmu", "'gum'"),
    (find_scenario, "wenzou_lighters", "'wenzhou_lighters'"),
    (find_case, "embeded", "'embedded'"),
])
def test_unknown_names_get_the_nearest(find, name: str, near: str):  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=f"'{name}'; did you mean.*{near}"):
        find(name)


def test_a_case_is_looked_up_in_its_cases_folder_then_built_in_then_beside(tmp_path: Path):
    (tmp_path / "cases").mkdir()
    beside, own = tmp_path / "embedded.yaml", tmp_path / "cases" / "embedded.yaml"
    beside.write_text("")
    assert find_case("embedded", near=tmp_path) == cases()["embedded"]
    own.write_text("")
    assert find_case("embedded", near=tmp_path) == own
    (tmp_path / "mine.yaml").write_text("")
    assert find_case("mine", near=tmp_path) == tmp_path / "mine.yaml"
    assert find_case("cases/embedded.yaml", near=tmp_path) == own


def test_a_copy_of_a_built_in_scenario_runs_in_any_folder(tmp_path: Path):
    copy = shutil.copy(scenarios()["wenzhou_lighters"], tmp_path / "wenzhou_lighters.yaml")
    case = case_of(load_scenario(copy))
    assert case is not None
    assert case.name == "wenzhou_lighters"


def test_a_users_case_in_cases_is_found_from_its_scenario(tank: Path):
    (tank / "cases").mkdir()
    (tank / "cases" / "cottage.yaml").write_text(TANK_CASE.replace("name: house", "name: cottage"), encoding="utf-8")
    (tank / "plan.yaml").write_text("format: gumsim-scenario/1\nname: plan\ncase: cottage\n")
    case = case_of(load_scenario("plan.yaml"))
    assert case is not None
    assert case.name == "cottage"
    (tank / "plan.yaml").write_text("format: gumsim-scenario/1\nname: plan\ncase: cotage\n")
    scenario = load_scenario("plan.yaml")
    with pytest.raises(InputError, match=r"plan.yaml:3: case: no case is called 'cotage'; did you mean 'cottage'"):
        case_of(scenario)


def test_the_data_folder_is_the_checkout():
    assert (data_folder() / "pyproject.toml").is_file()
