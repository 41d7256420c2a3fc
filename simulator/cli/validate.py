"""``gumsim validate``: the model passport, printed as it runs, written as Markdown and JSON."""

import json
import sys
from argparse import Namespace
from pathlib import Path

from simulator.files import check_writable, write_files
from simulator.runner import load_model
from simulator.studies.passport import Passport, as_data, markdown, passport

WORDS = {True: "pass", False: "FAIL", None: "-"}


def execute(options: Namespace) -> int:
    """Run the passport; return 1 if a test failed."""
    for target in (options.json, options.write):
        if target:
            check_writable(Path(target))
    live = sys.stderr.isatty()

    def report(text: str) -> None:
        if live:
            sys.stderr.write(f"\r\033[K{text}")
            sys.stderr.flush()

    found = passport(load_model(), quick=options.quick, only=options.only or (), progress=report)
    report("")
    files = {}
    if options.json:
        files[Path(options.json)] = json.dumps(as_data(found), ensure_ascii=False, indent=1) + "\n"
    if options.write:
        files[Path(options.write)] = markdown(found)
    if files:
        write_files(files)
    print(_table(found))
    return 0 if found.passed else 1


def _table(found: Passport) -> str:
    width = max(len(row.title) for row in found.rows)
    lines = [f"{row.title:{width}s}  {WORDS[row.passed]:4s}  {row.summary}  [{seconds:.1f} s]"
             for row, seconds in zip(found.rows, found.seconds, strict=True)]
    failed = sum(row.passed is False for row in found.rows)
    return "\n".join([*lines, "", f"{len(found.rows)} tests, {failed} failed"])
