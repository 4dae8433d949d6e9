"""Delivered over time: how far each strategy had come at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.charts import INK, Picture, brief, spread, style_of, time_axis
from reports.curves import arrivals, thin
from reports.wording import count, duration, share

if TYPE_CHECKING:
    from reports.charts import Axes, Figure
    from reports.comparisons import Comparison
    from reports.verdicts import Judgement
    from sms.units import Seconds

FAR_APART = 50
"""How many times slower the slowest may be before the axis is logarithmic."""


def draw(figure: Figure, comparison: Comparison) -> str:
    """Draw each strategy's curve, the deadline, and the names at the lines' ends."""
    axes = figure.add_subplot()
    low, high, log = _range(comparison)
    ends = [
        _draw_curve(axes, one, index, high)
        for index, one in enumerate(comparison.judgements)
    ]
    _label_ends(axes, comparison, ends)
    if comparison.verdict.deadline is not None:
        _draw_deadline(axes, comparison.verdict.deadline)
    time_axis(axes, low, high, log=log)
    axes.set_ylim(0, 103)
    axes.set_yticks(range(0, 101, 20), [f"{n} %" for n in range(0, 101, 20)])
    axes.set_xlabel(f"time since the start{' (logarithmic)' if log else ''}")
    axes.set_ylabel("texts delivered, of all")
    axes.grid(visible=True)
    if ends:
        figure.legend(loc="outside lower center", ncols=3, handlelength=3.6)
    return "; ".join(
        f"{one.name}: {share(*_delivered(one))} delivered, "
        f"done after {duration(one.metrics.fates.done_at)}{_short(one)}"
        for one in comparison.judgements
    )


def _delivered(one: Judgement) -> tuple[int, int]:
    return len(one.metrics.fates.delivered_at), one.metrics.fates.texts


def _short(one: Judgement) -> str:
    """Return how many texts were lost or stayed open; nothing where none did."""
    fates = one.metrics.fates
    lost = sum(fates.lost.values()) + sum(fates.unreached.values())
    said = f", {count(lost)} lost" if lost else ""
    return f"{said}, {count(fates.unfinished)} open" if fates.unfinished else said


def _range(comparison: Comparison) -> tuple[Seconds, Seconds, bool]:
    """Return where the axis begins and ends, and whether it is logarithmic."""
    fates = [one.metrics.fates for one in comparison.judgements]
    ends = [one.done_at for one in fates if one.done_at]
    firsts = [float(one.delivered_at[0]) for one in fates if len(one.delivered_at)]
    deadline = comparison.verdict.deadline
    high = max([*ends, deadline or 0.0, 1.0]) * 1.03
    if not ends or not firsts or max(ends) <= FAR_APART * min(ends):
        return 0.0, high, False
    return max(min(firsts), high / 1e5, 1e-2), high * 1.05, True


def _draw_curve(axes: Axes, one: Judgement, index: int, high: Seconds) -> float:
    """Draw one strategy's curve and return the height it ends at."""
    style, (delivered, texts) = style_of(index), _delivered(one)
    curve = thin(arrivals(one.metrics.fates.delivered_at))
    heights = 100 * curve.levels / max(texts, 1)
    axes.step(
        curve.at,
        heights,
        where="post",
        color=style.color,
        linestyle=style.dashes,
        marker=style.marker,
        markevery=_marks(len(heights), index),
        markersize=5,
        label=brief(one.name),
    )
    end = float(heights[-1]) if delivered else 0.0
    last = float(curve.at[-1]) if delivered else 0.0
    axes.plot([last, high], [end, end], color=style.color, linewidth=0.7)
    _draw_stroke(axes, one, style.color, end)
    return end


def _draw_stroke(axes: Axes, one: Judgement, color: str, height: float) -> None:
    """Mark where the last text ended; a strategy with open texts has no such place."""
    fates = one.metrics.fates
    if fates.done_at is not None and not fates.unfinished:
        axes.plot(
            *(fates.done_at, height),
            marker="|",
            markersize=17,
            markeredgewidth=2,
            color=color,
            linestyle="none",
            zorder=3,
        )


def _marks(points: int, index: int) -> list[int]:
    """Return which points carry a marker: a few, others for each strategy; the last."""
    offset = index % 5 / 25
    shares = [step / 5 + offset for step in range(5)]
    inner = {int(points * share) for share in shares if share > 0}
    return sorted((inner | {points - 1}) & set(range(points)))


def _label_ends(axes: Axes, comparison: Comparison, ends: list[float]) -> None:
    """Write each strategy's name beside its end, far enough from its neighbours."""
    places = spread(ends, gap=9.0, top=98.0)
    for index, (one, end, place) in enumerate(
        zip(comparison.judgements, ends, places, strict=True)
    ):
        done = duration(one.metrics.fates.done_at)
        axes.annotate(
            f"{brief(one.name)}{_short(one)}\n{share(*_delivered(one))}, done {done}",
            xy=(1, end),
            xytext=(1.04, place),
            xycoords=("axes fraction", "data"),
            textcoords=("axes fraction", "data"),
            va="center",
            size=8,
            arrowprops={
                "arrowstyle": "-",
                "color": style_of(index).color,
                "linewidth": 1.2,
                "relpos": (0, 0.5),
                "shrinkA": 0,
                "shrinkB": 0,
            },
            annotation_clip=False,
        )


def _draw_deadline(axes: Axes, deadline: Seconds) -> None:
    axes.axvline(deadline, color=INK, linewidth=1.4, linestyle=(0, (4, 2)))
    axes.annotate(
        f"deadline {duration(deadline)}",
        xy=(deadline, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        va="bottom",
        size=8.5,
        weight="bold",
    )


def _height(comparison: Comparison) -> float:
    return max(4.6, 1.6 + 0.45 * len(comparison.judgements))


PICTURE = Picture(
    "delivered",
    "Texts delivered over time",
    "A line that climbs sooner is faster; where it turns flat, nothing more arrived. "
    "What is missing to 100 % was undelivered, failed, refused, without an answer or "
    "still open. The short upright stroke is where the last text came to its end, "
    "delivered or not: “done” beside the name. A strategy makes the deadline where its "
    "stroke stands left of it and none is lost or open beside its name.",
    _height,
    draw,
    over_time=True,
)
