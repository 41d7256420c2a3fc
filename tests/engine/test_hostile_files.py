"""A model file is untrusted: nothing in it runs, nothing is fetched or written, sizes are capped."""

import builtins
import random
import time
from pathlib import Path

import pytest

from simulator.errors import GumsimError, InputError, ModelError
from simulator.readers import pysd_parser, read_model
from simulator.readers.pysd_parser import NotReadableError, literal
from simulator.simulate import default_experiment, simulate

CLOCK = "\nINITIAL TIME=0~~|FINAL TIME=1~~|TIME STEP=1~~|SAVEPER=1~~|"
XMILE = """<?xml version="1.0" encoding="utf-8"?>{doctype}
<xmile version="1.0" xmlns="http://docs.oasis-open.org/xmile/ns/XMILE/v1.0">
<sim_specs method="Euler" time_units="Month"><start>0</start><stop>10</stop><dt>1</dt></sim_specs>
<model><variables>{variables}</variables></model></xmile>"""


def payload(marker: Path) -> str:
    """Return an expression that writes `marker` when it is executed."""
    return f"open({str(marker)!r},'w').close()"


def read_and_run(path: Path) -> str | None:
    """Return None if the model runs, else the refusal; any other exception is a failure."""
    try:
        spec = read_model(path)
        simulate(spec, default_experiment(spec))
    except GumsimError as error:
        return str(error)
    return None


VENSIM = [
    "f([{payload}],(0,0),(1,1)) ~ ~ |",
    "f([(0,0)-(1,1),{payload}],(0,0),(1,1)) ~ ~ |",
    "f([(0,0)-(1,1)+{payload}],(0,0),(1,1)) ~ ~ |\nb = f(Time) ~ ~ |",
    "a = WITH LOOKUP(Time, ([{payload}],(0,0),(1,1))) ~ ~ |",
    "a = WITH LOOKUP(Time, ([(0,0)-({payload},1)],(0,0),(1,1))) ~ ~ |",
    "a = MAX({payload}, 1) ~ ~ |",
    "a = GET XLS CONSTANTS('x', 'y', '{payload}') ~ ~ |",
    "a = {payload} ~ ~ |",
    "a = 1 ~ [{payload}] ~ |",
    "a = 1 ~ m [{payload},1] ~ {payload} |",
    'a = 1 ~ ~ |\n"{payload}" = a + 1 ~ ~ |\nc = "{payload}" * 2 ~ {payload} ~ {payload} |',
]


@pytest.mark.parametrize("text", VENSIM)
def test_a_payload_in_a_vensim_file_does_not_run(tmp_path, text):
    marker = tmp_path / "fired"
    path = tmp_path / "bad.mdl"
    path.write_text(text.replace("{payload}", payload(marker)) + CLOCK)
    refusal = read_and_run(path)
    assert refusal is None or refusal.startswith(str(path))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.mdl"]


XMILE_BODIES = [
    '<aux name="a"><eqn>{payload}</eqn></aux>',
    '<aux name="a"><eqn>time</eqn><gf><xscale min="0" max="{payload}"/><ypts>1,2</ypts></gf></aux>',
    '<aux name="a"><eqn>time</eqn><gf><xscale min="0" max="1"/><ypts>1,{payload}</ypts></gf></aux>',
    '<aux name="{payload}"><eqn>1</eqn></aux><aux name="b"><eqn>1 + 1</eqn><range min="{payload}"/></aux>',
    '<stock name="s"><eqn>{payload}</eqn><inflow>{payload}</inflow></stock>',
]


@pytest.mark.parametrize("suffix", [".xmile", ".stmx"])
@pytest.mark.parametrize("body", XMILE_BODIES)
def test_a_payload_in_an_xmile_file_does_not_run(tmp_path, body, suffix):
    marker = tmp_path / "fired"
    path = tmp_path / f"bad{suffix}"
    path.write_text(XMILE.format(doctype="", variables=body.replace("{payload}", payload(marker))))
    with pytest.raises(ModelError) as caught:
        read_model(path)
    assert str(caught.value).startswith(str(path))
    assert sorted(p.name for p in tmp_path.iterdir()) == [path.name]


def test_the_payload_is_live(tmp_path):
    eval(payload(tmp_path / "fired"))
    assert (tmp_path / "fired").exists()


def test_pysd_has_no_way_to_evaluate_text():
    for module in (pysd_parser.vensim_element, pysd_parser.xmile_element):
        assert module.eval is literal
        assert module.eval is not builtins.eval


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1), (" -2.5e3 ", -2500.0), ("'tab'", "tab"), ("1-2.5+3", 1.5),
        ("(1,2),(3,-4.5),", [(1.0, 2.0), (3.0, -4.5)]), ("[(0,0),(10,10)]", [(0.0, 0.0), (10.0, 10.0)]), ("", ()),
    ],
)  # fmt: skip
def test_literals(text, value):
    assert literal(text) == value


