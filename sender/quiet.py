"""A sender's quiet hours: nobody is texted while their own clock shows them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from sender.coming import Coming
from sms.timezones import local

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sender.plans import Text
    from sms.quiet_hours import QuietHours
    from sms.units import Seconds


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which a sender begins no text, and which moment its time 0 is.

    `started_at` has a time zone: it is what the hours are reckoned from, never a clock.
    Calls are held back, not messages: what Twilio keeps in a queue may leave later, and
    in quiet hours after all.  A validity period or a faster sender bounds that.
    """

    hours: QuietHours
    started_at: datetime

    def over_at(self, recipient: str, at: Seconds) -> Seconds:
        """Return from when on a recipient may be texted: `at` itself, if it may be."""
        moment = self.started_at + timedelta(seconds=at)
        clock = local(recipient, moment)
        if not self.hours.holds(clock):
            return at
        over = self.hours.ends_after(clock)
        return at + (over.astimezone(moment.tzinfo) - moment).total_seconds()

    def holds(self, texts: Iterable[Text], now: Seconds) -> bool:
        """Say whether any of these may not be sent now."""
        return any(self.over_at(text.recipient, now) > now for text in texts)


class Waking:
    """Texts to come, those whose recipient's hours are quiet held back until they end.

    It is asked as Coming is.  A text held back is due when the hours are over.
    """

    __slots__ = ("_coming", "_held", "_quiet")

    def __init__(self, texts: Iterable[Text], quiet: Quiet) -> None:
        self._coming = Coming(texts)
        self._held: list[tuple[Seconds, int, Text]] = []
        self._quiet = quiet

    @property
    def due_at(self) -> Seconds:
        """When the next one is due, infinity for never."""
        return min(self._coming.due_at, self._held[0][0] if self._held else math.inf)

    def here(self, now: Seconds) -> bool:
        """Return whether one may be sent now."""
        for text in self._coming.take(now):
            self.hold(text, now)
        return bool(self._held) and self._held[0][0] <= now

    def take(self, now: Seconds) -> list[Text]:
        """Return all that may be sent now, in their order; they come no more."""
        due = []
        while self.here(now):
            _, _, text = heappop(self._held)
            over_at = self._quiet.over_at(text.recipient, now)
            if over_at > now:
                self.hold(text, now)
            else:
                due.append(text)
        return due

    def hold(self, text: Text, now: Seconds) -> None:
        """Keep a text until its recipient may be texted, which may be at once."""
        over_at = self._quiet.over_at(text.recipient, now)
        if over_at > now:
            text = text._replace(due_at=over_at)
        heappush(self._held, (over_at, text.key, text))

    def stop(self) -> None:
        """Let no more come."""
        self._coming.stop()
        self._held.clear()
