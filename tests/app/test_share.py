"""The share link: everything comes back; what is damaged, foreign or out of range is refused in one line."""

import json
import zlib
from base64 import urlsafe_b64encode

import pytest

from simulator.errors import GumsimError, InputError
from simulator.runner import Model
from simulator.ui.catalogue import Catalogue
from simulator.ui.share import MAX_TEXT, decode, encode
from simulator.ui.state import Position


def packed(data: object, version: str = "1") -> str:
    return f"{version}." + urlsafe_b64encode(zlib.compress(json.dumps(data).encode())).decode().rstrip("=")


def test_every_shipped_package_survives_the_link(model: Model, catalogue: Catalogue) -> None:
    for case, presets in catalogue.presets.items():
        positions = [Position(catalogue.start(case).baseline), *(Position(s, name) for name, s in presets.items())]
        for position in positions:
            link = encode(position)
            assert decode(link, model, catalogue) == position
            assert len(link) < 4000


def test_schedules_drivers_and_interventions_survive_exactly(model: Model, catalogue: Catalogue) -> None:
    scenario = catalogue.start("ningbo_apparel").baseline.changed(
        levers={
            "own_brand_effort": {"value": 12.345678901234567, "start": 2010.25, "ramp": 0.5, "end": 2020},
            "association_activism": {"knots": [[1990, 0], [2000, 10]]},
        },
        drivers={"exchange_rate_index": 1.1},
        clamp={"trust": 0.5},
        freeze=["trust -> tacit_sharing"],
    )
    assert decode(encode(Position(scenario)), model, catalogue).scenario == scenario


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("2.abc", "version"),
        ("", "version"),
        ("1.%%%", "damaged"),
        ("1.abcd", "damaged"),
        ("1." + "a" * 9000, "longer"),
        (packed([1]), "no scenario"),
        (packed({"scenario": 1}), "no scenario"),
        (packed({"scenario": {"format": "gumsim-scenario/1", "name": "x", "case": "/etc/passwd"}}), "no case"),
        (packed({"scenario": {"format": "gumsim-scenario/1", "name": "x", "case": "nowhere"}}), "no case"),
        (
            packed(
                {"scenario": {"format": "gumsim-scenario/1", "name": "x", "case": "ningbo_apparel", "model": "sir"}}
            ),
            "another model",
        ),
        (
            packed(
                {
                    "scenario": {
                        "format": "gumsim-scenario/1",
                        "name": "x",
                        "case": "ningbo_apparel",
                        "levers": {"own_brand_effort": 400},
                    }
                }
            ),
            "range",
        ),
        (
            packed(
                {
                    "scenario": {
                        "format": "gumsim-scenario/1",
                        "name": "x",
                        "case": "ningbo_apparel",
                        "levers": {"own_brand_efort": 40},
                    }
                }
            ),
            "own_brand_effort",
        ),
        (
            packed({"scenario": {"format": "gumsim-scenario/1", "name": "x", "case": "ningbo_apparel", "evil": 1}}),
            "evil",
        ),
        ("1." + urlsafe_b64encode(zlib.compress(b" " * (MAX_TEXT + 10))).decode(), "too much"),
        ("1." + urlsafe_b64encode(zlib.compress(b"[" * 20000)).decode(), "damaged"),
    ],
)
def test_bad_links_are_refused_in_one_line(model: Model, catalogue: Catalogue, link: str, words: str) -> None:
    with pytest.raises(GumsimError, match=words) as caught:
        decode(link, model, catalogue)
    assert "\n" not in str(caught.value)


def test_an_unknown_package_name_is_dropped(model: Model, catalogue: Catalogue) -> None:
    baseline = catalogue.start("ningbo_apparel").baseline
    assert decode(encode(Position(baseline, "no_such_package")), model, catalogue).preset == ""
    with pytest.raises(InputError):
        decode(encode(Position(baseline.changed(case="nowhere"))), model, catalogue)
