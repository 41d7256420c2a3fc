"""``python -m simulator.studies.claims``: test the claims, print what holds, write the page or the data."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from simulator.errors import GumsimError, InputError
from simulator.files import write_files
from simulator.runner import load_model
from simulator.studies.claims.data import load_claims
from simulator.studies.claims.ranges import LEAST, MOST, checked_factor
from simulator.studies.claims.report import as_data, markdown
from simulator.studies.claims.study import DRAWS, GOAL, QUICK_DRAWS, SEED, Study, study

MAX_DRAWS = 5000
EXAMPLE = """example: do as many claims hold if every assumption may lie twice as far from its calibrated value?
  python -m simulator.studies.claims --quick
  python -m simulator.studies.claims --quick --widen 2
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the study; return 0, 1 if fewer than 90 % of the claims hold, or 2 after one line on stderr."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except GumsimError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulator.studies.claims", description="Test the sources' claims.", epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_DRAWS} draws instead of {DRAWS}")
    parser.add_argument("--only", metavar="ID,...", default="", help="test these claims only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results as JSON")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page, such as docs/claims.md")
    parser.add_argument("--seed", type=int, default=SEED, help=f"seed of the draws (default {SEED})")
    parser.add_argument("--draws", type=int, help=f"number of draws, 0 to {MAX_DRAWS} (default {DRAWS})")
    parser.add_argument(
        "--widen", metavar="FACTOR", default="1",
        help=f"scale the width of every drawn range on each side of its calibrated value by FACTOR, {LEAST:g} to "
        f"{MOST:g} (default 1); ranges from 0 on stay there, shares stay in 0..1, and weights that leave a remainder "
        "of 1 are narrowed only",
    )  # fmt: skip
    parser.add_argument("--claims", type=Path, metavar="FILE", help="another file of claims")
    return parser


def _run(options: argparse.Namespace) -> int:
    draws = options.draws if options.draws is not None else QUICK_DRAWS if options.quick else DRAWS
    if not 0 <= draws <= MAX_DRAWS:
        raise InputError(f"--draws must lie between 0 and {MAX_DRAWS}, not {draws}")
    if options.seed < 0:
        raise InputError(f"--seed must not be negative, not {options.seed}")
    widen = checked_factor(options.widen)
    only = tuple(part.strip() for part in options.only.split(",") if part.strip())
    claims, origin = load_claims(options.claims)
    found = study(
        load_model(claims.model), claims, origin, draws=draws, seed=options.seed, only=only, widen=widen,
        progress=_Progress(sys.stderr) if sys.stderr.isatty() else None,
    )
    files: dict[Path, str] = {}
    if options.json:
        files[options.json] = json.dumps(as_data(found), ensure_ascii=False, indent=1) + "\n"
    if options.write:
        files[options.write] = markdown(found, claims.groups)
    if files:
        write_files(files)
    _summary(found, sys.stdout)
    return 0 if found.share >= GOAL else 1


def _summary(found: Study, out: TextIO) -> None:
    for result in found.results:
        if result.status == "holds":
            continue
        out.write(f"{result.claim.id:5} {result.status:10} ")
        if result.status == "fails":
            out.write(f"point {'yes' if result.point else 'no':3} draws {result.share:4.0%}  ")
        out.write(f"{result.claim.statement.en}\n")
    holding = sum(result.status == "holds" for result in found.results)
    point = sum(bool(result.point) for result in found.results)
    out.write(
        f"{holding} of {len(found.results)} claims hold ({found.share:.1%}) over {found.draws} draws, "
        f"seed {found.seed}{', ' if found.ranges else ''}{found.ranges}; {point} hold at the calibrated point\n"
    )


class _Progress:
    """One line on a terminal that counts the claims done."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def __call__(self, done: int, total: int, name: str) -> None:
        self.out.write(f"\r{done}/{total} {name:8}" if done < total else "\r" + " " * 30 + "\r")
        self.out.flush()


if __name__ == "__main__":
    sys.exit(main())
