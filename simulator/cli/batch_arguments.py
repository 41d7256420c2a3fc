"""Options of ``gumsim batch`` and ``gumsim read``."""

import argparse
import os

BATCH_EXAMPLES = """examples:
  gumsim check policy_grid                           runs, size and time before anything is run
  gumsim batch policy_grid --out results             a built-in plan by name; progress on a terminal
  gumsim batch my_plan.yaml --out results --resume   go on after Ctrl-C, a kill or a full disk
  gumsim batch my_plan.yaml --out results --dask tcp://scheduler:8786      workers on other machines
"""
READ_EXAMPLES = """examples:
  gumsim read results                                            what the batch holds
  gumsim read results bands --outcome value_capture_rate --out bands.html
  gumsim read results versus wenzhou_brand_first wenzhou_lighters --outcome value_capture_rate
  gumsim read results regret --outcome value_capture_rate --time 2025
  gumsim read results ranking --outcome value_capture_rate
  gumsim read results sensitivity --outcome value_capture_rate --top 12
  gumsim read results discover --outcome value_capture_rate --below 0.3
  gumsim read results modes --outcome value_capture_rate
  gumsim read results csv --policy wenzhou_lighters --runs 0:100 --out some.csv
"""
WHAT = ("summary", "bands", "versus", "regret", "ranking", "sensitivity", "discover", "modes", "csv")


def batch_options(parser: argparse.ArgumentParser) -> None:
    """Fill the parser of ``gumsim batch``."""
    parser.add_argument("plan", metavar="PLAN", help="plan: built-in name or YAML file")
    parser.add_argument("--out", metavar="DIR", required=True, help="folder of the results, new or empty")
    parser.add_argument("--resume", action="store_true", help="go on with the batch in DIR; finished parts are kept")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", metavar="N", type=_count, default=_processors(),
                       help="processes of this machine (default: one per processor)")
    where.add_argument("--dask", metavar="ADDRESS", help="scheduler of a Dask cluster, such as tcp://host:8786")


def read_options(parser: argparse.ArgumentParser) -> None:
    """Fill the parser of ``gumsim read``."""
    parser.add_argument("folder", metavar="DIR", help="folder of a finished batch")
    parser.add_argument("what", metavar="WHAT", nargs="?", default="summary",
                        help=", ".join(WHAT) + " (default: summary)")
    parser.add_argument("names", metavar="POLICY", nargs="*", help="versus: two policies (default: the first two)")
    parser.add_argument("--outcome", metavar="KEY", help="outcome (default: the first saved)")
    parser.add_argument("--time", metavar="T", type=float, help="saved time (default: the last)")
    parser.add_argument("--policy", metavar="NAME", help="policy (default: all, or the first where one is meant)")
    parser.add_argument("--lower-is-better", action="store_true", default=None,
                        help="a small value is good (default: as the card says)")
    parser.add_argument("--method", choices=("auto", "sobol", "morris", "pawn"), default="auto",
                        help="sensitivity: default what the plan's sampling allows")
    parser.add_argument("--top", metavar="N", type=_count, default=10, help="sensitivity: how many inputs are shown")
    bound = parser.add_mutually_exclusive_group()
    bound.add_argument("--below", metavar="X", type=float, help="discover: futures with an outcome below X")
    bound.add_argument("--above", metavar="X", type=float, help="discover: futures with an outcome above X")
    parser.add_argument("--runs", metavar="A:B", type=_span, help="csv: futures A to B (without B)")
    parser.add_argument("--out", metavar="F", help="F.csv: table; F.html: figure; - for CSV on the screen")


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 4096:
        raise argparse.ArgumentTypeError(f"'{text[:60]}' is not a number from 1 to 4096")
    return int(text)


def _span(text: str) -> tuple[int, int]:
    first, colon, last = text.partition(":")
    if not (colon and first.isdecimal() and last.isdecimal() and int(first) < int(last)):
        raise argparse.ArgumentTypeError(f"'{text[:60]}' is not A:B with A before B, such as 0:100")
    return int(first), int(last)
