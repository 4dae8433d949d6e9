"""Queue depth by sender: where messages waited, a panel a strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reports.charts import FAINT, STYLES, Picture, brief, count_axis, time_axis
from reports.wording import count, counted

if TYPE_CHECKING:
    from reports.charts import Axes, Figure
    from reports.comparisons import Comparison
    from reports.metrics import Metrics, SenderFigures
    from reports.runs import Floats, Ints
    from sms.units import Seconds

COLUMNS = 2
SHOWN = 6
"""Senders with a band of their own; the others share one."""

BINS = 120
OTHERS = "#bbbbbb"
HATCHES = ("", "//", "..", "\\\\", "xx", "--")


def draw(figure: Figure, comparison: Comparison) -> str:
    """Draw a panel for each strategy, its senders' queues stacked."""
    judgements = comparison.judgements
    rows = -(-len(judgements) // COLUMNS)
    panels = figure.subplots(max(rows, 1), COLUMNS, squeeze=False).ravel()
    words = []
    for axes, one in zip(panels, judgements, strict=False):
        words.append(_draw_panel(axes, one.metrics))
    for axes in panels[len(judgements) :]:
        axes.set_axis_off()
    return "; ".join(words)


def _draw_panel(axes: Axes, metrics: Metrics) -> str:
    axes.set_title(brief(metrics.name))
    senders = sorted(metrics.senders, key=lambda one: (-one.depth.peak, one.address))
    deepest = [one for one in senders if one.depth.peak]
    end = max((float(one.depth.at[-1]) for one in deepest), default=0.0)
    if not deepest:
        axes.text(*(0.5, 0.5, "nothing waited"), ha="center", transform=axes.transAxes)
        axes.set(xticks=[], yticks=[])
        return f"{metrics.name}: nothing waited"
    _stack(axes, deepest, end)
    time_axis(axes, 0.0, end, ticks=6)
    axes.set_xlabel("time since the start")
    axes.set_ylabel("messages waiting")
    axes.grid(visible=True)
    axes.legend(
        title="sender: its longest queue",
        title_fontsize=7.5,
        loc="upper right",
        fontsize=7.5,
        handlelength=1.4,
        labelspacing=0.25,
        reverse=True,
    )
    first, queues = deepest[0], counted(len(deepest), "queue")
    longest = f"{count(first.depth.peak)} messages at {first.address}"
    return f"{metrics.name}: {queues}, the longest {longest}"


def _stack(axes: Axes, senders: list[SenderFigures], end: Seconds) -> None:
    """Stack the deepest queues, and all others as one band."""
    edges = np.linspace(0, end * 1.0001, BINS + 1)
    few = len(senders) <= SHOWN + 1
    shown = sorted(senders if few else senders[:SHOWN], key=lambda one: one.address)
    others = senders[len(shown) :]
    bands: list[Ints] = [one.depth.peaks(edges) for one in shown]
    labels = [f"{one.address}: {count(one.depth.peak)}" for one in shown]
    if others:
        bands.append(np.sum([one.depth.peaks(edges) for one in others], axis=0))
        labels.append(f"{len(others)} other senders")
    floor: Floats = np.zeros(BINS)
    for index, (band, label) in enumerate(zip(bands, labels, strict=True)):
        last = bool(others) and index == len(bands) - 1
        axes.fill_between(
            edges[:-1],
            floor,
            floor + band,
            facecolor=OTHERS if last else STYLES[index % len(STYLES)].color,
            hatch="" if last else HATCHES[index % len(HATCHES)],
            edgecolor="white",
            linewidth=0.6,
            label=label,
        )
        floor = floor + band
    axes.plot(edges[:-1], floor, color=FAINT, linewidth=0.8)
    count_axis(axes)
    axes.set_ylim(0, float(floor.max()) * 1.12)


def _height(comparison: Comparison) -> float:
    return 0.5 + 2.3 * max(1, -(-len(comparison.judgements) // COLUMNS))


PICTURE = Picture(
    "queues",
    "Messages waiting in the senders' queues",
    "Each band is one sender's queue, stacked on the others: the top edge is all that "
    "waits, and bands of equal height are an even spread. Hardly anything waits here "
    "where the sender holds texts back itself. The axes differ from panel to panel.",
    _height,
    draw,
)
