"""Interventions of experiments on a tiny model whose outcomes are known, and claims on it that hold or fail."""

from pathlib import Path

import numpy as np
import pytest

from simulator.errors import InputError
from simulator.runner import Model, load_model
from simulator.studies.claims.data import ClaimFile, RunSetting, load_claims
from simulator.studies.claims.draws import draw, inverse
from simulator.studies.claims.merge import run_together
from simulator.studies.claims.runs import Laboratory
from simulator.studies.claims.study import check_names, study

MODEL = """{UTF-8}
Level = INTEG (Inflow - Outflow, 0.5)
	~	Dmnl [0,1]
	~	A stock.
	|
Inflow = Rate*Push
	~	1/Year
	~	What comes in.
	|
Push = 1 + Gain*Level
	~	Dmnl
	~	Grows with the level.
	|
Outflow = Loss*Level
	~	1/Year
	~	What goes out.
	|
Rate = 0
	~	1/Year [0,1]
	~	lever
	|
Gain = 0
	~	Dmnl [0,2]
	~	assumption: none
	|
Loss = 0.1
	~	1/Year [0.05,0.4]
	~	assumption: a tenth
	|
INITIAL TIME = 0
	~	Year
	~	.
	|
FINAL TIME = 30
	~	Year
	~	.
	|
TIME STEP = 0.25
	~	Year
	~	.
	|
SAVEPER = 0.25
	~	Year
	~	.
	|
"""

