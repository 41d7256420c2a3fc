"""A comparison as one HTML page that needs no network: table, what differs, charts."""

from collections.abc import Sequence
from html import escape

from simulator.card import Card
from simulator.cli.tables import shown
from simulator.figures import line_chart
from simulator.indicators import OutcomeRow
from simulator.scenario import Difference
from simulator.trajectory import Trajectory

MAX_CHARTS = 12
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b2430}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .75rem;border-bottom:1px solid #d5dae1;"
    "text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}"
)


def html_report(
    card: Card, runs: Sequence[Trajectory], rows: Sequence[OutcomeRow], first: str,
    differing: Sequence[tuple[str, list[Difference]]],
) -> str:
    """Return the page. `differing` has, per scenario after the `first`, its differences from it."""
    outcomes = {outcome.key: outcome for outcome in card.outcomes}
    charts: list[str] = []
    for chart in card.charts[:MAX_CHARTS]:
        figure = line_chart(runs[1:], chart, outcomes, baseline=runs[0], fixed=False)
        charts.append(figure.to_html(full_html=False, include_plotlyjs=not charts))
    table = []
    for row in rows:
        outcome = outcomes.get(row.key)
        change = "" if row.change is None else shown(row.change, outcome, sign=True)
        label, unit = (outcome.label.en, outcome.units.en) if outcome else (row.title, row.units)
        table.append([label, unit, f"{row.time:g}", row.scenario, shown(row.value, outcome), change])
    sections = [_table(["outcome", "unit", "time", "scenario", "value", "change"], table, numbers_from=4)]
    for name, found in differing:
        sections.append(f"<h2>{escape(name)}: what differs from {escape(first)}</h2>")
        sections.append(_table(["part", "key", first, name], [[d.what, d.key, d.a or "-", d.b or "-"] for d in found]))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(card.title.en)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(card.title.en)}: comparison</h1>"
        + "".join(sections) + "<h2>Charts</h2>" + "".join(charts) + "</body></html>\n"
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers_from: int = 99) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join(
        "<tr>" + "".join(
            f'<td class="n">{escape(cell)}</td>' if i >= numbers_from else f"<td>{escape(cell)}</td>"
            for i, cell in enumerate(row)
        ) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
