"""What a .mdl file says arrives in the ModelSpec."""

import pickle
from pathlib import Path

import pytest

from simulator.errors import InputError, ModelError, UnsupportedError
from simulator.expressions import Call, Number, Reference, Table
from simulator.readers import read_model

FILE = """{UTF-8}
********************************************************
	.Firms
********************************************************~
		The chain of firms
	|

SME Firms= INTEG (
	Firm Entry-Firm Exit,
		Initial Firms)
	~	firm [0,10000,1]
	~	Firms at work \\
		in the cluster.
	|

Firm Entry=
	SME Firms*Entry Rate {a comment ~ with marks |}
	~	firm/Year
	~	Start-ups.
	~	:SUPPLEMENTARY
	|

Firm Exit= SME Firms*0.05*effect(SME Firms / 1000)
	~	firm/Year [0,?]
	~	|

effect( [(0,0)-(10,2)],(0,1),(2,1.5),(1,1.2) )
	~	Dmnl	~	|

Initial Firms == 100 ~ firm ~ Given. |

Entry Rate = 1/10 ~ 1/Year [?,1] ~ |

TITLE=
	100*SME Firms/(SME Firms+1)
	~	percent ~ Odd name.|
********************************************************
	.Control
********************************************************~
		Simulation Control Parameters
	|
FINAL TIME  = 100 ~ Month ~ |
INITIAL TIME  = 0 ~ Month ~ |
SAVEPER  = TIME STEP*4 ~ Month [0,?] ~ |
TIME STEP  = 0.25 ~ Month [0,?] ~ |

\\\\\\---/// Sketch information - do not modify anything except names
V300  Do not put anything below this section - it will be ignored
///---\\\\\\
:L<%^E!@
15:0,0,0,1,0,0
""".replace("TITLE", '"Share (%) of \\"OEM\\""')


@pytest.fixture
def spec(tmp_path: Path):
    path = tmp_path / "firms.mdl"
    path.write_text(FILE, encoding="utf-8")
    return read_model(path)


def test_kinds_follow_from_the_equations(spec):
    assert {v.key: v.kind for v in spec.variables.values()} == {
        "sme_firms": "stock",
        "firm_entry": "flow",
        "firm_exit": "flow",
        "effect": "lookup",
        "initial_firms": "constant",
        "entry_rate": "constant",
        "share_of_oem": "auxiliary",
    }


def test_units_documentation_limits_sector_text_and_line_are_kept(spec):
    firms = spec["sme_firms"]
    assert (firms.title, firms.units, firms.documentation) == ("SME Firms", "firm", "Firms at work in the cluster.")
    assert firms.limits == (0.0, 10000.0, 1.0)
    assert firms.sector == "Firms"
    assert firms.line == 8
    assert firms.text == "SME Firms= INTEG ( Firm Entry-Firm Exit, Initial Firms)"
    assert spec["firm_exit"].limits == (0.0, None, None)
    assert spec["entry_rate"].limits == (None, 1.0, None)
    assert spec["firm_entry"].line == 16
    assert spec["share_of_oem"].title == 'Share (%) of "OEM"'


def test_equations_become_trees(spec):
    assert spec["sme_firms"].equation == Call("subtract", (Reference("firm_entry"), Reference("firm_exit")))
    assert spec["sme_firms"].initial == Reference("initial_firms")
    assert spec["entry_rate"].equation == Number(0.1)
    assert spec["effect"].equation == Table((0.0, 1.0, 2.0), (1.0, 1.2, 1.5))


def test_clock_and_method_come_from_the_file(spec):
    time = spec.time
    assert (time.initial, time.final, time.step, time.saveper) == (0.0, 100.0, 0.25, 1.0)
    assert (time.units, time.method) == ("Month", "rk4")
    assert len(spec.sha256) == 64


@pytest.mark.parametrize(("code", "method"), [(0, "euler"), (2, "euler"), (1, "rk4"), (5, "rk4")])
def test_integration_codes(model, code, method):
    assert model("a = 1", code=code).time.method == method


def test_second_order_runge_kutta_is_refused(model):
    with pytest.raises(UnsupportedError, match="integration method code 3"):
        model("a = 1", code=3)


