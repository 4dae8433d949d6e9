"""A sender's quiet hours: nobody is texted while their own clock shows them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from sender.coming import Coming
from sender.plans import Operation
from sms.errors import EXPIRED, QUEUE_OVERFLOW
from sms.timezones import local

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sender.plans import Call, Text
    from sms.quiet_hours import QuietHours
    from sms.units import Seconds


MARGIN: Seconds = 60.0
"""How long before quiet hours the last text is begun.

It is for the call's own time and for the segments of one text, of which a long code
sends one a second; half of the waking hours, where these are shorter.
"""

LONGEST: Seconds = 14_400.0
"""The validity period of a message that asks for none, as Twilio had it until 2023."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which a sender has no text leave, and which moment its time 0 is.

    `started_at` has a time zone: it is what the hours are reckoned from, never a clock.
    `longest` is the validity period that Twilio gives where none is asked for.  A
    message waits at Twilio only until the hours begin, and what expired so is sent
    again when they are over.  Notify and Bulk know no such period: what they were given
    may leave later.
    """

    hours: QuietHours
    started_at: datetime
    longest: Seconds = LONGEST

    @property
    def margin(self) -> Seconds:
        """How long before the hours begin nothing is begun any more."""
        return min(MARGIN, self.hours.waking.total_seconds() / 2)

    def over_at(self, recipient: str, at: Seconds) -> Seconds:
        """Return from when on a recipient may be texted: `at` itself, if it may be."""
        for instant in (at, at + self.margin):
            moment = self.started_at + timedelta(seconds=instant)
            clock = local(recipient, moment)
            if self.hours.holds(clock):
                over = self.hours.ends_after(clock).astimezone(moment.tzinfo)
                return instant + (over - moment).total_seconds()
        return at

    def left(self, recipient: str, at: Seconds) -> int:
        """Return for how many seconds a text of now may wait at Twilio, 1 at least."""
        moment = self.started_at + timedelta(seconds=at)
        begins = self.hours.begins_after(local(recipient, moment))
        span = (begins.astimezone(moment.tzinfo) - moment).total_seconds()
        return max(1, math.ceil(span - self.margin))

    def bound(self, call: Call, at: Seconds) -> int | None:
        """Return the validity period that keeps a call of now out of the hours.

        None where its own is short enough, or the call knows none.
        """
        if call.operation is not Operation.CREATE_MESSAGE:
            return None
        left = self.left(call.texts[0].recipient, at)
        own = call.form.get("ValidityPeriod")
        return left if left < (float(str(own)) if own else self.longest) else None

    def holds(self, texts: Iterable[Text], now: Seconds) -> bool:
        """Say whether any of these may not be sent now."""
        return any(self.over_at(text.recipient, now) > now for text in texts)


_WAITED = frozenset({QUEUE_OVERFLOW.code, EXPIRED.code})
"""How it is told, then and now, that a message has waited too long."""


class Bounds:
    """Which texts wait at Twilio until quiet hours and no longer, and how they fare."""

    __slots__ = ("_expired", "_quiet", "_until")

    def __init__(self, quiet: Quiet | None) -> None:
        self._quiet = quiet
        self._until: dict[int, Seconds] = {}
        self._expired: dict[int, int] = {}

    def bind(self, call: Call, now: Seconds) -> Call:
        """Return a call that lets nothing wait into quiet hours."""
        period = self._quiet and self._quiet.bound(call, now)
        if not period:
            return call
        self._until[call.texts[0].key] = now + period
        return call._replace(form={**call.form, "ValidityPeriod": str(period)})

    def expired(self, text: Text, error_code: int | None, now: Seconds) -> bool:
        """Say whether a text has failed because it was bound, and count it if so."""
        until = self._until.pop(text.key, math.inf)
        if error_code not in _WAITED or now < until:
            return False
        self._expired[text.key] = self._expired.get(text.key, 0) + 1
        return True

    def failures(self, text: Text) -> int:
        """Return how often a text has failed before, without what was counted."""
        return text.attempt - self._expired.get(text.key, 0)


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
