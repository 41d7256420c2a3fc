"""The passport in Chinese: every row has its words, with the same numbers, and so have its tables."""

import re
from dataclasses import replace
from typing import Any

import pytest

from simulator.runner import Model, load_model
from simulator.studies.passport import CHECKS, Passport, as_data, passport, reality
from simulator.studies.passport.chinese import names_of, with_chinese_tables
from simulator.studies.passport.rows import Chinese, Row, Table
from simulator.studies.passport.study import LIMITS, LIMITS_ZH

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def gum() -> Model:
    return load_model("gum")


@pytest.fixture(scope="module")
def found(gum: Model) -> Passport:
    """A quick passport, of the claims two only."""
    real = reality.study

    def two(*arguments: Any, **options: Any) -> Any:
        return real(*arguments, **(options | {"draws": 2, "only": ["A01", "A02"]}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reality, "study", two)
        return passport(gum, quick=True)


@pytest.mark.parametrize("key", CHECKS)
def test_a_row_says_the_same_in_chinese(found: Passport, key: str) -> None:
    row = next(row for row in found.rows if row.key == key)
    assert row.zh is not None
    for text in (row.zh.title, row.zh.rule, row.zh.summary, *row.zh.notes):
        assert CHINESE.search(text)
    assert len(row.zh.notes) == len(row.notes)
    pairs = [(row.rule, row.zh.rule), (row.summary, row.zh.summary), *zip(row.notes, row.zh.notes, strict=True)]
    for english, chinese in pairs:
        assert sorted(re.findall(r"\d+\.?\d*", english)) == sorted(re.findall(r"\d+\.?\d*", chinese))


@pytest.mark.parametrize("key", CHECKS)
def test_its_tables_have_chinese_columns_and_words(found: Passport, key: str) -> None:
    row = next(row for row in found.rows if row.key == key)
    for table in row.tables:
        assert len(table.columns_zh) == len(table.columns)
        assert [len(r) for r in table.rows_zh] == [len(r) for r in table.rows]
        for column in table.columns_zh:
            assert CHINESE.search(column) or re.fullmatch(r"\d+ %", column), column
        for english, chinese in zip(table.rows, table.rows_zh, strict=True):
            for a, b in zip(english, chinese, strict=True):
                if re.fullmatch(r"[+-]?[\d.,]+(e[+-]\d+)?( %)?", a):
                    assert a == b, "numbers stay"
                if a in ("holds", "fails", "sound", "yes", "fitted", "reinforcing", "balancing", "assumed"):
                    assert CHINESE.search(b)


def test_names_and_sentences_in_cells(gum: Model) -> None:
    title = gum.spec["trust"].title
    chinese = gum.card.titles["trust"]
    table = Table(("case", f"change of {title}", "at 1e-06"), (
        ("ningbo_apparel", f"{title} falls to -0.3", "no such word"),
        ("trust -> trust", "governance_first > brand_first", "3 of 4"),
        ("'trust' cannot be computed at time 0: float division by zero (line 3: x", "random levers 2", "80% of draws"),
    ))
    row = Row("k", "t", "r", True, "s", (table,), zh=Chinese("题", "则", "数", words={"no such word": "有了"}))
    made = with_chinese_tables(row, names_of(gum)).tables[0]
    assert made.columns_zh == ("案例", f"“{chinese}”的变化", "取 1e-06")
    assert made.rows_zh[0] == ("宁波服装", f"“{chinese}”降至 -0.3", "有了")
    assert made.rows_zh[1][0] == f"{chinese} -> {chinese}"
    assert CHINESE.search(made.rows_zh[1][1].split(" > ")[1])
    assert made.rows_zh[1][2] == "4 项中 3 项"
    assert made.rows_zh[2] == (f"“{chinese}”无法计算：除以零", "随机杠杆 2", "抽样的 80%")
    assert made.rows == table.rows, "the English table stays"


def test_the_file_keeps_its_english_fields_and_adds_the_chinese(found: Passport) -> None:
    data = as_data(found)
    assert len(LIMITS) == len(LIMITS_ZH) == len(data["limits_zh"])
    for row, written in zip(found.rows, data["rows"], strict=True):
        assert (written["title"], written["summary"]) == (row.title, row.summary)
        assert written["zh"]["summary"] == row.zh.summary  # type: ignore[union-attr]
    bare = replace(found, rows=tuple(replace(row, zh=None) for row in found.rows[:1]), seconds=found.seconds[:1])
    assert "zh" not in as_data(bare)["rows"][0]
