"""The four baselines differ as the evidence says, and the committed table is what the command makes."""

from pathlib import Path

import pytest

from simulator.errors import InputError
from simulator.indicators import value_at
from simulator.runner import Model, load_model
from simulator.studies.case_figures import baselines, compare, load_figures, main, markdown
from simulator.trajectory import Trajectory

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def gum() -> Model:
    return load_model("gum")


@pytest.fixture(scope="module")
def runs(gum: Model) -> dict[str, Trajectory]:
    return baselines(gum, dict.fromkeys(figure.case for figure in load_figures()))


def test_wenzhou_leads_on_the_ladder(runs: dict[str, Trajectory]) -> None:
    position = {case: value_at(run, "chain_position", 2008) for case, run in runs.items()}
    assert max(position, key=position.__getitem__) == "wenzhou_lighters"


def test_ningbo_makes_four_fifths_to_order_in_2008(runs: dict[str, Trajectory]) -> None:
    assert value_at(runs["ningbo_apparel"], "made_to_order_share", 2008) == pytest.approx(0.80, abs=0.025)


def test_yongkang_sells_three_tenths_under_own_brands(runs: dict[str, Trajectory]) -> None:
    assert value_at(runs["yongkang_hardware"], "obm_output_share", 2008) == pytest.approx(0.30, abs=0.025)


def test_shaoxing_spends_least_on_research(runs: dict[str, Trajectory]) -> None:
    spending = {case: value_at(run, "rnd_share_of_sales", 2008) for case, run in runs.items()}
    assert min(spending, key=spending.__getitem__) == "shaoxing_textile"
    assert spending["shaoxing_textile"] == pytest.approx(1.0, abs=0.1)


def test_ningbo_price_falls_before_2003_and_rises_after(runs: dict[str, Trajectory]) -> None:
    price = {year: value_at(runs["ningbo_apparel"], "export_unit_price", year) for year in (1997, 2003, 2008)}
    assert price[2003] < price[1997]
    assert price[2003] < price[2008]


def test_wenzhou_firms_boom_then_shake_out_while_the_price_rises(runs: dict[str, Trajectory]) -> None:
    run = runs["wenzhou_lighters"]
    firms = [value_at(run, "sme_firms", year) for year in (1988.5, 1993, 2003.5, 2006.5, 2009)]
    assert firms[1] > 2 * firms[0]
    assert firms[1] > firms[2] > firms[3] > firms[4]
    assert value_at(run, "export_unit_price", 2008.25) > value_at(run, "export_unit_price", 2007.25)
    assert value_at(run, "export_volume", 2008.25) < value_at(run, "export_volume", 2007.25)


def test_committed_table_is_what_the_command_makes(gum: Model, runs: dict[str, Trajectory]) -> None:
    assert (DOCS / "cases.md").read_text(encoding="utf-8") == markdown(gum, runs, load_figures()), (
        "run: python -m simulator.studies.case_figures --write docs/cases.md"
    )


def test_bounds_are_judged_and_values_measured(runs: dict[str, Trajectory]) -> None:
    for figure in load_figures():
        comparison = compare(runs[figure.case], figure)
        assert (comparison.holds is None) == (figure.comparator in "=~")
        if comparison.error is not None:
            assert comparison.simulated == pytest.approx(figure.value * (1 + comparison.error / 100))


HEADER = "case,variable,since,time,comparator,value,evidence,fitted,note\n"


@pytest.mark.parametrize(("content", "message"), [
    ("a,b\n", ":1: columns must be case, variable"),
    (HEADER + "x,y,,2008,!,1,z,no,\n", ":2: comparator: must be"),
    (HEADER + "x,y,,soon,=,1,z,no,\n", ":2: could not convert"),
])
def test_bad_figures_are_refused_with_file_and_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_figures(path)
    assert f"{path}{message}" in str(caught.value)


def test_command_writes_the_file(tmp_path: Path) -> None:
    assert main(["--write", str(tmp_path / "cases.md")]) == 0
    assert (tmp_path / "cases.md").read_text(encoding="utf-8").startswith("# The cases")
    assert main(["--write", str(tmp_path / "missing" / "cases.md")]) == 2