def test_windows_line_ends_and_code_page_are_read(tmp_path):
    path = tmp_path / "old.mdl"
    text = FILE.replace("{UTF-8}", "").replace("cluster.", "clust\u00e9r.").replace("\n", "\r\n")
    path.write_bytes(text.encode("cp1252"))
    spec = read_model(path)
    assert spec["sme_firms"].documentation == "Firms at work in the clust\u00e9r."
    assert spec["sme_firms"].line == 8


def test_chinese_titles_are_kept(model):
    spec = model("企业 数量 = INTEG(1, 2)\n双倍 = 企业_数量 * 2")
    assert list(spec.variables) == ["企业_数量", "双倍"]


def test_names_match_without_case_and_blanks(model):
    spec = model("A  Long_Name = 1\nb = a long name + A_LONG_NAME")
    assert spec["b"].equation == Call("add", (Reference("a_long_name"), Reference("a_long_name")))


def test_two_titles_of_one_key_stay_apart(model):
    spec = model('"a (b)" = 1\n"a [b]" = 2\nc = "a [b]"')
    assert list(spec.variables) == ["a_b", "a_b_2", "c"]
    assert spec["c"].equation == Reference("a_b_2")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("-2^2", -4.0), ("(-2)^2", 4.0), ("3-2^2", -1.0), ("2^3^2", 512.0), ("-(2)+5", 3.0), ("6/2*3", 9.0),
        ("1-2-3", -4.0), ("2*-3", -6.0), ("1e-3*2E3", 2.0), (".5+1.", 1.5),
        ("IF THEN ELSE(1=1 :OR: 1=0 :AND: 1=0, 5, 6)", 5.0), ("IF THEN ELSE(:NOT: 1 > 2, 5, 6)", 5.0),
        ("MAX(1, MIN(7, 3))", 3.0), ("ABS(-3)", 3.0), ("INTEGER(-2.7)", -2.0), ("MODULO(-7, 3)", -1.0),
        ("QUANTUM(7, 2)", 6.0), ("POWER(2, 10)", 1024.0), ("LOG(100, 10)", 2.0), ("XIDZ(1, 1e-7, 9)", 9.0),
        ("ZIDZ(1, 0)", 0.0), ("ZIDZ(1, 4)", 0.25), ("GAME(4)", 4.0), ("SQRT(16)+LN(1)+EXP(0)", 5.0),
        ("WITH LOOKUP(5, ((0,0),(10,20)))", 10.0), ("WITH LOOKUP(50, ([(0,0)-(9,9)],(0,0),(10,20)))", 20.0),
    ],
)  # fmt: skip
def test_arithmetic_of_numbers_is_folded(model, written, value):
    spec = model(f"a = {written}")
    assert spec["a"].kind == "constant"
    assert spec["a"].equation.value == pytest.approx(value, abs=1e-15)


def test_reality_checks_are_passed_over(model):
    spec = model("a = 1\ncheck :THE CONDITION: a > 1 :IMPLIES: a > 0\ninput :TEST INPUT: a = 2")
    assert list(spec.variables) == ["a"]


def test_nothing_is_written_beside_the_model(tmp_path):
    (tmp_path / "firms.mdl").write_text(FILE, encoding="utf-8")
    read_model(tmp_path / "firms.mdl")
    assert [p.name for p in tmp_path.iterdir()] == ["firms.mdl"]


def test_a_changed_file_is_read_anew_and_an_unchanged_one_is_not(tmp_path):
    path = tmp_path / "firms.mdl"
    path.write_text(FILE, encoding="utf-8")
    first = read_model(path)
    assert read_model(path) is first
    path.write_text(FILE.replace("== 100", "== 200"), encoding="utf-8")
    assert read_model(path)["initial_firms"].equation == Number(200.0)
    assert first["initial_firms"].equation == Number(100.0)


def test_a_model_is_read_only_and_travels_to_other_processes(spec):
    with pytest.raises(TypeError):
        spec.variables["sme_firms"] = spec["effect"]
    assert pickle.loads(pickle.dumps(spec)) == spec


def test_other_suffixes_and_missing_files_are_input_errors(tmp_path):
    (tmp_path / "x.txt").write_text("a")
    with pytest.raises(InputError, match=r"ends in \.mdl"):
        read_model(tmp_path / "x.txt")
    with pytest.raises(InputError, match="no such file"):
        read_model(tmp_path / "none.mdl")


