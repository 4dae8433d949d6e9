"""Toll-free first, and a rate that climbs: a strategy and a pacing of our own."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from sender.strategies import StrategyError
from sender.strategies.forms import message, options
from sender.strategies.spreading import TOLL_FREE_COUNTRIES, is_toll_free
from sms.addresses import country
from sms.errors import QUEUE_FULL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sender.pacing import PacingOptions
    from sender.plans import Broadcast, Call, Outcome, Senders, Text


class TollFreeFirst:
    """Sends from toll-free numbers while they have room, then from the others."""

    def __init__(self, broadcast: Broadcast, senders: Senders) -> None:
        self._toll_free = [n for n in senders.numbers if is_toll_free(n)]
        others = [n for n in senders.numbers if not is_toll_free(n)]
        if not self._toll_free or not others:
            raise StrategyError(
                "toll-free-first: the account needs a toll-free number and another"
            )
        self._others = cycle(others)
        self._turn = 0
        self._options = options(broadcast)  # StatusCallback and ValidityPeriod

    def calls(self, texts: Sequence[Text]) -> Iterator[Call]:
        """Yield one call a text, in order."""
        for text in texts:
            sender = self._choose(text.recipient)
            yield message(text, {"From": sender, **self._options})

    def settle(self, outcome: Outcome) -> None:
        """Learn from 21611: that number's queue is full."""
        sender = outcome.attempt.call.form["From"]
        if outcome.error_code == QUEUE_FULL.code and sender in self._toll_free:
            self._toll_free.remove(str(sender))

    def _choose(self, recipient: str) -> str:
        """Return the number for a recipient; toll-free ones serve North America."""
        if not self._toll_free or country(recipient) not in TOLL_FREE_COUNTRIES:
            return next(self._others)
        self._turn += 1
        return self._toll_free[self._turn % len(self._toll_free)]


class Ramp:
    """Starts at a tenth of the rate and reaches it after a minute."""

    def __init__(self, options: PacingOptions) -> None:
        self._rate = options.rate
        self._next_at = 0.0

    def ready_at(self, now: float) -> float:
        """Return when the next call may start."""
        return self._next_at

    def started(self, now: float) -> None:
        """Reserve the time until the next one, which shrinks as the rate climbs."""
        share = min(1.0, 0.1 + 0.9 * now / 60)
        self._next_at = now + 1 / (self._rate * share)

    def refused(self, now: float) -> None:
        """Give the account a second of rest."""
        self._next_at = max(self._next_at, now + 1)

    def settled(self, now: float) -> None:
        """Keep no count: how many are open does not matter here."""
