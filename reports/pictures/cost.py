"""Segments and cost: what left, and what it is charged at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reports.charts import INK, Picture, brief, legend
from reports.wording import MICROS, count, counted, money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.charts import Axes, Figure
    from reports.comparisons import Comparison
    from reports.costs import Cost

PARTS = {
    "messages": ("messages: base price", "#0072B2", ""),
    "carrier_fees": ("carrier fees", "#56B4E9", "///"),
    "failed_fees": ("fees for failed messages", "#D55E00", "xx"),
    "rent": ("a month's rent of the senders", "#E69F00", ".."),
}
TRAFFIC = ("messages", "carrier_fees", "failed_fees")


def draw(figure: Figure, comparison: Comparison) -> str:
    """Draw the segments, the price of the messages, and the whole with the senders."""
    costs = [one.cost for one in comparison.judgements]
    panels = figure.subplots(1, 3, sharey=True, width_ratios=(2, 3, 3))
    _draw_segments(panels[0], costs)
    _draw_parts(panels[1], costs, TRAFFIC)
    panels[1].set_title("messages, $")
    _draw_parts(panels[2], costs, tuple(PARTS))
    panels[2].set_title("messages and rent, $")
    names = [one.name for one in comparison.judgements]
    panels[0].set_yticks(range(len(names)), [brief(name) for name in names])
    for axes in panels:
        axes.tick_params(axis="y", labelcolor=INK, length=0)
    panels[0].invert_yaxis()
    used = [part for part in PARTS if any(getattr(cost, part) for cost in costs)]
    legend(figure, [PARTS[part] for part in used], 4)
    return "; ".join(
        f"{name}: {counted(cost.segments, 'segment')}, "
        f"{money(cost.traffic)} for messages, "
        f"{money(cost.rent)} for senders"
        for name, cost in zip(names, costs, strict=True)
    )


def _draw_segments(axes: Axes, costs: Sequence[Cost]) -> None:
    segments = [cost.segments for cost in costs]
    axes.barh(range(len(costs)), segments, height=0.6, color="#999999")
    _finish(axes, segments, [count(value) for value in segments])
    axes.set_title("segments")


def _draw_parts(axes: Axes, costs: Sequence[Cost], parts: Sequence[str]) -> None:
    """Draw a stacked bar for each strategy, its sum at its end."""
    floor = np.zeros(len(costs))
    for part in parts:
        _, color, hatch = PARTS[part]
        values = np.array([getattr(cost, part) / MICROS for cost in costs])
        axes.barh(
            range(len(costs)),
            values,
            left=floor,
            height=0.6,
            facecolor=color,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.3,
        )
        floor = floor + values
    sums = [sum(getattr(cost, part) for part in parts) for cost in costs]
    _finish(axes, list(floor), [money(value) for value in sums])


def _finish(axes: Axes, ends: Sequence[float], labels: Sequence[str]) -> None:
    """Write the figures at the bars' ends, which makes a scale unneeded."""
    most = max([*ends, 1e-9])
    for place, (end, label) in enumerate(zip(ends, labels, strict=True)):
        axes.text(end + most * 0.02, place, label, va="center", size=8)
    axes.set_xlim(0, most * 1.42)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


PICTURE = Picture(
    "cost",
    "Segments and cost",
    "The middle counts what grows with every message; the right adds a whole month of "
    "the numbers or short codes used, which other campaigns of that month share. Each "
    "panel has its own scale.",
    lambda comparison: 1.4 + 0.42 * max(2, len(comparison.judgements)),
    draw,
)
