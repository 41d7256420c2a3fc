"""Figures: a `Trajectory` -> a chart as plain data, as a Plotly figure, and small multiples as SVG."""

from simulator.figures.band_spec import Futures, band_spec
from simulator.figures.chart_svg import chart_svg
from simulator.figures.palette import BASELINE_COLOUR, DASHES, SERIES_COLOURS
from simulator.figures.plotly_chart import line_chart
from simulator.figures.spark import path_svg, spark_svg
from simulator.figures.spec import ChartSpec, Run, chart_spec, time_label

__all__ = [
    "BASELINE_COLOUR",
    "DASHES",
    "SERIES_COLOURS",
    "ChartSpec",
    "Futures",
    "Run",
    "band_spec",
    "chart_spec",
    "chart_svg",
    "line_chart",
    "path_svg",
    "spark_svg",
    "time_label",
]