BAD = {
    "empty": ("", ModelError, "no equation found"),
    "only text": ("hello world", ModelError, "no entry"),
    "not closed": ("a = 1 ~ ~ ", ModelError, "not closed"),
    "no equation": ("a ~ ~ |", ModelError, ":1: a: has no equation"),
    "unknown name": ("alpha = 1 ~ ~ |\nb = alhpa + 1 ~ ~ |", ModelError, ":2: b: unknown variable.*'alhpa'.*'alpha'"),
    "unknown function": ("b = FOO(1, 2) ~ ~ |", UnsupportedError, ":1: b: the function FOO"),
    "twice": ("a = 1 ~ ~ |\nA = 2 ~ ~ |", ModelError, ":2: A: defined twice .*line 1"),
    "syntax": ("a = 1 + * 2 ~ ~ |", ModelError, ":1: a: cannot be parsed"),
    "open bracket": ("a = (1 + 2 ~ ~ |", ModelError, ":1: a: cannot be parsed"),
    "time defined": ("Time = 1 ~ ~ |", ModelError, "is the clock"),
    "range": ("a = 1 ~ m [x,2] ~ |", ModelError, "holds no numbers"),
    "subscript": ("a[Region] = 1 ~ ~ |", UnsupportedError, ":1: a: subscripts"),
    "subscript use": ("a = b[North] ~ ~ |", UnsupportedError, ":1: a: subscripts"),
    "subscript range": ("Region: North, South ~ ~ |", UnsupportedError, "subscript range"),
    "data": ("a := 1 ~ ~ |", UnsupportedError, "data variable"),
    "get data": ("a = GET XLS CONSTANTS('x.xls', 'A', 'B1') ~ ~ |", UnsupportedError, "GET CONSTANTS"),
    "random": ("a = RANDOM UNIFORM(0, 1, 5) ~ ~ |", UnsupportedError, "RANDOM UNIFORM"),
    "allocate": ("a = ALLOCATE AVAILABLE(1, 2, 3) ~ ~ |", UnsupportedError, "ALLOCATE"),
    "wrong count": ("a = MAX(1) ~ ~ |", UnsupportedError, "MAX with 1 arguments"),
    "integ inside": ("a = 1 + INTEG(1, 2) ~ ~ |", UnsupportedError, "INTEG inside"),
    "call of a number": ("a = 1 ~ ~ |\nb = a(3) ~ ~ |", UnsupportedError, "is no lookup"),
    "table as value": ("f((0,0),(1,1)) ~ ~ |\nb = f + 1 ~ ~ |", ModelError, ":2: b: 'f' is a lookup table"),
    "macro": (":MACRO: M(x)\nM = x ~ ~ |\n:END OF MACRO:\n", UnsupportedError, ":1: macros"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_models_are_refused_with_place_and_reason(tmp_path, name):
    text, kind, message = BAD[name]
    clock = "\nINITIAL TIME=0~~|FINAL TIME=1~~|TIME STEP=1~~|SAVEPER=1~~|"
    path = tmp_path / "bad.mdl"
    path.write_text("" if name == "empty" else text + ("" if name in ("only text", "not closed") else clock))
    with pytest.raises(kind, match=message) as caught:
        read_model(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


BAD_CLOCK = {
    "missing": ("INITIAL TIME=0~~|FINAL TIME=1~~|", "TIME STEP is missing"),
    "backwards": ("INITIAL TIME=2~~|FINAL TIME=1~~|TIME STEP=1~~|", "must be after"),
    "no step": ("INITIAL TIME=0~~|FINAL TIME=1~~|TIME STEP=0~~|", "must be above 0"),
    "moving": ("INITIAL TIME=0~~|FINAL TIME=s~~|TIME STEP=1~~|s=INTEG(1,1)~~|", "expression of constants"),
}


@pytest.mark.parametrize("name", BAD_CLOCK)
def test_bad_clocks_are_refused(tmp_path, name):
    text, message = BAD_CLOCK[name]
    path = tmp_path / "bad.mdl"
    path.write_text(f"a = 1 ~~|\n{text}")
    with pytest.raises(ModelError, match=message):
        read_model(path)
