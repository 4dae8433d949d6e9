"""Percentiles over time: how long answers and deliveries took, slice by slice.

A stall shows where response time leaves service time behind: calls that were meant to
be made then had to wait, and a generator that waits with them would not have seen it.
"""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from reports.charts import (
    Picture,
    brief,
    duration_axis,
    edges_to,
    leveled,
    time_axis,
)
from reports.curves import slices
from reports.times import heard_times, response_times, service_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts import Axes, Figure
    from reports.comparisons import Comparison
    from reports.runs import Floats
    from reports.times import Timed
    from reports.verdicts import Judgement

SLICES = 40
NAME_WIDTH = 14
"""Letters of a stream's name that stand on a line beside its row."""

PERCENTS = np.array([50.0, 95.0, 99.0])
LOOKS = (
    ("#0072B2", (0, ()), 1.4),
    ("#000000", (0, (3, 1.2)), 1.0),
    ("#D55E00", (0, ()), 2.6),
)
"""Colour, dashes and width of p50, p95 and p99: p95 is seen where it is p99."""

COLUMNS = ("response time", "service time", "submitted to terminal")
TIMES = (response_times, service_times, heard_times)
"""What is drawn side by side, each thing where it was meant to begin, or began."""


def draw(figure: Figure, comparison: Comparison) -> str:
    """Draw a row for each stream: response, service and the texts' whole time."""
    runs = comparison.run.strategies
    panels = figure.subplots(max(len(runs), 1), 3, squeeze=False, sharex=True)
    rows = [[times(run) for times in TIMES] for run in runs]
    edges = edges_to([at for row in rows for at, _ in row], SLICES)
    for row, run, timed in zip(panels, runs, rows, strict=False):
        _draw_row(row, timed, edges)
        name = fill(brief(run.facts.name), NAME_WIDTH)
        row[0].set_ylabel(name, fontweight="bold")
    for axes, title in zip(panels[0], COLUMNS, strict=True):
        axes.set_title(title)
    for axes in panels[-1]:
        axes.set_xlabel("time since the start")
    handles = panels[0][0].get_lines()[: len(PERCENTS)]
    if handles:
        names = [f"p{percent:g}" for percent in PERCENTS]
        figure.legend(handles, names, loc="outside lower left", ncols=3)
    return "; ".join(_say(one) for one in comparison.judgements)


def _draw_row(row: list[Axes], timed: Sequence[Timed], edges: Floats) -> None:
    """Draw one stream's percentiles; calls share their scale, texts have their own."""
    found = [slices(at, values, edges, PERCENTS) for at, values in timed]
    scales = (found[:2], found[:2], found[2:])
    for axes, curves, scale in zip(row, found, scales, strict=True):
        for values, (color, dashes, width) in zip(curves, LOOKS, strict=True):
            line = leveled(values, edges)
            look: Any = {"color": color, "linestyle": dashes, "linewidth": width}
            axes.plot(*line, **look, zorder=5 - width)
        known = np.concatenate([one.ravel() for one in scale])
        duration_axis(axes, known)
        axes.grid(visible=True)
        time_axis(axes, 0.0, float(edges[-1]), ticks=4)


def _say(one: Judgement) -> str:
    metrics = one.metrics
    times = zip(
        COLUMNS, (metrics.response, metrics.service, metrics.heard), strict=True
    )
    said = ", ".join(
        f"{name} p50 {spread.text(50)} p99 {spread.text(99)}" for name, spread in times
    )
    return f"{one.name}: {said}"


def _height(comparison: Comparison) -> float:
    return 1.1 + 1.45 * max(1, len(comparison.run.strategies))


def _shows(comparison: Comparison) -> bool:
    return comparison.manifest.is_load and any(
        len(run.calls) for run in comparison.run.strategies
    )


PICTURE = Picture(
    "percentiles",
    "Percentiles over time",
    "Each step is a slice of time and holds what was meant to begin within it. "
    "Response time runs from when a call was meant to be made to Twilio's yes, service "
    "time from when it was made to its answer, a 429 left out; the two share their "
    "logarithmic scale. Where the first rises and the second does not, calls waited "
    "before they were made: for the sender's own pacing, for a repeat after a 429, for "
    "a free slot, or for a generator that was late. On the right the whole time of a "
    "text, from when it was meant to be submitted to the callback of its last status, "
    "however it ended. In a slice of fewer than a hundred, p99 is the slowest.",
    _height,
    draw,
    _shows,
    timed=True,
    over_time=True,
)
