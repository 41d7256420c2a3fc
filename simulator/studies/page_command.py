"""The command line of a study that makes one page: print it, or write it to a file."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from simulator.errors import GumsimError
from simulator.files import write_files


def page_command(
    module: str,
    about: str | None,
    make: Callable[[argparse.Namespace], str],
    arguments: Sequence[str] | None,
    *,
    add_options: Callable[[argparse.ArgumentParser], object] = lambda parser: None,
) -> int:
    """Make the page and print it, or write it with ``--write FILE``; return 0, or 2 after one line on stderr."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    add_options(parser)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page to FILE instead of printing it")
    options = parser.parse_args(arguments)
    try:
        text = make(options)
        if options.write:
            write_files({options.write: text})
        else:
            sys.stdout.write(text)
    except GumsimError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    return 0
