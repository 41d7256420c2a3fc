"""The claims of the flagship: complete, resolvable, reproducible; the command and its page."""

import json

import pytest

from simulator.runner import load_model
from simulator.studies.claims import as_data, check_names, load_claims, markdown, study
from simulator.studies.claims.__main__ import main

IDS = {
    "A": "01 02 04 06 07 08 10",
    "B": "01 03 04 05 07 08 09 11 12",
    "C": "04 05 06 07 08 09 11 12",
    "D": "01 02 04 05 07 08 09 11 12 14",
    "E": "01 02 03 04 05 08 09 11 13",
    "F": "01 03 05 06 08 09 10 11 12 13",
    "G": "01 02 06 07 08 09 10 12 13 14 15 17 20",
    "H": "02 03 05 07 08 09 10 11 13",
    "I": "01 03 04 08 10 11 12 13 14 15 16 17 18 19 21 22 23 24 25 26 27 30 32",
    "J": "01 02 03 04 05 08 09 11 13",
    "K": "02 03 04 05 06 07 10 11 12 13 16 18 21 23 24 25 26 27 28",
    "L": "01 02 03 04 05 06 07 09 10 11 12 14 18",
    "M": "01 02 05 06 07 09 10 11 14 15 16 17 18 20 21 22 27 28 29 30 31 33",
}
HANDFUL = ("A07", "B01", "C07", "G02", "L09", "M07")


@pytest.fixture(scope="module")
def model():
    return load_model("gum")


def test_all_claims_of_the_evidence_are_there_once():
    claims, _ = load_claims()
    assert len(claims.claims) == 161
    assert sorted(c.id for c in claims.claims) == sorted(g + n for g, numbers in IDS.items() for n in numbers.split())


def test_every_claim_has_a_statement_and_an_experiment_in_words():
    claims, _ = load_claims()
    assert not [c.id for c in claims.claims if not (c.statement.en and c.statement.zh and c.test and c.sources)]
    assert sum(bool(c.untestable) for c in claims.claims) <= 10


def test_reasons_come_with_their_kind():
    claims, _ = load_claims()
    assert not [c.id for c in claims.claims if bool(c.failing) != bool(c.why)]
    assert not [c.id for c in claims.claims if c.untestable and c.why]


def test_groups_follow_the_ids():
    claims, _ = load_claims()
    wrong = [c.id for c in claims.claims if c.group[0] != c.id[0] and c.id not in ("I30", "I32")]
    assert not wrong


def test_every_name_in_every_experiment_resolves(model):
    claims, origin = load_claims()
    check_names(model, claims, origin)


def test_a_handful_quickly(model):
    claims, origin = load_claims()
    seen = []
    found = study(model, claims, origin, draws=20, only=HANDFUL, progress=lambda done, total, name: seen.append(name))
    by_id = {r.claim.id: r for r in found.results}
    assert by_id["A07"].status == by_id["B01"].status == by_id["C07"].status == by_id["G02"].status == "holds"
    assert by_id["L09"].status == "untestable"
    assert by_id["M07"].point is None
    assert seen == [r.claim.id for r in found.results] + [""]
    again = study(model, claims, origin, draws=20, only=HANDFUL)
    assert as_data(again) == as_data(found)


def test_page_and_data(model):
    claims, origin = load_claims()
    found = study(model, claims, origin, draws=2, only=("A07", "L09"))
    page = markdown(found, claims.groups)
    assert "1 of 2 claims hold" in page
    assert "### L09" in page
    assert "not testable" in page
    assert json.loads(json.dumps(as_data(found)))["share"] == 0.5


def test_command(tmp_path, capsys):
    data, page = tmp_path / "claims.json", tmp_path / "claims.md"
    assert main(["--only", "A07,G02", "--draws", "3", "--json", str(data), "--write", str(page)]) == 0
    assert "2 of 2 claims hold (100.0%) over 3 draws" in capsys.readouterr().out
    assert json.loads(data.read_text(encoding="utf-8"))["claims"] == 2
    assert main(["--only", "A07,L09", "--draws", "0"]) == 1
    for wrong in (["--only", "A99"], ["--draws", "-1"], ["--seed", "-1"], ["--claims", str(tmp_path / "none.yaml")]):
        assert main(wrong) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 4
    assert "no claim 'A99'" in errors[0]
