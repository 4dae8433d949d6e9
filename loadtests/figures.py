"""The figures of a load run: how long things took, and how often they came out so.

They stand beside Locust's own statistics and are exact: every time is kept as it was
measured, none is put into a bucket or rounded.  METRICS says what is timed and COUNTED
what is counted; both are open to checks.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from simulator.keys import hint
from sms.errors import TABLE
from sms.statuses import INBOUND, TERMINAL, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sms.units import Seconds

SIMULATED, REAL = "simulated", "real"
"""Whose seconds a time is in: the run's, `speed` of them a real one, or the wall's."""

CALLS, TEXTS = "calls", "texts"
"""What is timed, and what a share is a share of."""

OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A time that is measured once for each of `each`: of the calls or of the texts.

    `ascii` is the name as it is typed where there is no arrow on the keyboard; `unit`
    is whose seconds they are.
    """

    name: str
    ascii: str
    unit: str
    each: str
    meaning: str


def _metric(name: str, each: str, meaning: str, unit: str = SIMULATED) -> Metric:
    ascii_name = name.replace("→", "-")
    return Metric(name=name, ascii=ascii_name, unit=unit, each=each, meaning=meaning)


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        _metric("accepted→sent", TEXTS, "from Twilio's yes to its last segment gone"),
        _metric("sent→delivered", TEXTS, "from its last segment gone to the receipt"),
        _metric(
            "submitted→terminal",
            TEXTS,
            "from its intended submission to the callback of its last status",
        ),
        _metric("call", CALLS, "from its intended start to its answer"),
        _metric(
            "service",
            CALLS,
            "from when it was really begun to its answer, if that was not a 429",
        ),
        _metric("lag", CALLS, "how late the generator began it", REAL),
    )
}
"""Every time that is measured, by its name."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A thing that is counted, and what its share is a share `of`.

    What others are shares of is a share of itself.  One with `parts` is their sum and
    is never counted by its own name.
    """

    of: str
    meaning: str
    parts: tuple[str, ...] = ()


_OF_TEXTS = tuple(s for s in MessageStatus if s not in INBOUND)

_OPEN_STATUSES = {f"{OPEN} {s}": s for s in _OF_TEXTS if s not in TERMINAL}

EVENTS: dict[str, Counted] = {
    TEXTS: Counted(TEXTS, "texts that were due to be submitted"),
    CALLS: Counted(CALLS, "requests made, answered or not, each repeat one more"),
    "429": Counted(CALLS, "calls refused as too many, to be made again"),
    "gave_up": Counted(TEXTS, "texts whose call was refused beyond the last repeat"),
    "ambiguous": Counted(TEXTS, "texts without a certain answer; never repeated"),
    "refused": Counted(TEXTS, "texts that the API would not take"),
    "unsent": Counted(TEXTS, "texts whose call the end of the run forestalled"),
    **{
        str(status): Counted(TEXTS, f"texts that ended {status}")
        for status in sorted(TERMINAL - INBOUND)
    },
    OPEN: Counted(TEXTS, "texts still open at the end", tuple(_OPEN_STATUSES)),
    **{
        name: Counted(TEXTS, f"texts whose last status at the end was {status}")
        for name, status in _OPEN_STATUSES.items()
    },
}
"""What is counted by a word."""

COUNTED: dict[str, Counted] = EVENTS | {
    str(code): Counted(TEXTS, f"texts refused or failed with {code}") for code in TABLE
}
"""All that is counted, by its name: words, and Twilio's error codes as they stand."""

_CODE = re.compile(r"[1-9]\d{4}", re.ASCII)


