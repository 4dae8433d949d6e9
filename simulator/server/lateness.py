"""Lateness: how long after its instant the server does what is due."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sms.units import Seconds

BOUND: Seconds = 0.010
"""Real seconds that a hundredth of what is due may be late at most."""

_LEAST: Seconds = 1e-5
_STEP = math.log(1.05)
_GRADES = 400
"""Grades of a twentieth each, from a hundredth of a millisecond to an hour and more."""


class Lateness:
    """Counts what was done by how late it was, in grades, so that it never grows.

    A quantile is told to a twentieth of itself, and never too low.
    """

    __slots__ = ("_grades", "count", "longest")

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.count = 0
        self.longest: Seconds = 0.0
        self._grades = [0] * _GRADES

    def add(self, late: Seconds) -> None:
        """Count something that was done so many real seconds after its instant."""
        self.count += 1
        self.longest = max(self.longest, late)
        if late <= _LEAST:
            self._grades[0] += 1
            return
        grade = math.ceil(math.log(late / _LEAST) / _STEP)
        self._grades[min(grade, _GRADES - 1)] += 1

    def quantile(self, share: float) -> Seconds:
        """Return what so large a share was not later than, 0 where nothing was done."""
        wanted = share * self.count
        for grade, number in enumerate(self._grades):
            wanted -= number
            if wanted <= 0:
                return min(self.longest, _LEAST * math.exp(grade * _STEP))
        return self.longest

    @property
    def held(self) -> bool:
        """Whether pacing was as exact as it is to be."""
        return self.quantile(0.99) <= BOUND

    def facts(self) -> dict[str, Any]:
        """Return it as JSON shows it, in real seconds."""
        return {
            "steps": self.count,
            "late_p50": round(self.quantile(0.5), 6),
            "late_p99": round(self.quantile(0.99), 6),
            "longest": round(self.longest, 6),
            "bound": BOUND,
            "held": self.held,
        }


def lateness_in_words(facts: dict[str, Any]) -> str | None:
    """Return what is to be said of pacing that was too late, None where it was not."""
    if facts["held"]:
        return None
    late = facts["late_p99"] * 1_000
    return (
        "pacing was not exact: 1 % of what was due in the simulator came more than "
        f"{late:.0f} ms of real time late ({BOUND * 1_000:.0f} are allowed); ask for "
        "less at a time, a lower speed or virtual time"
    )
