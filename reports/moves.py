"""Moves: the figures of streams that are not what they were in another run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from reports.settings import letter
from reports.titles import named
from reports.wording import NOTHING, count, duration, money, share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reports.comparisons import Comparison
    from reports.spreads import Spread
    from reports.verdicts import Judgement

MOVED = 0.1
"""Share of what it was by which a figure must have moved to be told of."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a stream: its number, by which it is held to have moved, in words."""

    name: str
    number: Callable[[Judgement], float | None]
    text: Callable[[Judgement], str]


@dataclass(frozen=True, slots=True)
class Move:
    """A figure of a stream that moved between two runs, and how far.

    `size` is the logarithm of how many times it became what it was, upwards or down;
    infinite from or to nothing.
    """

    stream: str
    figure: str
    was: str
    became: str
    size: float
    change: str

    def line(self, runs: str = "") -> str:
        """Return it in words."""
        return (
            f"{self.stream}: {self.figure} {self.was} → {self.became}, "
            f"{self.change}{runs}"
        )


def _delivered(one: Judgement) -> float:
    fates = one.metrics.fates
    return len(fates.delivered_at) / max(fates.texts, 1)


def delivered_share(one: Judgement) -> str:
    """Return what share of a stream's texts was delivered."""
    fates = one.metrics.fates
    return share(len(fates.delivered_at), fates.texts)


def failures(one: Judgement, most: int = 3) -> str:
    """Return a stream's error codes with their numbers, the most frequent first."""
    codes = one.metrics.codes
    said = [
        f"{abs(row.code) or 'no code'} × {count(row.total)}" for row in codes[:most]
    ]
    said += [f"{len(codes) - most} more"] if len(codes) > most else []
    return ", ".join(said) or NOTHING


def _ended(one: Judgement) -> Spread:
    return one.metrics.ended


def _service(one: Judgement) -> Spread:
    return one.metrics.service


def _response(one: Judgement) -> Spread:
    return one.metrics.response


def _percentile(name: str, spread: Callable[[Judgement], Spread], at: float) -> Figure:
    """Return a percentile of a stream's as a figure."""
    return Figure(
        f"p{at:g} of {name}",
        lambda one: spread(one).at(at),
        lambda one: spread(one).text(at),
    )


FIGURES = (
    Figure("texts delivered", _delivered, delivered_share),
    *(_percentile("submission to end", _ended, at) for at in (50, 95, 99)),
    *(_percentile("response time", _response, at) for at in (50, 95, 99)),
    *(_percentile("service time", _service, at) for at in (50, 95, 99)),
    Figure(
        "refusals (429)",
        lambda one: one.metrics.calls.throttled,
        lambda one: count(one.metrics.calls.throttled),
    ),
    Figure(
        "done after",
        lambda one: one.metrics.fates.done_at,
        lambda one: duration(one.metrics.fates.done_at),
    ),
    Figure("cost", lambda one: one.cost.total, lambda one: money(one.cost.total)),
)
"""The figures of a stream that are held against those of another run."""


def figures_moved(comparisons: Sequence[Comparison]) -> list[str]:
    """Return a line for each figure that moved from the first run on, biggest first.

    Only streams of the same name are held against each other.
    """
    first = comparisons[0]
    found = []
    for place, later in enumerate(comparisons[1:], start=1):
        runs = f" (A to {letter(place)})" if len(comparisons) > 2 else ""
        found += [(move.size, move.line(runs)) for move in _moves(first, later)]
    return [line for _, line in sorted(found, key=lambda one: -one[0])]


def _moves(first: Comparison, later: Comparison) -> Iterator[Move]:
    """Yield what moved between two runs, of the streams that both have."""
    after = {one.name: one for one in later.judgements}
    for before in first.judgements:
        if before.name in after:
            pair = before, after[before.name]
            figures = (*FIGURES, *_codes(*pair))
            yield from (move for one in figures for move in _moved(one, *pair))


def _moved(figure: Figure, before: Judgement, after: Judgement) -> Iterator[Move]:
    """Yield how a figure moved; nothing where it hardly did or is not known."""
    old, new = figure.number(before), figure.number(after)
    if old is None or new is None or abs(new - old) <= MOVED * abs(old):
        return
    both = old > 0 and new > 0
    none = "from none" if old <= 0 else "to none"
    yield Move(
        before.name,
        figure.name,
        figure.text(before),
        figure.text(after),
        abs(math.log(new / old)) if both else math.inf,
        f"{100 * (new - old) / old:+,.0f} %" if both else none,
    )


def _codes(before: Judgement, after: Judgement) -> Iterator[Figure]:
    """Yield a figure for each error code that ended a text of either."""
    codes = {row.code for one in (before, after) for row in one.metrics.codes}
    for code in sorted(codes):
        ended = partial(_ended_by, code)
        yield Figure(f"ended by {named(code)}", ended, partial(_in_words, ended))


def _in_words(number: Callable[[Judgement], int], one: Judgement) -> str:
    return count(number(one))


def _ended_by(code: int, one: Judgement) -> int:
    return sum(row.total for row in one.metrics.codes if row.code == code)