class Figures:
    """Times and counts of a run, of one worker or of all together.

    It may be cut into parts and put together again in any order: the figures come out
    the same to the last bit.
    """

    __slots__ = ("_counts", "_ordered", "_samples")

    def __init__(self) -> None:
        self._samples = {name: array("d") for name in METRICS}
        self._ordered: dict[str, array[float]] = {}
        self._counts: Counter[str] = Counter()

    def add(self, metric: str, seconds: Seconds) -> None:
        """Note a time that was measured, in the seconds of its metric.

        Raises:
            ValueError: there is no such metric, or the time is not finite.
        """
        if not math.isfinite(seconds):
            raise ValueError(f"{metric}: {seconds} is no time, give finite seconds")
        self._of(metric).append(seconds)

    def count(self, name: str, number: int = 1) -> None:
        """Note that something happened, so many times.

        Any Twilio code is counted, also one that no table of ours holds.

        Raises:
            ValueError: it is nothing that is counted, or the sum of others that are.
        """
        if _counted(name).parts:
            raise ValueError(
                f"{name!r} is a sum: count one of its parts, '{OPEN} sent'"
            )
        self._counts[name] += number

    def merge(self, other: Figures) -> None:
        """Take in another's times and counts; the other keeps them."""
        for metric, samples in other._samples.items():
            self._samples[metric].extend(samples)
        self._counts.update(other._counts)

    def drain(self) -> Figures:
        """Hand over all that came since the last time, and forget it."""
        drained = Figures()
        drained._samples, self._samples = self._samples, drained._samples
        drained._ordered, self._ordered = self._ordered, drained._ordered
        drained._counts, self._counts = self._counts, drained._counts
        return drained

    def samples(self, metric: str) -> array[float]:
        """Return a copy of a metric's times, in the order they came.

        Raises:
            ValueError: there is no such metric.
        """
        return self._of(metric)[:]

    def quantile(self, metric: str, q: float) -> Seconds | None:
        """Return the time that a share `q` of the times do not exceed; None of none.

        Between two times it is interpolated linearly, as numpy does by default.

        Raises:
            ValueError: there is no such metric, or `q` is not from 0 to 1.

        Source: R. Hyndman, Y. Fan, Sample Quantiles in Statistical Packages, 1996,
            definition 7.
        """
        if not 0 <= q <= 1:
            raise ValueError(f"quantile {q} of {metric}: give one from 0 to 1")
        ordered = self._in_order(metric)
        if not ordered:
            return None
        place = q * (len(ordered) - 1)
        rank = int(place)
        low, high = ordered[rank], ordered[min(rank + 1, len(ordered) - 1)]
        return _between(low, high, place - rank)

    def mean(self, metric: str) -> Seconds | None:
        """Return the mean of a metric's times; None of none.

        Raises:
            ValueError: there is no such metric.
        """
        samples = self._of(metric)
        return math.fsum(samples) / len(samples) if samples else None

    def max(self, metric: str) -> Seconds | None:
        """Return the longest of a metric's times; None of none.

        Raises:
            ValueError: there is no such metric.
        """
        return max(self._of(metric), default=None)

    def min(self, metric: str) -> Seconds | None:
        """Return the shortest of a metric's times; None of none.

        Raises:
            ValueError: there is no such metric.
        """
        return min(self._of(metric), default=None)

    def number(self, name: str) -> int:
        """Return how often something happened.

        Raises:
            ValueError: it is nothing that is counted.
        """
        return sum(self._counts[part] for part in _counted(name).parts or (name,))

    def share(self, name: str) -> float | None:
        """Return how many of the calls or of the texts it was, from 0 to 1.

        None where there were no calls, or no texts.

        Raises:
            ValueError: it is nothing that is counted.
        """
        whole = self.number(_counted(name).of)
        return self.number(name) / whole if whole else None

    def to_wire(self) -> dict[str, Any]:
        """Return all of it as plain data, as a worker sends it to its master.

        Times are doubles in the byte order of the machine.
        """
        samples = {m: times.tobytes() for m, times in self._samples.items() if times}
        return {"samples": samples, "counts": dict(self._counts)}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Self:
        """Return the figures that `to_wire` made plain data of.

        Raises:
            ValueError: they hold what is neither timed nor counted here.
        """
        figures = cls()
        for metric, times in wire["samples"].items():
            figures._of(metric).frombytes(times)
        for name, number in wire["counts"].items():
            figures.count(name, number)
        return figures

    def _of(self, metric: str) -> array[float]:
        samples = self._samples.get(metric)
        if samples is None:
            raise ValueError(f"no metric {metric!r}: {hint(metric, list(METRICS))}")
        return samples

    def _in_order(self, metric: str) -> array[float]:
        """Return the times sorted; they are sorted again only where some came since."""
        samples, ordered = self._of(metric), self._ordered.get(metric)
        if ordered is None or len(ordered) != len(samples):
            ordered = self._ordered[metric] = array("d", sorted(samples))
        return ordered


_TEXTS_BY_CODE = Counted(TEXTS, "texts refused or failed with a code of Twilio's")


def _counted(name: str) -> Counted:
    counted = COUNTED.get(name)
    if counted is not None:
        return counted
    if _CODE.fullmatch(name):
        return _TEXTS_BY_CODE
    raise ValueError(f"nothing is counted as {name!r}: {hint(name, list(EVENTS))}")


def _between(low: float, high: float, fraction: float) -> float:
    """Interpolate from the nearer end, so that neither end is ever overshot."""
    if fraction < 0.5:
        return low + (high - low) * fraction
    return high - (high - low) * (1 - fraction)
