"""Causes, uses, sectors and search, read off a model's equations."""

import pytest

from simulator.runner import Model
from simulator.ui.structure import links, search, sectors


def test_causes_and_uses_mirror_each_other(model: Model) -> None:
    found = links(model.spec)
    assert set(found.causes) == set(found.uses) == set(model.spec.variables)
    for key, causes in found.causes.items():
        assert key not in causes
        for cause in causes:
            assert key in found.uses[cause]
    assert sum(map(len, found.causes.values())) == sum(map(len, found.uses.values())) > 500


def test_a_known_equation(model: Model) -> None:
    causes = links(model.spec).causes["knowledge_conversion"]
    assert causes == ("spilled_knowledge", "conversion_rate", "cluster_learning", "pace_limit")


def test_sectors_hold_every_variable_once(model: Model) -> None:
    listed = [v.key for variables in sectors(model.spec).values() for v in variables]
    assert sorted(listed) == sorted(model.spec.variables)


@pytest.mark.parametrize("text", ["TRUST", "tacit trust", "Source: 002 §2.4.3"])
def test_search_finds_every_word_whatever_its_case(model: Model, text: str) -> None:
    found = search(model.spec, text)
    assert found
    for v in found:
        whole = f"{v.key} {v.title} {v.text} {v.units} {v.documentation}".casefold()
        assert all(word in whole for word in text.casefold().split())


def test_search_for_nothing_is_everything_and_for_nonsense_nothing(model: Model) -> None:
    assert len(search(model.spec, "")) == len(model.spec.variables)
    assert search(model.spec, "zzzzqqq") == ()
