"""Arrivals: how many a second, how many so far, and when each is meant to come.

The rate is drawn by straight lines from knot to knot, so its integral and the inverse
of that are closed forms: nothing is summed up in small steps, nothing searched for.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate, count, islice, pairwise, repeat, takewhile
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias, TypeVar

from sms.units import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sms.units import Seconds

T = TypeVar("T")

FASTEST = 1_000_000.0
"""The highest arrival rate, 1/s: more than a machine could begin."""

LONGEST: Seconds = 366 * DAY
"""The longest profile that ends at all."""

Knots: TypeAlias = "tuple[tuple[Seconds, float], ...]"
"""Instants and the arrival rate there, 1/s; two knots at one instant are a step."""


class Spacing(StrEnum):
    """How arrivals lie about their rate: as evenly as can be, or by chance."""

    EVEN = "even"
    POISSON = "poisson"


class Level(NamedTuple):
    """A stretch of one arrival rate, 1/s; what comes at `ended_at` is not in it."""

    began_at: Seconds
    ended_at: Seconds
    rate: float


class Profile(Protocol):
    """What every shape can be asked; `str` gives the spelling that makes it again."""

    @property
    def shape(self) -> str:
        """The shape's name, a key of `SHAPES`."""

    @property
    def duration(self) -> Seconds:
        """When it is over: every arrival comes before; inf where it does not end."""

    @property
    def count(self) -> int | None:
        """How many arrive in all, None without end; by Poisson, so many on average."""

    def rate(self, at: Seconds) -> float:
        """Return the arrival rate at an instant, 1/s; 0 before the start and after."""

    def arrived_by(self, at: Seconds) -> float:
        """Return how many are to have arrived: the integral of the rate."""

    def arrivals(self, seed: int = 0) -> Iterator[Seconds]:
        """Return when each arrives, in order; the seed matters where chance does."""


@dataclass(frozen=True, slots=True)
class ArrivalProfile:
    """A rate drawn by knots, the first at 0; the last may be at inf, on a level.

    Raises:
        ValueError: the knots are no such drawing, or nothing would ever arrive.
    """

    shape: str
    knots: Knots
    spacing: Spacing = Spacing.EVEN
    spelling: str = ""
    _areas: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check(self.knots)
        pieces = pairwise(self.knots)
        areas = ((t1 - t0) * (r0 + r1) / 2 for (t0, r0), (t1, r1) in pieces)
        object.__setattr__(self, "_areas", tuple(accumulate(areas, initial=0.0)))

    def __str__(self) -> str:
        return self.spelling or self.shape

    @property
    def duration(self) -> Seconds:
        """When it is over: every arrival comes before; inf where it does not end."""
        return self.knots[-1][0]

    @property
    def count(self) -> int | None:
        """How many arrive evenly, None without end: the integral, rounded down.

        By Poisson the seed decides, and the integral is the mean.
        """
        total = self._areas[-1]
        return None if total == math.inf else math.floor(total + _rounding(total))

    @property
    def levels(self) -> tuple[Level, ...]:
        """The stretches on which the rate stays, in order: the steps of a staircase."""
        return tuple(
            Level(began_at, ended_at, rate)
            for (began_at, rate), (ended_at, last) in pairwise(self.knots)
            if began_at < ended_at and rate == last
        )

    def rate(self, at: Seconds) -> float:
        """Return the arrival rate at an instant, 1/s; at a step, the one behind it.

        It is 0 before the start, and from `duration` on.
        """
        if not 0 <= at < self.duration:
            return 0.0
        piece = self._piece(at)
        (t0, r0), (t1, r1) = self.knots[piece : piece + 2]
        return r0 + (r1 - r0) * ((at - t0) / (t1 - t0))

    def arrived_by(self, at: Seconds) -> float:
        """Return how many are to have arrived: the integral of the rate from 0."""
        if at <= 0:
            return 0.0
        if at >= self.duration:
            return self._areas[-1]
        piece = self._piece(at)
        began_at, rate = self.knots[piece]
        return self._areas[piece] + (at - began_at) * (rate + self.rate(at)) / 2

    def arrivals(self, seed: int = 0) -> Iterator[Seconds]:
        """Return when each arrives: never before the one ahead, all within `duration`.

        Evenly spaced, the k-th, counted from 0, comes at the last instant at which
        the integral is k: the first at once where the rate begins above 0, and else
        when it rises.  A part of an arrival that is left over at the end does not
        come.  By Poisson the integral grows by an exponential of mean 1 from one
        arrival to the next; the same seed gives the same instants.

        Source: L. Devroye, Non-Uniform Random Variate Generation (1986), chapter VI.1:
        a Poisson process of any rate is one of rate 1, read by the integral as clock.
        """
        areas: Iterable[float]
        if self.spacing is Spacing.POISSON:
            areas = takewhile(self._areas[-1].__gt__, _unit_poisson(seed))
        else:
            areas = count() if self.count is None else range(self.count)
        return accumulate(map(self._reached_at, areas), max)

    def _piece(self, at: Seconds) -> int:
        """Return the index of the knot that the piece around an instant begins with."""
        return bisect_right(self.knots, at, key=itemgetter(0)) - 1

    def _reached_at(self, area: float) -> Seconds:
        """Return the last instant at which the integral is this, below its whole.

        Within a piece `rate * x + slope * x**2 / 2 = ahead` is solved for x, in the
        form that loses no digits where the slope is small.
        """
        piece = bisect_right(self._areas, area) - 1
        (t0, r0), (t1, r1) = self.knots[piece : piece + 2]
        ahead = area - self._areas[piece]
        if ahead == 0:
            return t0
        slope = (r1 - r0) / (t1 - t0)
        root = math.sqrt(max(0.0, r0 * r0 + 2 * slope * ahead))
        return min(t0 + 2 * ahead / (r0 + root), math.nextafter(t1, t0))