@pytest.mark.parametrize(
    "text",
    ["a", "1,2", "(1,a)", "__import__('os')", "2**3", "1*2", "[1 for x in y]", "'a'+'b'", "'\\x41'", "1_0", "0x1"],
)
def test_nothing_else_is_a_literal(text):
    with pytest.raises(NotReadableError):
        literal(text)


ENTITIES = {
    "external": '<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>',
    "external subset": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "laughs": '<!DOCTYPE x [<!ENTITY a "1111111111">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + '<!ENTITY e "&j;">]>',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "file://{secret}"> %p; <!ENTITY e "1">]>',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ENTITIES)
def test_entities_are_refused_unread(tmp_path, name, encoding):
    secret = tmp_path / "secret.txt"
    secret.write_text("42424242")
    path = tmp_path / "bad.xmile"
    doctype = ENTITIES[name].replace("{secret}", str(secret))
    text = XMILE.format(doctype=doctype, variables='<aux name="a"><eqn>&e;</eqn></aux>').replace("utf-8", encoding)
    path.write_bytes(text.encode(encoding))
    begin = time.process_time()
    with pytest.raises(ModelError) as caught:
        read_model(path)
    assert "42424242" not in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert time.process_time() - begin < 20


def test_size_is_capped(tmp_path):
    for suffix in (".mdl", ".xmile"):
        path = tmp_path / f"big{suffix}"
        path.write_text("a" * 1_000_001)
        with pytest.raises(InputError, match="larger than"):
            read_model(path)


BOMBS = {
    "brackets": "a = " + "(" * 5000 + "1" + ")" * 5000,
    "signs": "a = " + "-" * 9000 + "1",
    "nots": "a = " + ":NOT: " * 3000 + "1",
    "long sum": "a = b" + "+b" * 9000 + " ~ ~ |\nb = 1",
    "long product": "a = b" + "*(b)" * 4000 + " ~ ~ |\nb = 1",
    "powers": "a = b" + "^b" * 5000 + " ~ ~ |\nb = 1",
    "open quote": 'a = "' + "x" * 5000,
    "open brace": "a = {" + "x" * 5000,
    "many conditions": "a = " + "IF THEN ELSE(b, " * 25 + "1" + ", 1)" * 25 + " ~ ~ |\nb = TIME",
    "deep calls": "a = " + "ABS(" * 300 + "1" + ")" * 300,
    "many tildes": "a = 1" + "~" * 100_000,
    "too many variables": " ~ ~ |\n".join(f"a{i} = {i}" for i in range(6000)),
    "reference chain": " ~ ~ |\n".join(f"a{i} = a{i + 1} + 1" for i in range(3000)) + " ~ ~ |\na3000 = TIME",
    "huge numbers": "a = 1e999 ~ ~ |\nb = a * 0",
    "control characters": "a\x01\x02 = \x03 1",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_end_in_a_model_or_a_clear_refusal(tmp_path, name):
    path = tmp_path / "bomb.mdl"
    path.write_text(BOMBS[name] + " ~ ~ |" + CLOCK)
    refusal = read_and_run(path)
    assert refusal is None or len(refusal) < 2000


def test_generated_source_holds_no_text_of_the_file(model):
    from simulator.compile import compile_model

    title = '"import os; os.getcwd()"'
    spec = model(f'{title} = INTEG("evil name" - 1, 3)\n"evil name" = SMOOTH({title}, 4.5)')
    program = compile_model(spec)
    made = [program.initial("float"), program.prepare("float"), program.rhs("float"), program.rhs("array")]
    for generated in made:
        assert "os" not in generated.source.replace("logical_or", "")
        assert "evil" not in generated.source
        assert generated.function.__globals__["__builtins__"] == {}


TOKENS = [
    "(", ")", "[", "]", "{", "}", "~", "|", '"', "'", ",", "=", "-", "*", "/", "^", "<", ">", "&", "1e999", "0", "Time",
    "INTEG(", "SMOOTH(", "IF THEN ELSE(", "WITH LOOKUP(", "INITIAL(", "\\", "\n", "<!--",
    "]]>", ":NOT:", "\x00", "9" * 400,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("suffix", [".mdl", ".xmile"])
def test_broken_files_run_or_are_refused_in_one_line(tmp_path, suffix, seed):
    rng = random.Random(seed)
    whole = (Path(__file__).parents[2] / "models" / "sir.mdl").read_text(encoding="utf-8")
    if suffix == ".xmile":
        body = '<stock name="s"><eqn>1</eqn><inflow>f</inflow></stock><flow name="f"><eqn>s*STEP(0.1, 3)</eqn></flow>'
        whole = XMILE.format(doctype="", variables=body)
    path = tmp_path / f"broken{suffix}"
    for _ in range(25):
        text = whole
        for _ in range(rng.choice([1, 2, 5])):
            at, length = rng.randrange(len(text)), rng.choice([0, 0, 1, 10])
            text = text[:at] + rng.choice([rng.choice(TOKENS), ""]) + text[at + length :]
        path.write_text(text, encoding="utf-8")
        refusal = read_and_run(path)
        assert refusal is None or ("\n" not in refusal and len(refusal) < 2000)
