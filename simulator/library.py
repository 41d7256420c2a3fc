"""Finds the models, cases and scenarios that ship with gumsim, in a checkout as in an installed wheel."""

from pathlib import Path

from simulator.errors import InputError, did_you_mean

MODEL_SUFFIXES = (".mdl", ".xmile", ".stmx", ".xml")
SCENARIO_SUFFIXES = (".yaml", ".yml")


def data_folder() -> Path:
    """Return the folder that holds ``models/``, ``scenarios/`` and ``app.py``.

    That is ``simulator/_data`` in an installed wheel, else the root of the checkout.
    """
    package = Path(__file__).resolve().parent
    installed = package / "_data"
    return installed if installed.is_dir() else package.parent


def app_file() -> Path:
    """Return the page's entry script. Raises `InputError` if the installation lacks it."""
    path = data_folder() / "app.py"
    if not path.is_file():
        raise InputError(f"{path}: the page's entry script is missing; reinstall gumsim")
    return path


def models() -> dict[str, Path]:
    """Return the built-in model files by name, in alphabetical order."""
    return _listing(data_folder() / "models", MODEL_SUFFIXES)


def scenarios() -> dict[str, Path]:
    """Return the built-in scenario files by name, in alphabetical order."""
    return _listing(data_folder() / "scenarios", SCENARIO_SUFFIXES)


def cases() -> dict[str, Path]:
    """Return the built-in case files by name, in alphabetical order."""
    return _listing(data_folder() / "scenarios" / "cases", SCENARIO_SUFFIXES)


def find_model(name_or_path: str | Path, *, near: Path | None = None) -> Path:
    """Return the file of a built-in model by name, or the path given.

    A string with a folder or one of `MODEL_SUFFIXES` is a path (tried in `near` too); anything else is a name, of a
    file in `near` first. Raises
    `InputError` for an unknown name, naming near matches.
    """
    known = {**models(), **(_listing(near, MODEL_SUFFIXES) if near else {})}
    return _find("model", name_or_path, known, MODEL_SUFFIXES, [near] if near else [])


def find_scenario(name_or_path: str | Path) -> Path:
    """Return the file of a built-in scenario (or of a case, whose baseline it stands for) by name, or the path given.

    Raises `InputError` for an unknown name, naming near matches.
    """
    return _find("scenario", name_or_path, {**cases(), **scenarios()}, SCENARIO_SUFFIXES, [])


def find_case(name_or_path: str | Path, *, near: Path | None = None) -> Path:
    """Return the file of a case by name, looked up in the ``cases`` folder of `near`, built in, in `near`; or the path.

    A built-in case comes before a file in `near`, because a scenario often has the name of its case.

    Raises `InputError` for an unknown name, naming near matches.
    """
    if near is None:
        return _find("case", name_or_path, cases(), SCENARIO_SUFFIXES, [])
    own, beside = _listing(near / "cases", SCENARIO_SUFFIXES), _listing(near, SCENARIO_SUFFIXES)
    return _find("case", name_or_path, {**beside, **cases(), **own}, SCENARIO_SUFFIXES, [near, near / "cases"])


def _listing(folder: Path, suffixes: tuple[str, ...]) -> dict[str, Path]:
    try:
        files = sorted(p for p in folder.iterdir() if p.suffix.lower() in suffixes and not p.name.startswith("."))
    except OSError:
        return {}
    return {p.stem: p for p in files}


def _find(kind: str, given: str | Path, known: dict[str, Path], suffixes: tuple[str, ...], near: list[Path]) -> Path:
    text = str(given)
    path = Path(text)
    by_path = isinstance(given, Path) or "/" in text or len(path.parts) > 1 or path.suffix.lower() in suffixes
    if by_path or text in ("", ".", ".."):
        if not path.is_absolute() and not path.exists():
            return next((folder / path for folder in near if (folder / path).exists()), path)
        return path
    if text in known:
        return known[text]
    if path.exists():
        return path
    raise InputError(f"no {kind} is called '{text}'{did_you_mean(text, known)}")