def share(items: Sequence[T], index: int, count: int) -> Sequence[T]:
    """Return one worker's part, in order: of `count` parts each item is in just one.

    Raises:
        ValueError: there is no such part.
    """
    _check_part(index, count)
    return items[index::count]


def share_of_arrivals(arrivals: Iterable[T], index: int, count: int) -> Iterator[T]:
    """Return one worker's part of what may never end, dealt out as by `share`.

    Raises:
        ValueError: there is no such part.
    """
    _check_part(index, count)
    return islice(arrivals, index, None, count)


def _check_part(index: int, count: int) -> None:
    if not 0 <= index < count:
        raise ValueError(f"part {index} of {count}: parts are counted from 0")


def _unit_poisson(seed: int) -> Iterator[float]:
    """Return the instants of a Poisson process of rate 1, without end.

    Of a generator Python promises to keep `random` alone as it is, so the exponential
    is drawn here.
    """
    chance = Random(seed)
    return accumulate(-math.log1p(-chance.random()) for _ in repeat(None))


def _rounding(total: float) -> float:
    """Return by how much a sum may have come out too small."""
    return 1e-9 + total * 1e-14


def _check(knots: Knots) -> None:
    """Check that knots are a drawing, and that something arrives."""
    ats, rates = [at for at, _ in knots], [rate for _, rate in knots]
    if len(knots) < 2 or ats[0] != 0 or not all(a <= b for a, b in pairwise(ats)):
        raise ValueError(f"knots begin at 0 and go on in time, not as {ats[:4]}")
    if not 0 < ats[-1] <= LONGEST and ats[-1] != math.inf:
        most, days = LONGEST / DAY, ats[-1] / DAY
        raise ValueError(f"a profile ends within {most:g} days, not after {days:g}")
    if not all(0 <= rate <= FASTEST for rate in rates):
        raise ValueError(
            f"rates lie between 0 and {FASTEST:.0f} a second, not between "
            f"{min(rates):g} and {max(rates):g}"
        )
    if ats[-1] == math.inf and (ats[-2] == math.inf or rates[-2] != rates[-1]):
        raise ValueError("a profile without end keeps its last rate")
    if not any(rates[-2:] if ats[-1] == math.inf else rates):
        raise ValueError("nothing would ever arrive: give a rate above 0")
