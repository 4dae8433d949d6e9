"""API answers by code over time, and how many requests were in flight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reports.charts import (
    INK,
    Picture,
    brief,
    count_axis,
    legend,
    round_step,
    time_axis,
)
from reports.curves import answers, in_flight
from reports.titles import answered
from reports.wording import count, duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts import Axes, Figure
    from reports.comparisons import Comparison
    from reports.curves import Answers
    from reports.runs import Ints, StrategyRun
    from sms.units import Seconds

BINS = 60
FEW = 0.04
"""Share of the highest bar below which the answers in a bin can hardly be seen."""

STRIP = 0.075
"""Height of a strip above the bars, as a share of the panel's."""

STRIPS = 8
"""Kinds that have one, at most: together they are as high as the bars."""

ROOM = 62
"""Small letters that a panel has room for above it; one of its name takes 4/3."""

LOOKS = (
    ("#D55E00", "///"),
    ("#E69F00", ".."),
    ("#CC79A7", "xx"),
    ("#56B4E9", "\\\\"),
    ("#F0E442", "++"),
    ("#999999", "oo"),
)
TAKEN, SILENT = ("#009E73", ""), ("#000000", "")

Kind = tuple[int, int]
Look = tuple[str, str]


def draw(figure: Figure, comparison: Comparison) -> str:
    """Draw a row for each strategy: answers on the left, in flight on the right."""
    runs = comparison.run.strategies
    binned = [answers(run.calls, width=_width(run)) for run in runs]
    looks = _looks(binned)
    panels = figure.subplots(max(len(runs), 1), 2, squeeze=False, width_ratios=(3, 2))
    for row, run, one in zip(panels, runs, binned, strict=False):
        _draw_answers(row[0], run.facts.name, one, looks)
        _draw_flight(row[1], run, one)
    panels[-1, 0].set_xlabel("time since the start")
    panels[-1, 1].set_xlabel("time since the start")
    legend(figure, [(answered(kind), *look) for kind, look in looks.items()], 2)
    return "; ".join(_say(run, one) for run, one in zip(runs, binned, strict=True))


def _width(run: StrategyRun) -> Seconds:
    """Return a round width that cuts a strategy's calls into some sixty bins."""
    times = run.calls.floats
    end = np.fmax(times["started_at"], times["answered_at"]).max(initial=0.0)
    return round_step(float(end), BINS)


def _looks(binned: Sequence[Answers]) -> dict[Kind, Look]:
    """Return a colour and a hatch for every kind of answer, the same in all panels."""
    kinds = sorted({kind for one in binned for kind in one.kinds}, key=_order)
    looks: dict[Kind, Look] = {}
    refusals = 0
    for kind in kinds:
        if not kind[0]:
            looks[kind] = SILENT
        elif kind[0] < 300:
            looks[kind] = TAKEN
        else:
            looks[kind] = LOOKS[refusals % len(LOOKS)]
            refusals += 1
    return looks


