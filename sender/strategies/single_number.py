"""All from one number: the simplest that works, and the slowest."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sender.strategies.face import StrategyError
from sender.strategies.forms import message, options
from sender.strategies.spreading import is_toll_free
from sms.addresses import country

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sender.plans import Broadcast, Call, Outcome, Senders, Text


class SingleNumber:
    """Sends every text from the same number.

    It is the first long code of the country where most recipients are, else the first
    long code, else the first number.
    """

    def __init__(self, broadcast: Broadcast, senders: Senders) -> None:
        if not senders.numbers:
            raise StrategyError(
                "single-number: the account has no number; buy one "
                '([[numbers]] address = "+14155550100") or try short-code'
            )
        self._rest = {
            "From": _choose(broadcast.texts, senders.numbers),
            **options(broadcast),
        }

    def calls(self, texts: Sequence[Text]) -> Iterator[Call]:
        """Yield one call a text, in order."""
        rest = self._rest
        return (message(text, rest) for text in texts)

    def settle(self, outcome: Outcome) -> None:
        """Learn nothing: there is no other number to turn to."""


def _choose(texts: Sequence[Text], numbers: Sequence[str]) -> str:
    """Return the number to send from."""
    long_codes = [number for number in numbers if not is_toll_free(number)]
    countries = Counter(country(text.recipient) for text in texts)
    if countries:
        main = countries.most_common(1)[0][0]
        at_home = [number for number in long_codes if country(number) == main]
        long_codes = at_home or long_codes
    return (long_codes or numbers)[0]
