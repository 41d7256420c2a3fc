"""The view Validation: the committed passport in words, its model compared with the one open, bad files refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from simulator.errors import InputError
from simulator.runner import Model, load_model
from simulator.ui.passport_file import passport_path, read_passport
from simulator.ui.validation import counts

OpenPage = Callable[..., AppTest]


def data(sha256: str) -> dict[str, Any]:
    def row(key: str, passed: bool | None, **more: object) -> dict[str, object]:
        return {"key": key, "title": f"Test {key}", "rule": "no *error*", "passed": passed, "summary": "3 of 4",
                "seconds": 1.0, **more}

    table = {"columns": ["what", "what"], "rows": [["a", "1"], ["b"]]}
    return {
        "model": "m", "sha256": sha256, "quick": False, "passed": False,
        "rows": [row("units", True), row("history", False, tables=[table], notes=["thin"]), row("free", None)],
        "limits": ["no forecast"],
    }


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A model file of its own, with room for a passport beside it."""
    source = Path(load_model("first_order").path)
    (tmp_path / "own.mdl").write_bytes(source.read_bytes())
    return tmp_path


def opened(open_page: OpenPage, place: Path) -> AppTest:
    page = open_page(str(place / "own.mdl"))
    page.button_group(key="view").set_value("validation").run()
    assert not page.exception, [e.value for e in page.exception]
    return page


def test_results_stand_in_words_and_symbols_and_a_failure_stands_open(open_page: OpenPage, place: Path) -> None:
    sha256 = load_model(place / "own.mdl").spec.sha256
    (place / "own.passport.json").write_text(json.dumps(data(sha256)))
    page = opened(open_page, place)
    labels = [e.label for e in page.expander]
    results = ["✓ passed", "✗ failed", "– reported, not judged"]
    assert labels == [f"**{r}** · Test {key}" for r, key in zip(results, ("units", "history", "free"), strict=True)]
    assert not page.warning
    assert page.dataframe[0].value.to_numpy().tolist() == [["a", "1"], ["b", ""]]
    assert any("thin" in m.value for m in page.markdown)
    assert any("no forecast" in m.value for m in page.markdown)


def test_a_passport_of_another_model_file_is_marked(open_page: OpenPage, place: Path) -> None:
    (place / "own.passport.json").write_text(json.dumps(data("0" * 64)))
    assert "another version" in opened(open_page, place).warning[0].value


def test_without_a_passport_one_line_says_how_to_make_it(open_page: OpenPage, place: Path) -> None:
    page = opened(open_page, place)
    assert "gumsim validate --json models/own.passport.json" in page.info[0].value
    assert not page.expander


@pytest.mark.parametrize(
    ("content", "reason"),
    [("{", "JSON"), ('{"model": "m"}', "sha256"), ('{"model": 1}', "model"), ("[]", "object")],
)
def test_a_broken_passport_is_one_clear_line(open_page: OpenPage, place: Path, content: str, reason: str) -> None:
    (place / "own.passport.json").write_text(content)
    with pytest.raises(InputError, match=reason):
        read_passport(place / "own.passport.json")
    page = opened(open_page, place)
    assert len(page.error) == 1
    assert "own.passport.json" in page.error[0].value
    assert "\n" not in page.error[0].value


def test_the_built_in_models_passport_is_looked_for_where_a_wheel_carries_it(model: Model) -> None:
    assert passport_path(model).name == "gum.passport.json"
    assert passport_path(model).parent == model.path.parent
    found = read_passport(passport_path(model))
    if found is not None:
        assert sum(counts(found).values()) == len(found.rows) > 5
