"""The commands and their options. What a command does stands in its own module, imported when it is called."""

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NoReturn

from simulator.cli.batch_arguments import BATCH_EXAMPLES, READ_EXAMPLES, batch_options, read_options
from simulator.errors import InputError, did_you_mean
from simulator.version import __version__

KINDS = ("models", "scenarios", "plans", "cases", "levers", "drivers", "assumptions", "outcomes", "variables")

_RUN_EXAMPLES = """examples:
  gumsim run wenzhou_lighters                        a built-in scenario or case by name; prints its main outcomes
  gumsim run my_scenario.yaml --out my.csv           writes my.csv and my.meta.json
  gumsim run wenzhou_lighters --set association_building=60 --out -        CSV to the screen or a pipe
  gumsim run wenzhou_lighters --set own_brand_effort=60@2010:2@2020        60 from 2010 over 2 years until 2020
  gumsim run wenzhou_lighters --set exchange_rate_index=2005:1,2008:1.2    a path over time
  gumsim run wenzhou_lighters --clamp trust=0.5 --freeze "trust -> tacit_sharing"
  gumsim run --model my_model.mdl --all --out my.csv                       any model file, no card needed
"""
_COMPARE_EXAMPLES = """examples:
  gumsim compare wenzhou_lighters wenzhou_brand_first
  gumsim compare wenzhou_lighters wenzhou_brand_first --years 2015,2030 --out table.csv
  gumsim compare wenzhou_lighters wenzhou_brand_first --out report.html    charts, table and differences in one page
"""
_CHECK_EXAMPLES = """examples:
  gumsim check my_model.mdl                          reads and compiles it; remarks on units and documentation
  gumsim check my_scenario.yaml cases/my_case.yaml   keys, ranges, references
"""
_APP_EXAMPLES = """examples:
  gumsim app                                         opens the policy page in the browser
  gumsim app --model my_model.mdl --port 8600 --no-browser
"""
_LIST_EXAMPLES = """examples:
  gumsim list scenarios
  gumsim list levers --json
  gumsim list variables --model my_model.mdl
"""
_VALIDATE_EXAMPLES = """examples:
  gumsim validate                                    every test of the passport (some minutes), with progress
  gumsim validate --quick                            fewer draws and cases, under a minute
  gumsim validate --only units,integration --json passport.json
  gumsim validate --write docs/passport.md
"""


