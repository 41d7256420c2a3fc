"""The command line: arguments in, files and tables out; one clear line and an exit code when something is wrong."""

import io
import os
import sys
from collections.abc import Sequence

from simulator.cli.arguments import parse_arguments
from simulator.cli.tables import printable
from simulator.errors import GumsimError

__all__ = ["main"]

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``gumsim`` and return its exit code: 0 done, 1 a check failed, 2 bad input (one line on stderr)."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        chosen = parse_arguments(sys.argv[1:] if arguments is None else arguments)
        code: int = chosen.command(chosen)
        sys.stdout.flush()
    except GumsimError as error:
        print("gumsim: " + printable(str(error)), file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        _close_stdout_quietly()
        return 0
    except OSError as error:
        _close_stdout_quietly()
        print(f"gumsim: {printable(str(error.filename or 'output'))}: {error.strerror}", file=sys.stderr)
        return GumsimError.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _close_stdout_quietly() -> None:
    """Let the interpreter's last flush go nowhere: whoever read our output has enough of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
