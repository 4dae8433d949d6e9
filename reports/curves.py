"""Curves: what went on over time, as steps, bins and percentiles.

No loop runs over rows: a million messages take about a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.runs import Floats, Ints, Mask, Rows
    from sms.units import Seconds

POINTS = 400
"""Points a drawn curve is thinned to: more than a picture shows."""


@dataclass(frozen=True, slots=True)
class Steps:
    """A level that changes at instants: `levels[i]` holds from `at[i]` on; 0 before."""

    at: Floats
    levels: Ints

    @property
    def peak(self) -> int:
        """Return the highest level."""
        return int(self.levels.max(initial=0))

    def sample(self, grid: Floats) -> Ints:
        """Return the level at each instant of a grid."""
        before = np.searchsorted(self.at, grid, side="right")
        return np.concatenate(([0], self.levels))[before]

    def peaks(self, edges: Floats) -> Ints:
        """Return the highest level within each bin, the one at its start included."""
        first = np.searchsorted(self.at, edges[:-1], side="right")
        last = np.searchsorted(self.at, edges[1:], side="left")
        carried = np.concatenate(([0], self.levels))[first]
        padded = np.concatenate((self.levels, [0]))
        ends = np.stack((first, np.maximum(last, first)), axis=1).ravel()
        inside = np.maximum.reduceat(padded, ends)[::2]
        return np.where(last > first, np.maximum(carried, inside), carried)


@dataclass(frozen=True, slots=True)
class Answers:
    """How calls were answered: `counts[k, i]` with `kinds[k]` in bin i.

    A kind is an HTTP status and an error code; status 0 is no answer.
    """

    edges: Floats
    kinds: tuple[tuple[int, int], ...]
    counts: Ints


def steps(up: Floats, down: Floats) -> Steps:
    """Return the level of what goes up and comes down; what never does is infinite."""
    at = np.concatenate((up, down[np.isfinite(down)]))
    change = np.ones(len(at), dtype=np.int64)
    change[len(up) :] = -1
    order = np.argsort(at, kind="stable")
    at, levels = at[order], np.cumsum(change[order])
    final = np.append(at[1:] != at[:-1], True) if len(at) else np.zeros(0, dtype=bool)
    return Steps(at[final], levels[final])


def depths(messages: Rows) -> dict[str, Steps]:
    """Return each sender's queue depth in messages, by its address.

    A message is in the queue from `queued_at` until `sending_at`, or `ended_at` if it
    never left.
    """
    queued, left = _waits(messages)
    senders = messages.words["sender"]
    chosen = np.isfinite(queued) & (senders.codes >= 0)
    return {
        senders.names[code]: steps(queued[rows], left[rows])
        for code, rows in groups(senders.codes, chosen)
    }


def in_flight(calls: Rows) -> Steps:
    """Return how many requests waited for their answer; one without is not counted."""
    started, answered = calls.floats["started_at"], calls.floats["answered_at"]
    known = np.isfinite(started) & np.isfinite(answered)
    return steps(started[known], answered[known])


def answers(calls: Rows, *, width: Seconds) -> Answers:
    """Return how many calls were answered how, in bins so wide.

    The most frequent kind comes first.  A call without an answer counts when it was
    begun.
    """
    started, answered = calls.floats["started_at"], calls.floats["answered_at"]
    at = np.where(np.isfinite(answered), answered, started)
    codes = np.maximum(calls.ints["error_code"], 0).astype(np.int64)
    keys = calls.ints["http_status"].astype(np.int64) * 1_000_000 + codes
    kinds, which = np.unique(keys, return_inverse=True)
    bins = int(at.max(initial=0) // width) + 1
    edges = np.arange(bins + 1, dtype=np.float64) * width
    bin_of = np.clip((at // width).astype(np.int64), 0, bins - 1)
    cells = np.bincount(which * bins + bin_of, minlength=len(kinds) * bins)
    counts = cells.reshape(len(kinds), bins)
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    named = tuple(
        (int(kinds[k]) // 1_000_000, int(kinds[k]) % 1_000_000) for k in order
    )
    return Answers(edges, named, counts[order])


def arrivals(at: Floats) -> Steps:
    """Return how many have happened by each instant."""
    ordered = np.sort(at)
    return Steps(ordered, np.arange(1, len(ordered) + 1))


def thin(curve: Steps, points: int = POINTS) -> Steps:
    """Return a curve of so many of its own points, its ends among them."""
    if len(curve.at) <= points:
        return curve
    kept = np.unique(np.linspace(0, len(curve.at) - 1, points).round().astype(np.int64))
    return Steps(curve.at[kept], curve.levels[kept])


def percentile(ordered: Floats, percent: float) -> Seconds | None:
    """Return the smallest value that so many per cent do not exceed; None of nothing.

    The values come sorted.  This is the nearest rank: a value that was measured.
    """
    if not len(ordered):
        return None
    rank = int(np.ceil(percent / 100 * len(ordered) - 1e-9))
    return float(ordered[max(rank, 1) - 1])


def slices(at: Floats, values: Floats, edges: Floats, percents: Floats) -> Floats:
    """Return the percentiles of what fell into each slice, a row for each percentage.

    By nearest rank, as `percentile`; a slice without anything has NAN.
    """
    known = np.isfinite(at) & np.isfinite(values)
    at, values = at[known], values[known]
    bins = len(edges) - 1
    which = np.clip(np.searchsorted(edges, at, side="right") - 1, 0, max(bins - 1, 0))
    ordered = values[np.lexsort((values, which))]
    counts = np.bincount(which, minlength=bins)
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    ranks = np.ceil(np.outer(percents / 100, counts) - 1e-9).astype(np.int64)
    places = starts + np.maximum(ranks, 1) - 1
    padded = np.append(ordered, np.nan)
    return np.where(counts > 0, padded[np.minimum(places, len(ordered))], np.nan)


def counts_in(at: Floats, edges: Floats) -> Ints:
    """Return how many instants fall into each slice, the last one's end included."""
    counts: Ints = np.histogram(at[np.isfinite(at)], edges)[0]
    return counts


def total(curves: Sequence[Steps]) -> Steps:
    """Return the sum of levels that change at their own instants."""
    at = np.unique(np.concatenate([one.at for one in curves] or [np.zeros(0)]))
    levels = np.zeros(len(at), dtype=np.int64)
    for one in curves:
        levels = levels + one.sample(at)
    return Steps(at, levels)


def groups(codes: Ints, chosen: Mask) -> list[tuple[int, Ints]]:
    """Return the chosen rows of each code, by rising code, in their order."""
    rows = np.flatnonzero(chosen)
    order = rows[np.argsort(codes[rows], kind="stable")]
    found, starts = np.unique(codes[order], return_index=True)
    return [
        (int(code), part)
        for code, part in zip(found, np.split(order, starts[1:]), strict=False)
    ]


def _waits(messages: Rows) -> tuple[Floats, Floats]:
    """Return when each message joined its queue and when it left it."""
    queued = messages.floats["queued_at"]
    sending, ended = messages.floats["sending_at"], messages.floats["ended_at"]
    left = np.where(np.isfinite(sending), sending, ended)
    return queued, np.where(np.isfinite(left), np.maximum(left, queued), np.inf)
