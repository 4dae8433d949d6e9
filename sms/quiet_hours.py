"""Quiet hours: the part of the day in which nobody wants to be texted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_WINDOW = re.compile(
    r"\s*([01]?[0-9]|2[0-3]):([0-5][0-9])\s*-\s*([01]?[0-9]|2[0-3]):([0-5][0-9])\s*"
)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when it is quiet, by the recipient's clock; over midnight or not.

    The first minute is quiet, the last is not: 21:00 to 08:00 lets a text go at 08:00.
    """

    begins: time
    ends: time

    def __post_init__(self) -> None:
        if self.begins == self.ends:
            raise ValueError(
                f"quiet hours {self} would be none or all: let them begin and end at "
                "different times, as 21:00-08:00"
            )

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    @classmethod
    def parse(cls, text: str) -> QuietHours:
        """Read a window as people type it, such as `21:00-08:00`.

        Raises:
            ValueError: It is no such window; the text says what would do.
        """
        match = _WINDOW.fullmatch(text)
        if match is None:
            raise ValueError(
                f"{text!r} are no quiet hours: write two times of day with a dash "
                "between them, as 21:00-08:00"
            )
        hours = [int(part) for part in match.groups()]
        return cls(time(hours[0], hours[1]), time(hours[2], hours[3]))

    def holds(self, local: datetime) -> bool:
        """Say whether it is quiet at a moment of the recipient's own clock."""
        clock = local.time()
        if self.begins < self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def ends_after(self, local: datetime) -> datetime:
        """Return when the quiet is over: the moment itself where it is not quiet.

        The answer has the moment's own time zone, so that a night in which the clocks
        change is as long as it is.
        """
        if not self.holds(local):
            return local
        ending = local.replace(
            hour=self.ends.hour, minute=self.ends.minute, second=0, microsecond=0
        )
        if ending.time() <= local.time():
            ending = (ending + _DAY).replace(fold=0)
        return _after_gap(ending)

    def begins_after(self, local: datetime) -> datetime:
        """Return when the quiet begins next: the moment itself where it is quiet.

        It is never too late by the clocks' change: where they leave out the time at
        which it begins, it is an hour early.
        """
        if self.holds(local):
            return local
        begins = local.replace(
            hour=self.begins.hour, minute=self.begins.minute, second=0, microsecond=0
        )
        if begins.time() <= local.time():
            begins = (begins + _DAY).replace(fold=0)
        shown = _after_gap(begins)
        return begins.replace(fold=1) if shown.time() != begins.time() else begins

    @property
    def waking(self) -> timedelta:
        """How long a day it is not quiet."""
        begins, ends = (
            timedelta(hours=clock.hour, minutes=clock.minute)
            for clock in (self.begins, self.ends)
        )
        return (begins - ends) % _DAY


def _after_gap(moment: datetime) -> datetime:
    """Return a moment that the clocks leave out as the first one that they show."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo)