class _Parser(argparse.ArgumentParser):
    """Raises `InputError` with one line in place of printing usage and leaving."""

    def error(self, message: str) -> NoReturn:
        if "invalid choice" in message:
            given = message.split("invalid choice: ")[1].split("'")[1]
            choices = KINDS if "KIND" in message or "what" in message else COMMANDS
            message = f"there is no '{given[:60]}'{did_you_mean(given, choices)}"
        raise InputError(f"{message} (see: {self.prog} --help)")


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options with ``command``, the function to call with them. Raises `InputError` for wrong ones."""
    return _parser().parse_args(list(arguments))


def _command(module: str) -> Callable[[argparse.Namespace], int]:
    def call(options: argparse.Namespace) -> int:
        code: int = import_module(f"simulator.cli.{module}").execute(options)
        return code

    return call


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="gumsim", allow_abbrev=False,
        description="A system-dynamics policy simulator: models, scenarios, runs, comparisons and a policy page.",
        epilog="Exit codes: 0 done, 1 a check failed, 2 bad input. More: gumsim COMMAND --help",
    )
    parser.add_argument("--version", action="version", version=f"gumsim {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    for name, (text, examples, fill) in COMMANDS.items():
        sub = commands.add_parser(
            name, help=text, description=text[0].upper() + text[1:] + ".", epilog=examples, allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        fill(sub)
        sub.set_defaults(command=_command({"list": "listing"}.get(name, name)))
    return parser


def _run_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="scenario or case: built-in name or YAML file")
    parser.add_argument("--out", metavar="F.csv", help="write CSV here and NAME.meta.json beside it; - for stdout")
    _change_options(parser)
    saved = parser.add_mutually_exclusive_group()
    saved.add_argument("--all", action="store_true", help="save every variable (default: stocks and outcomes)")
    saved.add_argument("--save", metavar="KEY,KEY", type=_listed, help="save these variables only")


def _compare_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenarios", nargs="+", metavar="SCENARIO", help="two or more; the first is compared with")
    parser.add_argument("--out", metavar="F", help="F.csv: the table; F.html: page with charts (and F.csv beside it)")
    parser.add_argument("--years", metavar="T,T", type=_times, help="times of the table (default: the last)")
    parser.add_argument("--outcomes", metavar="KEY,KEY", type=_listed, help="outcomes of the table (default: headline)")
    _change_options(parser)


def _change_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="FILE", help="model file or built-in name (default: the scenario's own)")
    change = parser.add_argument_group("changes laid over every scenario")
    _several(change, "--set", "KEY=VALUE", "lever, driver, assumption or constant; VALUE: 60, 60@2010:2@2020 (lever: "
                                           "start, ramp, end) or 2005:1,2008:1.2 (path)")
    _several(change, "--clamp", "VAR=VALUE", "hold a variable at a value or path")
    _several(change, "--initial", "STOCK=VALUE", "start a stock elsewhere")
    _several(change, "--freeze", "X->Y", 'Y keeps seeing X at its initial value (quote it: "X -> Y")')
    clock = parser.add_argument_group("clock and solver")
    for name, text in (("start", "first time"), ("stop", "last time"), ("every", "saving interval"),
                       ("step", "step of euler and rk4")):
        clock.add_argument(f"--{name}", metavar="T", type=_number, help=text)
    clock.add_argument("--method", metavar="M", help="LSODA (default), RK45, DOP853, Radau, BDF, euler, rk4")
    clock.add_argument("--rtol", metavar="R", type=_number, help="relative tolerance (default 1e-6)")


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="model, card, case or scenario file, or built-in name")
    parser.add_argument("--strict", action="store_true", help="remarks on units and documentation fail the check")


def _validate_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="fewer draws and cases, under a minute")
    parser.add_argument("--only", metavar="KEY,KEY", type=_listed, help="these tests only")
    parser.add_argument("--json", metavar="F", help="write the results as JSON")
    parser.add_argument("--write", metavar="F.md", help="write the passport as a page")


def _list_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--model", metavar="FILE", default="gum", help="model file or built-in name (default: gum)")
    parser.add_argument("--json", action="store_true", help="everything known about each, as JSON")


def _app_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="FILE", help="model file or built-in name (default: gum)")
    parser.add_argument("--port", type=_port, help="port (default: 8501, or the next free one)")
    parser.add_argument("--host", default="localhost", help="address to listen on (default: localhost)")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


COMMANDS: dict[str, tuple[str, str, Callable[[argparse.ArgumentParser], None]]] = {
    "app": ("open the policy page", _APP_EXAMPLES, _app_options),
    "run": ("run scenarios; print main outcomes or write CSV", _RUN_EXAMPLES, _run_options),
    "compare": ("compare scenarios: outcomes, what differs, charts", _COMPARE_EXAMPLES, _compare_options),
    "batch": ("run a plan: policies over many futures, into a folder", BATCH_EXAMPLES, batch_options),
    "read": ("read a batch: bands, comparisons, sensitivity, discovery", READ_EXAMPLES, read_options),
    "check": ("check model, card, case, scenario and plan files", _CHECK_EXAMPLES, _check_options),
    "validate": ("run the model passport: every test of the flagship", _VALIDATE_EXAMPLES, _validate_options),
    "list": ("list what is built in or what a model has", _LIST_EXAMPLES, _list_options),
}


def _several(parser: Any, name: str, metavar: str, text: str) -> None:
    parser.add_argument(name, action="append", default=[], metavar=metavar, help=text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text[:60]}' is not a number") from None


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"'{text[:60]}' is not a port between 1 and 65535")
    return int(text)


def _listed(text: str) -> list[str]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise argparse.ArgumentTypeError("names nothing; write KEY,KEY")
    return parts


def _times(text: str) -> list[float]:
    return [_number(part) for part in _listed(text)]
