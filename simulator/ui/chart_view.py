"""The page's chart: a `ChartSpec` drawn in the browser by a small component that keeps zoom and legend choices."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from simulator.figures import ChartSpec
from simulator.ui.component_files import component_file
from simulator.ui.strings import say
from simulator.ui.wording import number, year_text


def _component() -> Callable[..., Any]:
    return st.components.v2.component(
        "gumsim_chart", html='<div class="chart"></div>', css=component_file("chart.css"), js=component_file("chart.js")
    )


def show_chart(
    spec: ChartSpec,
    *,
    key: str,
    language: str,
    year: float,
    identity: str = "",
    heading: bool = True,
    height: int = 370,
    stamp: str = "",
) -> None:
    """Draw `spec`, legend included, `height` pixels high; shown again under the same `key` it is patched in place.

    Zoom, hidden legend entries and the span of a fitted axis last while chart and `identity` (the case) stay the same.
    `heading` draws its title; leave it out where a menu above already says it. `year` is the one the text alternative
    gives values for. With the `stamp` of the current run's scenario the chart follows sliders while they are dragged
    (see `preview`).
    """
    _component()(
        key=key,
        data={
            "spec": spec.to_data(),
            "identity": f"{spec.key}|{identity}|{spec.limits}|{any(s.stacked for s in spec.series)}",
            "height": height,
            "stamp": stamp,
            "heading": heading,
            "alt": alt_text(spec, language, year),
            "words": {word: say(word, language) for word in ("zoom_out", "image", "legend", "preview")},
        },
    )


def alt_text(spec: ChartSpec, language: str, year: float) -> str:
    """Return a sentence for screen readers: title, runs, and the current run's values at `year`."""
    runs = list(dict.fromkeys(s.run for s in spec.series))
    values = [
        f"{s.name} {number(_nearest(spec.grids[s.grid], s.values, year), spec.decimals)} {spec.unit}"
        for s in spec.series
        if s.role == "current"
    ]
    return say(
        "chart_alt", language, title=spec.title, runs=", ".join(runs), year=year_text(year), values="; ".join(values)
    )


def _nearest(times: Sequence[float], values: Sequence[float], time: float) -> float:
    return min(zip(times, values, strict=True), key=lambda pair: abs(pair[0] - time))[1]
