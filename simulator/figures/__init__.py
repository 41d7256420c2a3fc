"""Figures: a `Trajectory` -> a Plotly figure (or its plain-data form), and small multiples as SVG."""

from simulator.figures.chart import Run, chart_spec, line_chart
from simulator.figures.palette import BASELINE_COLOUR, DASHES, SERIES_COLOURS
from simulator.figures.spark import spark_svg

__all__ = ["BASELINE_COLOUR", "DASHES", "SERIES_COLOURS", "Run", "chart_spec", "line_chart", "spark_svg"]
