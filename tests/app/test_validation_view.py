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


def opened(open_page: OpenPage, place: Path, language: str = "en") -> AppTest:
    page = open_page(str(place / "own.mdl"), lang=language)
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


def test_the_chinese_page_shows_the_chinese_words(open_page: OpenPage, place: Path) -> None:
    content = data(load_model(place / "own.mdl").spec.sha256)
    for row in content["rows"]:
        row["zh"] = {"title": f"检验 {row['key']}", "rule": "没有*错误*", "summary": "4 中 3", "notes": ["数据很少"]}
        for table in row.get("tables", []):
            table |= {"columns_zh": ["项目", "项目"], "rows_zh": [["甲", "1"], ["乙"]]}
    content["limits_zh"] = ["不是预测"]
    (place / "own.passport.json").write_text(json.dumps(content))
    page = opened(open_page, place, "zh")
    assert [e.label.split(" · ")[1] for e in page.expander] == ["检验 units", "检验 history", "检验 free"]
    assert list(page.dataframe[0].value.columns) == ["项目", "项目 "]
    assert page.dataframe[0].value.to_numpy().tolist() == [["甲", "1"], ["乙", ""]]
    words = " ".join(m.value for m in page.markdown)
    assert "数据很少" in words
    assert "不是预测" in words
    assert "thin" not in words
    assert not any("gumsim validate" in c.value for c in page.caption)
    english = opened(open_page, place)
    assert english.dataframe[0].value.to_numpy().tolist() == [["a", "1"], ["b", ""]]


GROUPS = {"columns": ["group", "claims"], "rows": [["A_system", "7"], ["B_pairs", "9"]]}
CHINESE = {"columns_zh": ["组", "论断数"], "rows_zh": [["A 整体系统", "7"], ["B 因素两两关系", "9"]]}
LABELS = {"labels": {"A_system": "A. The system as a whole", "B_pairs": "B. Pairs of factors"}}


@pytest.mark.parametrize(
    ("table", "language", "shown"),
    [
        ({**GROUPS, **CHINESE, **LABELS}, "en", ["A. The system as a whole", "B. Pairs of factors"]),
        ({**GROUPS, **CHINESE, **LABELS}, "zh", ["A 整体系统", "B 因素两两关系"]),
        ({**GROUPS, **LABELS}, "zh", ["A. The system as a whole", "B. Pairs of factors"]),
        ({**GROUPS, **CHINESE}, "en", ["A_system", "B_pairs"]),  # older files, without labels
        (GROUPS, "zh", ["A_system", "B_pairs"]),
    ],
)
def test_keys_in_cells_are_shown_by_their_labels(
    open_page: OpenPage, place: Path, table: dict[str, Any], language: str, shown: list[str]
) -> None:
    content = data(load_model(place / "own.mdl").spec.sha256)
    content["rows"][1]["tables"] = [table]
    (place / "own.passport.json").write_text(json.dumps(content))
    frame = opened(open_page, place, language).dataframe[0].value
    assert frame.iloc[:, 0].tolist() == shown
    assert frame.iloc[:, 1].tolist() == ["7", "9"]


def test_an_older_passport_is_shown_in_english_and_says_how_to_renew_it(open_page: OpenPage, place: Path) -> None:
    (place / "own.passport.json").write_text(json.dumps(data(load_model(place / "own.mdl").spec.sha256)))
    page = opened(open_page, place, "zh")
    assert [e.label.split(" · ")[1] for e in page.expander] == ["Test units", "Test history", "Test free"]
    assert page.dataframe[0].value.to_numpy().tolist() == [["a", "1"], ["b", ""]]
    assert any("gumsim validate --json models/own.passport.json" in c.value for c in page.caption)
    assert not any("gumsim validate" in c.value for c in opened(open_page, place).caption)


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