CARD = """
format: gumsim-card/1
model: tiny
title: {en: Tiny, zh: 小}
summary: {en: Tiny, zh: 小}
groups: [{key: all, label: {en: a, zh: a}, help: {en: a, zh: a}}]
themes: {all: {en: a, zh: a}}
levels: [{word: {en: full, zh: 全}, upto: 1}]
levers:
  - {key: rate, group: all, label: {en: a, zh: a}, help: {en: a, zh: a}, range: [0, 0.2], neutral: 0, units: 1/Year,
     sources: [x]}
outcomes:
  - {key: level, label: {en: a, zh: a}, help: {en: a, zh: a}, range: [0, 1], better: higher, units: {en: "-", zh: "-"}}
charts: []
elements: {stuff: level, wear: outflow}
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Model:
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "tiny.mdl").write_text(MODEL, encoding="utf-8")
    (folder / "tiny.yaml").write_text(CARD, encoding="utf-8")
    return load_model(folder / "tiny.mdl")


def laboratory(model: Model, count: int = 3) -> Laboratory:
    return Laboratory(model, draw(model.card, count, 1), default_case="none")


def levels(model: Model, **setting) -> np.ndarray:
    """Return the level of the calibrated point over 20 years, quarter by quarter."""
    return laboratory(model).run(RunSetting.model_validate(setting), 20.0, ["level"]).values["level"][0]


TIMES = np.arange(0, 20.25, 0.25)


def test_base_is_the_file(model):
    assert levels(model) == pytest.approx(0.5 * np.exp(-0.1 * TIMES), rel=1e-6)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"raised": ["stuff"]}, 0.6 * np.exp(-0.1 * TIMES)),
        ({"initial": {"level": 0.2}}, 0.2 * np.exp(-0.1 * TIMES)),
        ({"initial": {"level": {"times": 0.5}}}, 0.25 * np.exp(-0.1 * TIMES)),
        ({"constants": {"loss": 0.2}}, 0.5 * np.exp(-0.2 * TIMES)),
        ({"constants": {"loss": {"times": 2}}}, 0.5 * np.exp(-0.2 * TIMES)),
        ({"clamp": {"level": 0.3}}, np.full(81, 0.3)),
        ({"clamp": {"level": "start"}}, np.full(81, 0.5)),
        ({"clamp": {"outflow": "start"}}, 0.5 - 0.05 * TIMES),
        ({"cut": ["level -> wear"]}, 0.5 - 0.05 * TIMES),
        ({"scale": {"wear": 0.5}}, 0.5 * np.exp(-0.05 * TIMES)),
        ({"weaken": {"level -> outflow": 0.5}}, 0.5 * np.exp(-0.05 * TIMES)),
        ({"levers": {"rate": {"knots": [[0, 0.5]]}}, "scale": {"outflow": 0}}, 0.5 + 0.1 * TIMES),
        ({"cut": ["outflow -> level"], "scale": {"level": 1.2}}, 0.6 - 0.072 * TIMES),
        ({"lift": {"stuff": 0.2}}, 0.7 * np.exp(-0.1 * TIMES)),
        ({"lift": {"level": 0.1}, "raised": ["level"]}, 0.7 * np.exp(-0.1 * TIMES)),
        ({"lift": {"wear": 0.05}}, np.exp(-0.1 * TIMES) - 0.5),
        ({"lift": {"outflow": {"knots": [[0, 0], [20, 0.2]]}}}, 1 - 0.1 * TIMES - 0.5 * np.exp(-0.1 * TIMES)),
        ({"cut": ["level -> outflow"], "lift": {"outflow": 0.05}}, 0.5 - 0.1 * TIMES),
        ({"cut": ["outflow -> level"], "lift": {"level": 0.1}}, 0.6 - 0.06 * TIMES),
        ({"weaken": {"level -> outflow": 0.5}, "lift": {"level": 0.1}}, 0.6 * np.exp(-0.05 * TIMES)),
    ],
)  # fmt: skip
def test_interventions(model, setting, expected):
    assert levels(model, **setting) == pytest.approx(expected, rel=1e-5)


def test_pulse_raises_a_stock_for_one_year_and_gives_it_back(model):
    ratio = levels(model, scale={"level": "pulse"}) / levels(model)
    assert ratio[4] == pytest.approx(1.2, abs=1e-6)  # from year 1 on
    assert ratio[3] == pytest.approx(1.0)
    assert ratio[8:] == pytest.approx(np.exp(-0.1 * 0.2), rel=1e-5)  # a fifth more loss during that year


def test_pulse_of_an_auxiliary(model):
    result = laboratory(model).run(RunSetting.model_validate({"scale": {"push": "pulse"}}), 4.0, ["push"])
    assert result.values["push"][0].tolist() == pytest.approx([1.0] * 4 + [1.2] * 4 + [1.0] * 9)


def test_a_lift_for_one_year_is_given_back(model):
    knots = {"knots": [[1, 0], [1, 0.2], [2, 0.2], [2, 0]]}
    found, base = levels(model, lift={"level": knots}), levels(model)
    assert found[:4].tolist() == base[:4].tolist()
    assert found[4] == pytest.approx(base[4] + 0.2)
    assert found[8:] == pytest.approx(base[8:] - 0.2 * (1 - np.exp(-0.1)) * np.exp(-0.1 * (TIMES[8:] - 2)), rel=1e-5)


def test_a_lift_of_an_auxiliary(model):
    result = laboratory(model).run(RunSetting.model_validate({"lift": {"push": 0.3}}), 4.0, ["push"])
    assert result.values["push"][0] == pytest.approx(np.full(17, 1.3)), "it has no range, so nothing limits it"


def test_a_lifted_variable_stays_inside_its_range(model):
    high = levels(model, lift={"level": 0.8})  # seen at 1 it loses 0.1 a year until 0.2 is left beneath the lift
    assert high == pytest.approx(np.where(TIMES <= 3, 1.0, np.exp(-0.1 * (TIMES - 3))), rel=1e-6)
    low = levels(model, lift={"level": {"knots": [[0, -0.7], [5, -0.7], [5, 0]]}})
    assert low[:20].tolist() == [0.0] * 20
    assert low[20:] == pytest.approx(0.5 * np.exp(-0.1 * (TIMES[20:] - 5)), rel=1e-6)


ABOVE, BELOW = {"bundles": {"all": 1}, "constants": {"gain": 2}}, {"cut": ["level -> outflow"]}
"""Runs whose level leaves its range: a lift of nothing must not cut it off."""


def together(model: Model, count: int) -> Laboratory:
    return Laboratory(model, draw(model.card, count, 1), {"all": ("rate",)}, default_case="none")


def test_two_runs_leave_the_range(model):
    above, below = (
        together(model, 0).run(RunSetting.model_validate(first), 20.0, ["level"]).values["level"][0]
        for first in (ABOVE, BELOW)
    )
    assert above[-1] > 1
    assert below[-1] < 0


@pytest.mark.parametrize("first", [{}, ABOVE, BELOW])
@pytest.mark.parametrize("nothing", [0, {"knots": [[0, 0], [1, 0]]}])
@pytest.mark.parametrize("key", ["level", "outflow", "push"])
def test_a_lift_of_nothing_is_the_base_exactly(model, first, nothing, key):
    room = together(model, 5)
    saved = ["level", "outflow", "push"]
    base = room.run(RunSetting.model_validate(first), 20.0, saved)
    found = room.run(RunSetting.model_validate({**first, "lift": {key: nothing}}), 20.0, saved)
    for name in saved:
        assert np.array_equal(found.values[name], base.values[name])


def test_runs_made_together_equal_runs_made_alone(model):
    path = {"knots": [[0, 0], [5, 0.2], [9, -0.6]]}
    settings = [RunSetting.model_validate(s) for s in (
        {}, {"lift": {"level": 0.2}}, {"lift": {"level": path}}, {"lift": {"outflow": path, "push": 1}},
        {"scale": {"level": "pulse"}}, {"scale": {"level": 0.5}, "lift": {"outflow": 0.01}}, ABOVE,
        {"raised": ["level"], "lift": {"level": 0.9}},
    )]  # fmt: skip
    room, saved = together(model, 4), ["level", "outflow", "push"]
    prepared = [room.prepare(setting, 20.0) for setting in settings]
    assert len({run.structure(model.spec) for run in prepared}) == 1
    for setting, found in zip(settings, run_together(model.spec, prepared, saved), strict=True):
        alone = room.run(setting, 20.0, saved)
        for name in saved:
            assert np.array_equal(found.values[name], alone.values[name]), (setting, name)


def test_a_cut_into_a_stock_that_another_run_of_the_batch_scales_and_lifts(model):
    cut = {"cut": ["outflow -> level", "level -> outflow"]}
    room = laboratory(model)
    prepared = [
        room.prepare(RunSetting.model_validate({**cut, **more}), 20.0)
        for more in ({}, {"scale": {"level": 2}}, {"lift": {"level": 0.1, "outflow": 0}}, {"scale": {"outflow": 2}})
    ]
    base, doubled, raised, wear = (
        run.values["level"][0] for run in run_together(model.spec, prepared, ["level"])
    )  # fmt: skip
    assert base == pytest.approx(0.5 - 0.05 * TIMES)
    assert doubled == pytest.approx(1 - 0.2 * TIMES)
    assert raised == pytest.approx(0.6 - 0.06 * TIMES)
    assert wear == pytest.approx(0.5 - 0.1 * TIMES)


def test_draws_are_the_same_in_every_run(model):
    found = laboratory(model, 5)
    one = found.run(RunSetting(), 1.0, ["outflow"]).values["outflow"]
    other = found.run(RunSetting.model_validate({"raised": ["level"]}), 1.0, ["outflow"]).values["outflow"]
    assert other[:, 0] / one[:, 0] == pytest.approx(np.full(6, 1.2))
    assert len(set(one[:, 0].round(9))) == 6


def test_relative_change_acts_on_each_draw(model):
    found = laboratory(model, 5)
    one = found.run(RunSetting(), 1.0, ["outflow"]).values["outflow"][:, 0]
    twice = RunSetting.model_validate({"constants": {"loss": {"times": 2}}})
    assert found.run(twice, 1.0, ["outflow"]).values["outflow"][:, 0] == pytest.approx(2 * one)


def test_draws_are_stratified_triangular_and_seeded(model):
    sample = draw(model.card, 400, 7)
    values = sample.values({}, ())["loss"]
    assert values[0] == 0.1
    assert values[1:].min() >= 0.05
    assert values[1:].max() <= 0.4
    assert values[1:].mean() == pytest.approx((0.05 + 0.1 + 0.4) / 3, abs=0.002)
    assert np.array_equal(values, draw(model.card, 400, 7).values({}, ())["loss"])
    assert not np.array_equal(values, draw(model.card, 400, 8).values({}, ())["loss"])
    assert "loss" not in sample.values({}, ("loss",))


def test_inverse_of_distributions():
    level = np.array([0.0, 0.5, 1.0])
    assert inverse("uniform", level, 2, 3, 4).tolist() == [2, 3, 4]
    assert inverse("triangular", level, 0, 1, 2).tolist() == [0, 1, 2]
    assert inverse("triangular", level, 0, 0, 1) == pytest.approx([0, 1 - np.sqrt(0.5), 1])


CLAIM = """
format: gumsim-claims/1
model: tiny
groups: {g: {en: G, zh: G}}
bundles: {all: [rate]}
claims:
  - id: X1
    group: g
    kind: structure
    evidence: argument
    sources: [s]
    statement: {en: a, zh: a}
