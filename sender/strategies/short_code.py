"""From a short code where there is one for the recipient's country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sender.strategies.face import StrategyError
from sender.strategies.forms import message, options
from sender.strategies.spreading import Spread
from sms.addresses import country
from sms.errors import QUEUE_FULL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sender.plans import Broadcast, Call, Outcome, Senders, Text


class ShortCode:
    """Sends from the country's short code, and elsewhere as `number-pool` does.

    Without a number for the elsewhere, the first short code is tried: the API then
    refuses those texts by name, and nobody is left out in silence.
    """

    def __init__(self, broadcast: Broadcast, senders: Senders) -> None:
        if not senders.short_codes:
            raise StrategyError(
                "short-code: the account has no short code; lease one "
                '([[numbers]] address = "72345") or try number-pool'
            )
        shared = options(broadcast)
        self._codes = senders.short_codes
        self._spread = Spread(
            senders.numbers or tuple(senders.short_codes.values())[:1]
        )
        self._rest = {
            sender: {"From": sender, **shared}
            for sender in (*senders.numbers, *senders.short_codes.values())
        }

    def calls(self, texts: Sequence[Text]) -> Iterator[Call]:
        """Yield one call a text, in order."""
        codes, rest, choose = self._codes, self._rest, self._spread.choose
        for text in texts:
            code = codes.get(country(text.recipient) or "")
            sender = code or choose(text.recipient, text.body)
            yield message(text, rest[sender])

    def settle(self, outcome: Outcome) -> None:
        """Learn from a number's full queue; a country has no second short code."""
        if outcome.error_code == QUEUE_FULL.code:
            self._spread.mark_full(str(outcome.attempt.call.form["From"]))
