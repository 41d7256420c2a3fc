"""Colours and dash patterns of every chart: told apart without colour, legible on a light and a dark page.

Colours after Okabe & Ito (2008), "Color Universal Design"; black and yellow are left out because one of them vanishes
on a light or a dark page.
"""

CURRENT_COLOUR = "#0072B2"
BASELINE_COLOUR = "#8A8F98"
SERIES_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F5AA8", "#8C6D46")
DASHES = ("solid", "longdash", "dot", "dashdot", "longdashdot", "10px 3px 2px 3px", "4px 2px 1px 2px", "2px 6px")
GRID_COLOUR = "rgba(128,134,145,0.22)"
MARK_COLOUR = "rgba(128,134,145,0.85)"
FONT = (
    '"Source Sans", "Source Sans Pro", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", '
    "system-ui, sans-serif"
)


def translucent(colour: str, alpha: float) -> str:
    """Return `#rrggbb` as an rgba() colour with opacity `alpha` (0..1)."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"
