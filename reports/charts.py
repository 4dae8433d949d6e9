"""Charts: the one door to matplotlib, and the manner all pictures share.

A picture draws on a figure it is given; here it becomes a PNG and an SVG, the same
bytes for the same data.
"""

from __future__ import annotations

import math
import re
import warnings
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, TypeAlias

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes as _Axes
from matplotlib.figure import Figure as _Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, NullLocator

from reports.faults import shading, spans
from reports.wording import DOUBT, count, duration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reports.comparisons import Comparison
    from reports.faults import Span
    from reports.runs import Floats
    from sms.units import Seconds

Axes: TypeAlias = _Axes
Figure: TypeAlias = _Figure

WIDTH = 8.0
"""Inches: 1,200 pixels at DPI."""

DPI = 150
NAME_ROOM = 24
INK, FAINT, GRID, SHADE = "#222222", "#666666", "#dddddd", "#e6d3a3"

MANNER: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.0,
    "axes.edgecolor": "#888888",
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.8,
    "hatch.linewidth": 0.6,
    "text.color": INK,
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "smslab",
}

STEPS = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05),
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800),
)
"""Distances of ticks on a linear axis of time, in seconds."""

DECADES = (
    *(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
    *(60, 180, 600, 1800, 3600, 10800, 36000, 86400, 259200, 864000),
)
"""Ticks of a logarithmic axis of time, in seconds."""


@dataclass(frozen=True, slots=True)
class Style:
    """How one strategy is told from another: by colour, by dashes and by marker."""

    color: str
    dashes: tuple[float, tuple[float, ...]]
    marker: str


STYLES = (
    Style("#0072B2", (0, ()), "o"),
    Style("#D55E00", (0, (5, 1.5)), "s"),
    Style("#009E73", (0, (5, 1.5, 1, 1.5)), "^"),
    Style("#CC79A7", (0, (1.2, 1.2)), "D"),
    Style("#E69F00", (0, (3, 1, 1, 1, 1, 1)), "v"),
    Style("#56B4E9", (0, (8, 2)), "P"),
    Style("#000000", (0, (2, 2)), "X"),
)
"""Okabe and Ito's colours but yellow, which white paper swallows."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A kind of picture: `draw` fills a figure, and returns in words what it shows.

    `name` is its file's; `caption` says how to read it, `in_load` what else there is to
    know where it is a load's; `height` is in inches.  It is drawn where `shows` says
    that there is something to see, and `timed` where percentiles are seen.  `over_time`
    has the run's time along it: when faults held is shaded there.
    """

    name: str
    title: str
    caption: str
    height: Callable[[Comparison], float]
    draw: Callable[[Figure, Comparison], str]
    shows: Callable[[Comparison], bool] = lambda _: True
    timed: bool = False
    in_load: str = ""
    over_time: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture drawn: `svg` is fit to stand in a page, `label` says it in words.

    `doubt` is why what it shows is not sound; nothing where it is.
    """

    picture: Picture
    label: str
    png: bytes
    svg: str
    caption: str
    doubt: str = ""


def paint(picture: Picture, comparison: Comparison) -> Chart:
    """Draw a picture, the PNG with its title and the SVG without."""
    with mpl.rc_context(MANNER), warnings.catch_warnings():
        # Data may hold any letter; one the font lacks is drawn as a box.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Figure(figsize=(WIDTH, picture.height(comparison)), dpi=DPI)
        label = picture.draw(figure, comparison)
        if picture.over_time:
            _shade(figure, spans(comparison.manifest))
        _arrange(figure)
        vector = StringIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(vector, format="svg", metadata=nothing)
        doubt = DOUBT if picture.timed and not comparison.sound else ""
        title = f"{picture.title} ({doubt})" if doubt else picture.title
        figure.suptitle(title, x=0.01, ha="left", weight="bold", size=11)
        _arrange(figure)
        raster = BytesIO()
        figure.savefig(raster, format="png", metadata={"Software": None})
    svg = _inline(vector.getvalue(), picture.name, f"{title}. {label}")
    caption = picture.caption
    if comparison.manifest.is_load and picture.in_load:
        caption = f"{caption} {picture.in_load}"
    if picture.over_time and (shaded := shading(comparison.manifest)):
        caption = f"{caption} {shaded}"
    return Chart(picture, label, raster.getvalue(), svg, caption, doubt)


def style_of(index: int) -> Style:
    """Return the style of the strategy in this place.

    Where there are more than colours, dashes and markers go by in another order.
    """
    turn, place = divmod(index, len(STYLES))
    other = STYLES[(place + turn) % len(STYLES)]
    return Style(STYLES[place].color, other.dashes, other.marker)


def brief(name: str) -> str:
    """Return a strategy's name as long as a picture has room for."""
    return name if len(name) <= NAME_ROOM else f"{name[: NAME_ROOM - 1]}…"


def time_axis(
    axes: Axes, low: Seconds, high: Seconds, *, log: bool = False, ticks: int = 9
) -> None:
    """Make the horizontal axis one of time, its ticks at round durations."""
    high = max(high, low * 1.01, 1e-3)
    if log:
        axes.set_xscale("log")
        inside = [at for at in DECADES if low <= at <= high]
        marks = inside if len(inside) <= ticks else inside[:: -(-len(inside) // ticks)]
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        marks = list(np.arange(0, high * 1.0001, round_step(high, ticks)))
    axes.set_xticks(marks, [duration(at) if at else "0" for at in marks])
    axes.set_xlim(low, high)


def edges_to(instants: Sequence[Floats], most: int) -> Floats:
    """Return edges of slices of a round width from 0 past the last of all instants."""
    ends = [float(np.fmax.reduce(at, initial=0.0)) for at in instants]
    end = max([*ends, 1e-3])
    width = round_step(end, most)
    return np.arange(int(end // width) + 2, dtype=np.float64) * width


def leveled(values: Floats, edges: Floats) -> tuple[Floats, Floats]:
    """Return a line that is level within each slice, with gaps where nothing was."""
    return np.repeat(edges, 2)[1:-1], np.repeat(values, 2)


def round_step(span: Seconds, most: int) -> Seconds:
    """Return the least round duration that a span holds less than `most` times."""
    step = next((step for step in STEPS if span / step < most), STEPS[-1])
    return step * max(1, math.ceil(span / step / most))


def duration_axis(axes: Axes, durations: Floats) -> None:
    """Make the upright axis one of durations, logarithmic, with room for all these."""
    known = durations[np.isfinite(durations) & (durations > 0)]
    high = max(float(known.max(initial=0.0)), 1e-3)
    low = max(float(known.min(initial=high)), high / 1e6, 1e-4)
    low = min(low, high / 5)
    axes.set_yscale("log")
    inside = [at for at in DECADES if low <= at <= high]
    marks = inside[:: -(-len(inside) // 5)] if inside else [high]
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_yticks(marks, [duration(at) for at in marks])
    axes.set_ylim(low / 1.3, high * 1.4)


def count_axis(axes: Axes, ticks: int = 5) -> None:
    """Make the upright axis one of counts, from 0 up and in whole numbers."""
    axes.yaxis.set_major_locator(MaxNLocator(ticks, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: count(value))
    axes.set_ylim(bottom=0)


def legend(figure: Figure, looks: Sequence[tuple[str, str, str]], columns: int) -> None:
    """Name fills below all panels: each by its label, colour and hatch."""
    patches = [
        Patch(facecolor=color, hatch=hatch, edgecolor="white", label=label)
        for label, color, hatch in looks
    ]
    if patches:
        figure.legend(handles=patches, loc="outside lower left", ncols=columns)


def spread(heights: Sequence[float], gap: float, top: float) -> list[float]:
    """Return heights at least `gap` apart, below `top`, as near as the order allows."""
    order = sorted(range(len(heights)), key=lambda i: -heights[i])
    placed = [0.0] * len(heights)
    ceiling = top
    for index in order:
        placed[index] = ceiling = min(heights[index], ceiling)
        ceiling -= gap
    return placed


def _shade(figure: Figure, spans: Sequence[Span]) -> None:
    """Shade some spans of time in every panel that has an axis of it."""
    for axes in figure.axes:
        low, high = axes.get_xlim()
        for begins_at, ends_at in (
            spans if axes.axison and len(axes.get_xticks()) else ()
        ):
            if begins_at < high and ends_at > low:
                left, right = max(begins_at, low), min(ends_at, high)
                axes.axvspan(left, right, color=SHADE, alpha=0.5, lw=0, zorder=0)
        axes.set_xlim(low, high)


def _arrange(figure: Figure) -> None:
    """Give every panel its place.

    The solver's places differ in the last bits from run to run, and so would the bytes
    of the picture: they are rounded.
    """
    figure.set_layout_engine("constrained")
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = axes.get_position().bounds
        axes.set_position(
            (round(left, 5), round(bottom, 5), round(width, 5), round(height, 5))
        )
        axes.set_in_layout(True)


def _inline(svg: str, name: str, label: str) -> str:
    """Return an SVG as an element of a page: named in words, its ids its own."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'(\bid="|url\(#|xlink:href="#)', rf"\g<1>{name}-", body)
    opening, rest = body.split(">", 1)
    box = re.search(r'viewBox="[^"]*"', opening)
    assert box, "matplotlib's SVG has a viewBox"
    text = label.translate({38: "&amp;", 34: "&quot;", 60: "&lt;", 62: "&gt;"})
    return f'<svg {box[0]} role="img" aria-label="{text}">{rest}'
