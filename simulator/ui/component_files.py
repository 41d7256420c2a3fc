"""The style sheets and scripts of the page's browser components, each read once."""

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "component"


@cache
def component_file(name: str) -> str:
    """Return the text of a file in the folder `component`."""
    return (_FOLDER / name).read_text(encoding="utf-8")
