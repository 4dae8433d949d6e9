"""All streams of a load together: what they had in flight, and what was refused."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from reports.charts import (
    INK,
    STYLES,
    Picture,
    brief,
    count_axis,
    edges_to,
    legend,
    time_axis,
)
from reports.curves import counts_in, in_flight, total
from reports.times import is_throttled
from reports.wording import count, duration

if TYPE_CHECKING:
    from reports.charts import Axes, Figure
    from reports.comparisons import Comparison
    from reports.curves import Steps
    from reports.runs import Floats, Ints, StrategyRun

SLICES = 80
HATCHES = ("", "///", "..", "xx", "\\\\", "++", "oo")


def draw(figure: Figure, comparison: Comparison) -> str:
    """Draw requests in flight above, refusals below, streams upon each other."""
    runs = comparison.run.strategies
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    tables = [run.calls.floats for run in runs]
    ends = [table[name] for table in tables for name in ("started_at", "answered_at")]
    edges = edges_to(ends, SLICES)
    flights = [in_flight(run.calls) for run in runs]
    whole = total(flights)
    _draw_flight(above, flights, whole, edges)
    _draw_limit(above, comparison, whole.peak)
    refused = [_refused_at(run) for run in runs]
    _stack(below, [counts_in(at, edges) for at in refused], edges)
    width = duration(float(edges[1] - edges[0]))
    below.set_ylabel(f"429s\nin {width}")
    numbers = [len(at) for at in refused]
    below.set_title(f"{count(sum(numbers))} in all", loc="right", fontsize=8)
    count_axis(below, 3)
    below.set_ylim(top=max(below.get_ylim()[1], 1))
    time_axis(below, 0.0, float(edges[-1]))
    below.set_xlabel("time since the start")
    names = [run.facts.name for run in runs]
    looks = [(brief(name), *_look(i)) for i, name in enumerate(names)]
    legend(figure, looks, 3)
    peaks = zip(names, flights, numbers, strict=True)
    return "; ".join(
        f"{name}: at most {count(flight.peak)} in flight, {count(number)} refused"
        for name, flight, number in peaks
    )


def _look(index: int) -> tuple[str, str]:
    return STYLES[index % len(STYLES)].color, HATCHES[index % len(HATCHES)]


def _refused_at(run: StrategyRun) -> Floats:
    return run.calls.floats["started_at"][is_throttled(run.calls)]


def _draw_flight(axes: Axes, flights: list[Steps], whole: Steps, edges: Floats) -> None:
    """Draw each stream's share of the requests in flight, and the whole account's peak.

    The shares are those at the instant of each slice's peak, so that they add up to it.
    """
    at = _peak_instants(whole, edges)
    _stack(axes, [flight.sample(at) for flight in flights], edges)
    axes.stairs(whole.peaks(edges), edges, color=INK, linewidth=0.8)
    axes.set_ylabel("requests in flight")
    axes.set_title(f"at most {count(whole.peak)}", loc="right", fontsize=8)


def _peak_instants(whole: Steps, edges: Floats) -> Floats:
    """Return, for each slice, an instant at which the level was at its highest."""
    found = edges[:-1].copy()
    for place, (low, high) in enumerate(pairwise(edges)):
        first, last = np.searchsorted(whole.at, (low, high))
        if last > first:
            best = first + int(np.argmax(whole.levels[first:last]))
            if whole.levels[best] > whole.sample(np.array([low]))[0]:
                found[place] = whole.at[best]
    return found


def _stack(axes: Axes, bands: list[Ints], edges: Floats) -> None:
    floor = np.zeros(len(edges) - 1)
    for index, band in enumerate(bands):
        color, hatch = _look(index)
        axes.stairs(
            floor + band,
            edges,
            baseline=floor,
            fill=True,
            facecolor=color,
            hatch=hatch,
            edgecolor="white",
            linewidth=0.2,
        )
        floor = floor + band
    axes.grid(visible=True, axis="y")


def _draw_limit(axes: Axes, comparison: Comparison, peak: int) -> None:
    """Draw the account's limit, where it is known."""
    limits = [one.concurrency for one in comparison.manifest.strategies]
    known = [limit for limit in limits if limit is not None]
    count_axis(axes, 4)
    axes.set_ylim(0, max([peak, 1, *known]) * 1.2)
    for limit in sorted(set(known)):
        axes.axhline(limit, color=INK, linewidth=1, linestyle=(0, (4, 2)))
        axes.annotate(
            f"limit {count(limit)}",
            xy=(0, limit),
            xycoords=("axes fraction", "data"),
            xytext=(2, 2),
            textcoords="offset points",
            size=8,
        )


def _shows(comparison: Comparison) -> bool:
    runs = comparison.run.strategies
    return comparison.manifest.is_load and sum(bool(len(run.calls)) for run in runs) > 1


PICTURE = Picture(
    "flight",
    "Requests in flight and refusals, all streams together",
    "The limit is the account's, so that one stream can use up what another needs. "
    "Above, the most requests that were in flight at once in each slice of time, each "
    "stream's part of them upon the others'; a request above the dashed limit is "
    "answered 429. Below, these refusals, by the stream that met them. The picture of "
    "the API's answers has each stream on its own.",
    lambda _: 4.6,
    draw,
    _shows,
    over_time=True,
)
