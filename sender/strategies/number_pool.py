"""Over all the account's numbers: the client does the spreading itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sender.strategies.face import StrategyError
from sender.strategies.forms import message, options
from sender.strategies.spreading import Spread
from sms.errors import QUEUE_FULL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sender.plans import Broadcast, Call, Outcome, Senders, Text


class NumberPool:
    """Sends each text from the number of its country that has the least to do.

    A number that answers 21611 (its queue is full) waits while others have room.
    """

    def __init__(self, broadcast: Broadcast, senders: Senders) -> None:
        if not senders.numbers:
            raise StrategyError(
                "number-pool: the account has no number; buy some "
                '([[numbers]] address = "+14155550100") or try short-code'
            )
        shared = options(broadcast)
        self._spread = Spread(senders.numbers)
        self._rest = {number: {"From": number, **shared} for number in senders.numbers}

    def calls(self, texts: Sequence[Text]) -> Iterator[Call]:
        """Yield one call a text, in order."""
        choose, rest = self._spread.choose, self._rest
        for text in texts:
            yield message(text, rest[choose(text.recipient, text.body)])

    def settle(self, outcome: Outcome) -> None:
        """Learn from a full queue."""
        if outcome.error_code == QUEUE_FULL.code:
            self._spread.mark_full(str(outcome.attempt.call.form["From"]))
