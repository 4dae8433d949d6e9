"""Status callbacks over time: due, received, posted again, and how late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reports.charts import (
    INK,
    Picture,
    brief,
    count_axis,
    duration_axis,
    edges_to,
    legend,
    leveled,
    time_axis,
)
from reports.curves import counts_in, slices
from reports.wording import count, duration

if TYPE_CHECKING:
    from reports.charts import Axes, Figure
    from reports.comparisons import Comparison
    from reports.runs import Floats, Rows
    from reports.verdicts import Judgement

SLICES = 60
PERCENTS = np.array([50.0, 99.0, 100.0])
RECEIVED, AGAIN, NEVER = ("#0072B2", ""), ("#E69F00", "///"), ("#000000", "")
LATE = (
    ("p50", "#0072B2", (0, ()), 1.4),
    ("p99", "#D55E00", (0, ()), 2.6),
    ("at most", INK, (0, (3, 1.2)), 1.0),
)


def draw(figure: Figure, comparison: Comparison) -> str:
    """Draw a row for each stream: how many on the left, how late on the right."""
    runs = comparison.run.strategies
    panels = figure.subplots(
        max(len(runs), 1), 2, squeeze=False, sharex=True, width_ratios=(3, 2)
    )
    tables = [run.callbacks.floats for run in runs]
    edges = edges_to([t[n] for t in tables for n in ("due_at", "received_at")], SLICES)
    for row, run in zip(panels, runs, strict=False):
        row[0].set_title(brief(run.facts.name))
        _draw_counts(row[0], run.callbacks, edges)
        _draw_lateness(row[1], run.callbacks, edges)
    panels[0][1].set_title("how late")
    for axes in panels[-1]:
        axes.set_xlabel("time since the start")
    names = ("received", "posted again", "never received")
    kinds = (RECEIVED, AGAIN, NEVER)
    legend(figure, [(n, *look) for n, look in zip(names, kinds, strict=True)], 3)
    lines = panels[0][1].get_lines()
    if lines:
        titles = [name for name, *_ in LATE]
        figure.legend(lines, titles, loc="outside lower right", ncols=3)
    return "; ".join(_say(one) for one in comparison.judgements)


def _again_at(callbacks: Rows) -> Floats:
    """Return an instant for each repeated post: when it was received, else due."""
    due, received = callbacks.floats["due_at"], callbacks.floats["received_at"]
    repeats = np.maximum(callbacks.ints["attempts"] - 1, 0)
    return np.repeat(np.where(np.isfinite(received), received, due), repeats)


def _draw_counts(axes: Axes, callbacks: Rows, edges: Floats) -> None:
    """Draw what was received and, upon it, posted again; a line says what was due."""
    due, received = callbacks.floats["due_at"], callbacks.floats["received_at"]
    again, never = _again_at(callbacks), due[~np.isfinite(received)]
    floor = np.zeros(len(edges) - 1)
    for at, look in ((received, RECEIVED), (again, AGAIN), (never, NEVER)):
        top = floor + counts_in(at, edges)
        axes.stairs(
            top,
            edges,
            baseline=floor,
            fill=True,
            facecolor=look[0],
            hatch=look[1],
            edgecolor="white",
            linewidth=0.2,
        )
        floor = top
    axes.stairs(counts_in(due, edges), edges, color=INK, linewidth=1.0)
    words = [f"{count(len(due))} due"]
    words += [f"{count(len(again))} again"] if len(again) else []
    words += [f"{count(len(never))} never"] if len(never) else []
    axes.set_title(", ".join(words), loc="right", fontsize=8, fontweight="normal")
    axes.set_ylabel(f"callbacks\nin {duration(float(edges[1] - edges[0]))}")
    count_axis(axes, 3)
    axes.grid(visible=True, axis="y")
    time_axis(axes, 0.0, float(edges[-1]), ticks=7)


def _draw_lateness(axes: Axes, callbacks: Rows, edges: Floats) -> None:
    """Draw how long after its status had changed each callback was received."""
    due = callbacks.floats["due_at"]
    late = callbacks.floats["received_at"] - due
    found = slices(due, late, edges, PERCENTS)
    for values, (_, color, dashes, width) in zip(found, LATE, strict=True):
        line = leveled(values, edges)
        look: Any = {"color": color, "linestyle": dashes, "linewidth": width}
        axes.plot(*line, **look, zorder=5 - width)
    duration_axis(axes, found)
    axes.grid(visible=True)
    time_axis(axes, 0.0, float(edges[-1]), ticks=5)


def _say(one: Judgement) -> str:
    figures = one.metrics.callbacks
    again = max(figures.posts - figures.due, 0)
    return (
        f"{one.name}: {count(figures.due)} due, {count(figures.received)} received, "
        f"{count(again)} posted again, p50 {figures.lateness.text(50)} late, "
        f"p99 {figures.lateness.text(99)}"
    )


def _height(comparison: Comparison) -> float:
    return 1.1 + 1.4 * max(1, len(comparison.run.strategies))


def _shows(comparison: Comparison) -> bool:
    return comparison.manifest.is_load and any(
        len(run.callbacks) for run in comparison.run.strategies
    )


PICTURE = Picture(
    "callbacks",
    "Status callbacks: due, received, posted again",
    "Left, the line is the callbacks that were due in each slice of time, the bars "
    "what came of it: received, posted again before they were (or in vain), never "
    "received. Bars that lag behind the line are callbacks that waited. Right, how "
    "long after its status had changed a callback was received, by when it was due; "
    "the scale is logarithmic. The axes differ from row to row.",
    _height,
    draw,
    _shows,
    timed=True,
    over_time=True,
)