def _draw_answers(
    axes: Axes, name: str, binned: Answers, looks: dict[Kind, Look]
) -> None:
    """Draw one strategy's answers as stacked bars."""
    width = float(binned.edges[1] - binned.edges[0])
    floor = np.zeros(len(binned.edges) - 1)
    rows = dict(zip(binned.kinds, binned.counts, strict=True))
    for kind in sorted(rows, key=_order):
        color, hatch = looks[kind]
        axes.stairs(
            floor + rows[kind],
            binned.edges,
            baseline=floor,
            fill=True,
            facecolor=color,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.2,
        )
        floor = floor + rows[kind]
    axes.set_title(brief(name))
    totals = _totals(binned, ROOM - 4 * len(brief(name)) // 3)
    axes.set_title(totals, loc="right", fontsize=8, fontweight="normal")
    axes.set_ylabel(f"answers\nin {duration(width)}")
    count_axis(axes, 3)
    axes.grid(visible=True, axis="y")
    time_axis(axes, 0.0, float(binned.edges[-1]), ticks=7)
    _draw_strips(axes, binned, looks)


def _draw_strips(axes: Axes, binned: Answers, looks: dict[Kind, Look]) -> None:
    """Draw a strip for each kind above the bars, a cell wherever there was one at all.

    No strip is drawn where all can be seen in the bars.
    """
    highest = binned.counts.sum(axis=0).max(initial=0)
    if not ((binned.counts > 0) & (binned.counts < FEW * highest)).any():
        return
    rows = sorted(zip(binned.kinds, binned.counts, strict=True), key=_by_kind)[:STRIPS]
    axes.set_ylim(0, float(highest) / (1 - STRIP * (len(rows) + 1)))
    for row, (kind, counts) in enumerate(rows):
        axes.broken_barh(
            [(binned.edges[i], binned.edges[1]) for i in np.flatnonzero(counts)],
            (1 - STRIP * (len(rows) - row), STRIP * 0.7),
            facecolor=looks[kind][0],
            transform=axes.get_xaxis_transform(),
        )


def _totals(binned: Answers, room: int) -> str:
    """Return how many answers there were of each kind, as far as there is room."""
    totals = [
        f"{count(total)} × {kind[1] or kind[0] or 'no answer'}"
        for kind, total in zip(binned.kinds, binned.counts.sum(axis=1), strict=True)
    ]
    for shown in range(len(totals), 0, -1):
        more = f" and {len(totals) - shown} more" if shown < len(totals) else ""
        text = f"{', '.join(totals[:shown])}{more}"
        if len(text) <= room:
            return text
    return ""


def _draw_flight(axes: Axes, run: StrategyRun, binned: Answers) -> None:
    """Draw the most requests that were in flight at once, and the account's limit."""
    flight, limit = in_flight(run.calls), run.facts.concurrency
    peaks = flight.peaks(binned.edges)
    axes.stairs(peaks, binned.edges, fill=True, color="#0072B2", alpha=0.2)
    axes.stairs(peaks, binned.edges, color="#0072B2", linewidth=1.4)
    axes.set_title(f"at most {count(flight.peak)}", fontsize=8, fontweight="normal")
    top = max(flight.peak, 1)
    if limit is not None:
        axes.axhline(limit, color=INK, linewidth=1, linestyle=(0, (4, 2)))
        axes.annotate(
            f"limit {count(limit)}",
            xy=(1, limit),
            xycoords=("axes fraction", "data"),
            xytext=(0, 2),
            textcoords="offset points",
            ha="right",
            size=8,
        )
        top = max(top, limit)
    count_axis(axes, 3)
    axes.set_ylim(0, top * 1.25)
    axes.set_ylabel("in flight")
    axes.grid(visible=True, axis="y")
    time_axis(axes, 0.0, float(binned.edges[-1]), ticks=5)


def _order(kind: Kind) -> tuple[bool, Kind]:
    """Put the answers that took a call first, then 429, and none at all last."""
    return not 200 <= kind[0] < 300, (-kind[0], kind[1])


def _by_kind(row: tuple[Kind, Ints]) -> tuple[bool, Kind]:
    return _order(row[0])


def _say(run: StrategyRun, binned: Answers) -> str:
    totals = binned.counts.sum(axis=1)
    kinds = [
        f"{count(total)} × {answered(kind)}"
        for kind, total in zip(binned.kinds, totals, strict=True)
    ]
    return f"{run.facts.name}: {', '.join(kinds) or 'no calls'}"


def _height(comparison: Comparison) -> float:
    return 1.0 + 1.35 * max(1, len(comparison.run.strategies))


PICTURE = Picture(
    "answers",
    "What the API answered, and requests in flight",
    "Left, each bar is the answers of a moment, stacked by code: green was taken, "
    "hatched was refused. Where some are too few to be seen, such as the calls for "
    "texts sent again or a handful of 429s, thin strips above the bars mark every "
    "moment with such an answer; their numbers stand beside the name. Right, the most "
    "requests waiting for an answer at once; above the dashed limit Twilio answers "
    "429. The axes differ from row to row.",
    _height,
    draw,
    over_time=True,
)
