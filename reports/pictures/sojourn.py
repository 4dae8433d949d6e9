"""Sojourn time: from submission to delivery, as percentiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reports.charts import FAINT, Picture, brief, style_of, time_axis

if TYPE_CHECKING:
    from reports.charts import Axes, Figure
    from reports.comparisons import Comparison
    from reports.runs import Floats
    from reports.spreads import Spread
    from reports.verdicts import Judgement

PERCENTS = (0.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9)
MARKED = (50.0, 95.0, 99.0)
POINTS = 300


def draw(figure: Figure, comparison: Comparison) -> str:
    """Draw each strategy's percentiles, with p50, p95 and p99 marked."""
    axes = figure.add_subplot()
    some = [one for one in comparison.judgements if len(one.metrics.sojourn.ordered)]
    for index, one in enumerate(comparison.judgements):
        if one in some:
            _draw_curve(axes, one, index)
    slowest = max((float(one.metrics.sojourn.ordered[-1]) for one in some), default=1.0)
    fastest = min((_low(one.metrics.sojourn) for one in some), default=0.1)
    low = min(max(fastest, slowest / 1e5, 1e-3), slowest / 5) * 0.9
    time_axis(axes, low, slowest * 1.1, log=True, ticks=11)
    axes.set_yticks(_rank(np.array(PERCENTS)), [f"p{one:g}" for one in PERCENTS])
    axes.set_ylim(0, _rank(np.array([99.9]))[0])
    axes.set_xlabel("time from submission to delivery (logarithmic)")
    axes.set_ylabel("percentile of the delivered texts")
    axes.grid(visible=True)
    for percent in MARKED:
        height = float(_rank(np.array([percent]))[0])
        axes.axhline(height, color=FAINT, linewidth=0.8, linestyle=(0, (1, 2)))
    if some:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), handlelength=3.6)
    return "; ".join(_say(one) for one in comparison.judgements)


def _draw_curve(axes: Axes, one: Judgement, index: int) -> None:
    style, spread = style_of(index), one.metrics.sojourn
    rank = np.linspace(0, 1, min(len(spread.ordered), POINTS) + 1)[1:]
    scaled = np.minimum(rank, 1) * _rank(np.array([99.95]))[0]
    percents = 100 * (1 - 10**-scaled)
    heights, at = scaled, _at(spread, percents)
    figures = "\n".join(f"p{percent:g} {spread.text(percent)}" for percent in MARKED)
    label = f"{brief(one.name)}\n{figures}"
    axes.plot(at, heights, color=style.color, linestyle=style.dashes)
    axes.plot(
        _at(spread, np.array(MARKED)),
        _rank(np.array(MARKED)),
        color=style.color,
        marker=style.marker,
        markersize=7,
        markeredgecolor="white",
        markeredgewidth=0.6,
        linestyle="none",
    )
    axes.plot(
        [],
        [],
        color=style.color,
        linestyle=style.dashes,
        marker=style.marker,
        label=label,
    )


def _rank(percents: Floats) -> Floats:
    """Return heights on which 90, 99 and 99.9 per cent lie equally far apart."""
    return -np.log10(1 - percents / 100)


def _at(spread: Spread, percents: Floats) -> Floats:
    """Return the durations that so many per cent do not exceed, by nearest rank."""
    ranks = np.ceil(percents / 100 * len(spread.ordered) - 1e-9).astype(np.int64)
    return spread.ordered[np.clip(ranks, 1, len(spread.ordered)) - 1]


def _low(spread: Spread) -> float:
    """Return where a curve may begin: the fastest hundredth is left to the margin."""
    return float(_at(spread, np.array([1.0]))[0])


def _say(one: Judgement) -> str:
    spread = one.metrics.sojourn
    figures = ", ".join(f"p{percent:g} {spread.text(percent)}" for percent in MARKED)
    return f"{one.name}: {figures}"


def _height(comparison: Comparison) -> float:
    return max(4.2, 1.0 + 0.62 * len(comparison.judgements))


PICTURE = Picture(
    "sojourn",
    "Time from submission to delivery",
    "Read across at p95: 95 % of the delivered texts took no longer than where the "
    "curve is. The scale gives the slowest tenth, hundredth and thousandth equal room. "
    "Submitted is when the first call for a text began, also where it had to be sent "
    "again: what it waited before, in the sender's own hands, is not in it.",
    _height,
    draw,
    timed=True,
    in_load="In a load, a text that has its own time is submitted when it was meant to "
    "be, however late its call began. It is delivered when Twilio knows it; the "
    "callback that tells of it comes later, and is in “submitted to terminal”.",
)
