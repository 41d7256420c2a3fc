"""A scenario as one printable HTML file: settings, results, charts, evidence, limits; nothing is loaded."""

from collections.abc import Mapping, Sequence
from html import escape

from simulator.figures import chart_spec, chart_svg
from simulator.scenario import differences
from simulator.ui.changes import change_rows
from simulator.ui.names import headlines
from simulator.ui.results import draw_spec
from simulator.ui.runs import Runs
from simulator.ui.session import Page
from simulator.ui.snippets import command_line
from simulator.ui.tables import outcome_rows
from simulator.ui.wording import year_text
from simulator.version import __version__

_STYLE = """
body { font: 14px/1.5 system-ui, "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  color: #1B2430; background: #fff; max-width: 860px; margin: 2rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.5rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #D5DAE1; vertical-align: top; }
figure { margin: .6rem 0 1.2rem; break-inside: avoid; } svg { width: 100%; height: auto; }
code { overflow-wrap: anywhere; } .quiet { color: #55606E; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
"""


def report_html(page: Page, runs: Runs, title: str) -> str:
    """Return the report of the page's scenario under `title`, in the page's language. All texts are escaped."""
    drawn = runs.drawn(page)
    year = page.state.settings.year
    case = page.start.case
    case_title = case.title.in_language(page.language) if case.title else case.name
    about = case.description.in_language(page.language) if case.description else ""
    names = {"outcome": page.say("outcome"), "unit": page.say("unit")}
    results = outcome_rows(headlines(page), drawn, year, page.language, names)
    changes = change_rows(page, page.baseline, page.state.scenario, page.say("baseline"))
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="quiet">{escape(page.card.title.in_language(page.language))} · {escape(case_title)}</p>',
        f"<p>{escape(about)}</p>",
        _section(page.say("changes"), _table(changes) if changes else f"<p>{escape(page.say('no_changes'))}</p>"),
        _section(page.say("outcomes_in", year=year_text(year)), _table(results)),
        _section(page.say("charts"), "".join(f"<figure>{svg}</figure>" for svg in _charts(page, runs))),
        _section(page.say("sources"), _evidence(page)),
        _section(page.say("limits"), f"<p>{escape(page.say('limits_text'))}</p>"),
        _section(
            page.say("reproduce"),
            f"<p><code>{escape(command_line(page.model, page.state.scenario))}</code></p>"
            f'<p class="quiet">gumsim {escape(__version__)} · {escape(page.model.path.name)} · sha256 '
            f"{escape(page.model.spec.sha256)}</p>",
        ),
    ]
    language = "zh-CN" if page.language == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n{chr(10).join(parts)}\n</body></html>\n"
    )


def _charts(page: Page, runs: Runs) -> list[str]:
    """Return the two charts shown, as the page draws them, and each headline outcome they leave out."""
    shown = [page.charts[key] for key in dict.fromkeys(page.state.settings.charts)]
    found = [chart_svg(draw_spec(page, runs, chart, panels=True)) for chart in shown]
    there = {key for chart in shown for key in chart.variables}
    own = {chart.variables[0]: chart for chart in page.charts.values() if len(chart.variables) == 1}
    for outcome in headlines(page):
        if outcome.key not in there and outcome.key in own:
            spec = chart_spec(
                runs.drawn(page), own[outcome.key], page.outcomes, page.language, fixed=False,
                policy_start=page.base.policy_start,
            )
            found.append(chart_svg(spec))
    return found


def _evidence(page: Page) -> str:
    """Return the sources of every setting that was changed, and of the case's own data."""
    inputs = page.card.inputs()
    rows = []
    for row in differences(page.baseline, page.state.scenario):
        item = inputs.get(row.key)
        if item is not None:
            label = item.label.in_language(page.language)
            rows.append({page.say("setting"): label, page.say("sources"): "; ".join(item.sources)})
    cited = "; ".join(page.state.scenario.sources)
    if cited:
        rows.append({page.say("setting"): page.say("scenario_itself"), page.say("sources"): cited})
    return _table(rows) if rows else f"<p>{escape(page.say('sources_none'))}</p>"


def _section(heading: str, content: str) -> str:
    return f"<h2>{escape(heading)}</h2>\n{content}"


def _table(rows: Sequence[Mapping[str, str]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(row.get(name, ''))}</td>" for name in columns) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
