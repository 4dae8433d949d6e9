"""Queue depth by sender: where messages waited, a panel a strategy."""

from __future__ import annotations

from collections import Counter
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
COLORS = tuple(style.color for style in STYLES[:-1])
"""Fills: all colours of lines but black."""

HATCHES = ("", "//", "..", "\\\\", "xx", "--")

Look = tuple[str, str]


def draw(figure: Figure, comparison: Comparison) -> str:
    """Draw a panel for each strategy, its senders' queues stacked."""
    judgements = comparison.judgements
    rows = -(-len(judgements) // COLUMNS)
    panels = figure.subplots(max(rows, 1), COLUMNS, squeeze=False).ravel()
    looks = looks_of([_shown(_deepest(one.metrics)) for one in judgements])
    words = []
    for axes, one in zip(panels, judgements, strict=False):
        words.append(_draw_panel(axes, one.metrics, looks))
    for axes in panels[len(judgements) :]:
        axes.set_axis_off()
    return "; ".join(words)


def looks_of(panels: list[list[SenderFigures]]) -> dict[str, Look]:
    """Return a colour and a hatch for every sender with a band in some panel.

    They are the same in all panels.  Senders of one panel differ in colour as far as
    there are colours, all others in hatch at least.  The most loaded comes first.
    """
    peaks: dict[str, int] = {}
    beside: dict[str, set[str]] = {}
    for panel in panels:
        for one in panel:
            peaks[one.address] = max(peaks.get(one.address, 0), one.depth.peak)
            beside.setdefault(one.address, set()).update(o.address for o in panel)
    colors: dict[str, int] = {}
    looks: dict[str, Look] = {}
    for address in sorted(peaks, key=lambda one: (-peaks[one], one)):
        used = Counter(colors.values())
        near = Counter(colors[one] for one in beside[address] if one in colors)
        color = min(range(len(COLORS)), key=lambda c: (near[c], used[c], c))
        colors[address] = color
        looks[address] = COLORS[color], HATCHES[(color + used[color]) % len(HATCHES)]
    return looks


def _deepest(metrics: Metrics) -> list[SenderFigures]:
    """Return the senders with a queue, the longest first."""
    queued = [one for one in metrics.senders if one.depth.peak]
    return sorted(queued, key=lambda one: (-one.depth.peak, one.address))


def _shown(senders: list[SenderFigures]) -> list[SenderFigures]:
    """Return the senders that have a band of their own; one more is not `others`."""
    return senders if len(senders) <= SHOWN + 1 else senders[:SHOWN]


def _draw_panel(axes: Axes, metrics: Metrics, looks: dict[str, Look]) -> str:
    axes.set_title(brief(metrics.name))
    deepest = _deepest(metrics)
    end = max((float(one.depth.at[-1]) for one in deepest), default=0.0)
    if not deepest:
        axes.text(*(0.5, 0.5, "nothing waited"), ha="center", transform=axes.transAxes)
        axes.set(xticks=[], yticks=[])
        return f"{metrics.name}: nothing waited"
    _stack(axes, deepest, end, looks)
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
        frameon=True,
        framealpha=0.85,
        edgecolor="white",
    )
    first, queues = deepest[0], counted(len(deepest), "queue")
    longest = f"{counted(first.depth.peak, 'message')} at {first.address}"
    return f"{metrics.name}: {queues}, the longest {longest}"


def _stack(
    axes: Axes, senders: list[SenderFigures], end: Seconds, looks: dict[str, Look]
) -> None:
    """Stack the deepest queues, and all others as one band."""
    edges = np.linspace(0, end * 1.0001, BINS + 1)
    places = list(looks)
    shown = sorted(_shown(senders), key=lambda one: places.index(one.address))
    others = senders[len(shown) :]
    bands: list[Ints] = [one.depth.peaks(edges) for one in shown]
    labels = [f"{one.address}: {count(one.depth.peak)}" for one in shown]
    fills = [looks[one.address] for one in shown]
    if others:
        bands.append(np.sum([one.depth.peaks(edges) for one in others], axis=0))
        labels.append(f"{len(others)} other senders")
        fills.append((OTHERS, ""))
    floor: Floats = np.zeros(BINS)
    for band, label, (color, hatch) in zip(bands, labels, fills, strict=True):
        axes.fill_between(
            edges[:-1],
            floor,
            floor + band,
            facecolor=color,
            hatch=hatch,
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
    "where the sender holds texts back itself. A sender looks the same in all panels; "
    "the axes differ from panel to panel.",
    _height,
    draw,
    over_time=True,
)
