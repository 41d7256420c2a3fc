"""The scenario of a page as part of an address: versioned, only what was changed, checked when it is opened."""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Any

from simulator.errors import InputError
from simulator.runner import Model, experiment_of
from simulator.scenario import scenario_from_dict, scenario_to_dict
from simulator.ui.catalogue import Catalogue
from simulator.ui.state import Position

VERSION = "1"
MAX_LINK = 8_000
MAX_TEXT = 200_000


def encode(position: Position) -> str:
    """Return the link's value: version, a dot, and the position as compressed JSON."""
    data = {"scenario": scenario_to_dict(position.scenario), "preset": position.preset}
    packed = zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    return f"{VERSION}.{urlsafe_b64encode(packed).decode().rstrip('=')}"


def decode(link: str, model: Model, catalogue: Catalogue) -> Position:
    """Return the position a link stands for.

    The scenario is checked like a file's: known case of this model, known keys, values in range. Raises `InputError`
    saying what is wrong with it.
    """
    version, _, packed = link.partition(".")
    if version != VERSION:
        raise InputError(f"the link has version '{version[:10]}'; this page reads version {VERSION}")
    if len(link) > MAX_LINK:
        raise InputError(f"the link is longer than {MAX_LINK:,} characters")
    data = _unpacked(packed)
    scenario = data.get("scenario")
    if not isinstance(scenario, dict) or not isinstance(data.get("preset", ""), str):
        raise InputError("the link holds no scenario")
    opened = scenario_from_dict(scenario, name="link")
    start = catalogue.start(opened.case)
    if opened.model not in ("", start.baseline.model):
        raise InputError("the link is for another model than the one open here")
    experiment_of(model, opened, start.case)
    preset = data.get("preset", "")
    return Position(opened, preset if preset in catalogue.presets.get(opened.case, {}) else "")


def _unpacked(packed: str) -> dict[str, Any]:
    try:
        content = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        expander = zlib.decompressobj()
        text = expander.decompress(content, MAX_TEXT)
        if expander.unconsumed_tail:
            raise InputError("the link holds too much")
        data = json.loads(text)
    except (Base64Error, zlib.error, ValueError, RecursionError):
        raise InputError("the link is damaged or incomplete") from None
    if not isinstance(data, dict):
        raise InputError("the link holds no scenario")
    return data
