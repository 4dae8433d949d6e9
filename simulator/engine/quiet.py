"""Quiet hours: when the law lets nobody be texted, by the recipient's clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sms.timezones import local
from sms.units import MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.caps import Calendar
    from simulator.engine.messages import Message
    from sms.quiet_hours import QuietHours
    from sms.units import Seconds


class Quiet(StrEnum):
    """What becomes of a message in quiet hours: it waits for their end, or fails."""

    HOLD = "hold"
    REFUSE = "refuse"

    __hash__ = str.__hash__


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietRule:
    """Quiet hours of some countries, none being all.

    Source: 30610 is Twilio's agent skills' (2026-06) for the Compliance Toolkit's quiet
    hours; that it may hold a message instead is a setting [unverified].
    """

    hours: QuietHours
    countries: frozenset[str] = frozenset()
    then: Quiet = Quiet.HOLD


class QuietLaw:
    """All rules on quiet hours, asked for one message at a time."""

    def __init__(self, rules: Sequence[QuietRule], calendar: Calendar) -> None:
        self._rules = tuple(rules)
        self._calendar = calendar

    def broken(
        self, message: Message, starts_at: Seconds, leaves_at: Seconds
    ) -> tuple[Quiet, Seconds] | None:
        """Return what becomes of a message sent from one instant to the other.

        None is nothing: it starts and leaves in no quiet hours.  Else what the rule
        says, and when its hours are over.  A refusal goes before a wait.
        """
        found: tuple[Quiet, Seconds] | None = None
        for rule in self._rules:
            if rule.countries and message.country not in rule.countries:
                continue
            ends_at = self._ends_at(rule.hours, message.recipient, starts_at, leaves_at)
            if ends_at is None:
                continue
            if rule.then is Quiet.REFUSE:
                return rule.then, ends_at
            if found is None or ends_at > found[1]:
                found = rule.then, ends_at
        return found

    def _ends_at(
        self, hours: QuietHours, recipient: str, *instants: Seconds
    ) -> Seconds | None:
        """Return when the quiet hours end that one of these instants is in, if any."""
        for at in instants:
            clock = local(recipient, self._calendar.moment(at))
            if hours.holds(clock):
                ends_at = self._calendar.at(hours.ends_after(clock))
                return ends_at if ends_at > at else at + MINUTE  # clocks set back
        return None
