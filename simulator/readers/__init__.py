"""Model files -> ModelSpec: the only part that imports PySD (its parsers, never its runtime)."""

from pathlib import Path

from simulator.errors import InputError
from simulator.model import ModelSpec

SUFFIXES = (".mdl", ".xmile", ".stmx", ".xml")


def read_model(path: Path) -> ModelSpec:
    """Read a model file: Vensim .mdl, or XMILE .xmile, .stmx, .xml; at most 1 MB. Nothing in it is executed.

    Raises `InputError` if the file cannot be read or has another suffix, `ModelError` if it is malformed, empty or
    refers to unknown names, `UnsupportedError` if it uses a construct this engine does not run; the message begins
    ``file:line: variable: ``.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".mdl":
        from simulator.readers.vensim import read_vensim

        return read_vensim(path)
    if suffix in SUFFIXES:
        from simulator.readers.xmile import read_xmile

        return read_xmile(path)
    raise InputError(f"{path}: a model file ends in {', '.join(SUFFIXES)}, not '{suffix}'")