"""


def claim_file(folder: Path, rest: str) -> tuple[ClaimFile, object]:
    path = folder / "claims.yaml"
    path.write_text(CLAIM + rest, encoding="utf-8")
    return load_claims(path)


HOLDING = {
    "    runs: {up: {raised: [level]}}\n    checks: [up.stuff@10 higher than base.stuff@10]\n": "holds",
    "    runs: {up: {raised: [level]}}\n    checks: [up.stuff@10 lower than base.stuff@10]\n": "fails",
    "    runs: {up: {bundles: {all: 1}}}\n    checks: [up.level@10 higher than base.level@10]\n": "holds",
    "    runs: {up: {bundles: {all: 1}}}\n    checks: [base.level@10 higher than up.level@10]\n": "fails",
    "    runs: {c: {cut: [level -> outflow]}}\n    checks: [c.level@5 < base.level@5]\n": "holds",
    "    runs: {c: {cut: [level -> outflow]}}\n    checks: [c.level@5 > base.level@5]\n": "fails",
    "    untestable: no counterpart\n": "untestable",
}


@pytest.mark.parametrize(("rest", "status"), HOLDING.items())
def test_a_claim_and_its_opposite(model, tmp_path, rest, status):
    claims, origin = claim_file(tmp_path, rest)
    found = study(model, claims, origin, draws=20, default_case="none").results[0]
    assert found.status == status
    assert found.share == pytest.approx({"holds": 1.0, "fails": 0.0, "untestable": 0.0}[status], abs=0.051)
    assert found.point is {"holds": True, "fails": False, "untestable": None}[status]


def test_a_claim_that_holds_in_part_of_the_draws_only(model, tmp_path):
    rest = "    checks: [base.outflow@0 > 0.1]\n"  # loss over 0.2: (0.4 - 0.2)^2 / (0.35 * 0.3) of the triangle
    claims, origin = claim_file(tmp_path, rest)
    found = study(model, claims, origin, draws=200, default_case="none").results[0]
    assert found.share == pytest.approx(0.2**2 / (0.35 * 0.3), abs=0.01)
    assert (found.point, found.status) == (False, "fails")
    easy, origin = claim_file(tmp_path, "    threshold: 0.3\n" + rest)
    assert study(model, easy, origin, draws=200, default_case="none").results[0].status == "holds"
    point, origin = claim_file(tmp_path, "    threshold: 0.3\n    judged: point\n" + rest)
    assert study(model, point, origin, draws=200, default_case="none").results[0].status == "fails"


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("    checks: [base.levl@1 > 0]\n", ["claims.yaml:13:", "claim X1", "no variable 'levl'", "'level'"]),
        ("    checks: [base.loss@1 > 0]\n", ["is a constant"]),
        ("    checks: [top.level@1 > 0]\n", ["claim X1", "no run 'top'"]),
        ("    checks: [base.level > 0]\n", ["claims.yaml:13:", "needs a time"]),
        ("    runs: {up: {raised: [levl]}}\n    checks: [up.level@1 > 0]\n", ["claims.yaml:13:", "raised:", "'level'"]),
        ("    runs: {up: {raised: [push]}}\n    checks: [up.level@1 > 0]\n", ["no stock but a auxiliary"]),
        ("    runs: {up: {levers: {loss: 1}}}\n    checks: [up.level@1 > 0]\n", ["no lever"]),
        ("    runs: {up: {bundles: {al: 1}}}\n    checks: [up.level@1 > 0]\n", ["no bundle 'al'", "'all'"]),
        ("    runs: {up: {constants: {rate: 1}}}\n    checks: [up.level@1 > 0]\n", ["set it under 'levers'"]),
        ("    runs: {up: {cut: [level to outflow]}}\n    checks: [up.level@1 > 0]\n", ["is not a link"]),
        ("    runs: {up: {cut: [push -> outflow]}}\n    checks: [up.level@1 > 0]\n", ["does not use 'push'"]),
        ("    runs: {up: {weaken: {push -> outflow: 1}}}\n    checks: [up.level@1 > 0]\n", ["does not use 'push'"]),
        ("    runs: {up: {scale: {loss: 2}}}\n    checks: [up.level@1 > 0]\n", ["scale: 'loss' is a constant"]),
        ("    runs: {up: {scale: {level: 2}, clamp: {level: 1}}}\n    checks: [up.level@1 > 0]\n", ["clamped too"]),
        ("    runs: {up: {clamp: {loss: start}}}\n    checks: [up.level@1 > 0]\n", ["give a number"]),
        ("    runs: {up: {like: dwn}, down: {}}\n    checks: [up.level@1 > 0]\n", ["no other run 'dwn'", "'down'"]),
        ("    runs: {up: {like: down}, down: {like: up}}\n    checks: [up.level@1 > 0]\n", ["no other run"]),
        ("    runs: {up: {rais: [level]}}\n    checks: [up.level@1 > 0]\n", ["claims.yaml:13:", "unknown key"]),
        ("", ["'checks' or 'untestable'"]),
        ("    untestable: no\n    checks: [1 > 0]\n", ["'checks' or 'untestable'"]),
        ("    threshold: 2\n    untestable: no\n", ["claims.yaml:13:", "threshold"]),
    ],
)  # fmt: skip
def test_bad_data_is_named_with_its_place(model, tmp_path, rest, words):
    def read_and_check() -> None:
        claims, origin = claim_file(tmp_path, rest)
        check_names(model, claims, origin, default_case="none")

    with pytest.raises(InputError) as caught:
        read_and_check()
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("lift: {loss: 2}", "lift: 'loss' is a constant; set it instead"),
        ("lift: {level: 2}, clamp: {level: 1}", "lift: 'level' is clamped too; keep one of the two"),
        ("lift: {wear: 2}, clamp: {wear: start}", "lift: 'outflow' is clamped too; keep one of the two"),
        ("lift: {level: 2}, scale: {stuff: 1}", "lift: 'level' is scaled too; keep one of the two"),
        ("lift: {levl: 2}", "lift: no variable 'levl'; did you mean 'level'"),
        ("lift: {level: 1, stuff: 2}", "lift: 'stuff' is 'level', which stands here under another name too; keep one"),
        ("scale: {level: 1, stuff: 2}", "scale: 'stuff' is 'level', which stands here under another name too"),
        ("lift: {level: pulse}", "claims.0.runs.up.lift.level: must be a number, not 'pulse'"),
    ],
)  # fmt: skip
def test_a_wrong_lift_is_named_with_its_place(model, tmp_path, run, words):
    test_bad_data_is_named_with_its_place(
        model, tmp_path, f"    runs: {{up: {{{run}}}}}\n    checks: [up.level@1 > 0]\n", ["claims.yaml:13:", words]
    )


def test_two_claims_of_one_id_and_an_unknown_group(tmp_path):
    again = "    untestable: no\n" + CLAIM.split("claims:\n")[1] + "    untestable: no\n"
    with pytest.raises(InputError, match="stands twice"):
        claim_file(tmp_path, again)
    with pytest.raises(InputError, match="no group 'h'"):
        claim_file(tmp_path, again.replace("X1", "X2").replace("group: g", "group: h"))
