"""Every exception that gumsim raises on purpose, and the nearest-name helper that their messages share."""

from collections.abc import Iterable
from difflib import get_close_matches


class GumsimError(Exception):
    """Base of all deliberate errors: one line saying what, where, what is allowed and how to mend it."""

    exit_code = 2


class ModelError(GumsimError):
    """A model file cannot be read: malformed, empty, too large, or with a cycle or an unknown name."""


class UnsupportedError(ModelError):
    """A model file uses a construct this engine does not run; the message names construct, variable and line."""


class InputError(GumsimError):
    """A scenario, case, card, option or argument is wrong; the message names file, key and the allowed values."""


class SimulationError(GumsimError):
    """A run could not be finished: solver failure or a non-finite value; names time, variable and remedy."""


def did_you_mean(name: str, allowed: Iterable[str], *, limit: int = 3) -> str:
    """Return ``"; did you mean 'x' or 'y'?"`` for near matches of `name`, else a short list of what is allowed."""
    options = sorted(set(allowed))
    close = get_close_matches(name.lower().replace(" ", "_").replace("-", "_"), options, n=limit, cutoff=0.6)
    if close:
        return "; did you mean " + " or ".join(f"'{c}'" for c in close) + "?"
    shown = ", ".join(options[:12]) + (", ..." if len(options) > 12 else "")
    return f"; allowed: {shown}" if options else ""
