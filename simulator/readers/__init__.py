"""Model files -> ModelSpec: the only part that imports PySD (its parsers, never its runtime)."""

from functools import lru_cache
from pathlib import Path

from simulator.errors import InputError
from simulator.files import read_bytes
from simulator.model import ModelSpec

SUFFIXES = (".mdl", ".xmile", ".stmx", ".xml")


def read_model(path: Path) -> ModelSpec:
    """Read a model file: Vensim .mdl, or XMILE .xmile, .stmx, .xml; at most 1 MB. Nothing in it is executed.

    The same path with the same content gives the same object, so that what is compiled from it is kept too.

    Raises `InputError` if the file cannot be read or has another suffix, `ModelError` if it is malformed, empty or
    refers to unknown names, `UnsupportedError` if it uses a construct this engine does not run; the message begins
    ``file:line: variable: ``.
    """
    path = Path(path)
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path}: a model file ends in {', '.join(SUFFIXES)}, not '{path.suffix.lower()}'")
    return _read(path, read_bytes(path))


@lru_cache(maxsize=16)
def _read(path: Path, content: bytes) -> ModelSpec:
    if path.suffix.lower() == ".mdl":
        from simulator.readers.vensim import read_vensim

        return read_vensim(path, content)
    from simulator.readers.xmile import read_xmile

    return read_xmile(path, content)
