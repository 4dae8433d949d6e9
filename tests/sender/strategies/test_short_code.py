"""Short code: where there is one, and what the rest leave from."""

from __future__ import annotations

from sender.plans import Senders
from sender.strategies.short_code import ShortCode
from sms.errors import QUEUE_FULL
from tests.sender.virtual import BRITISH, LONG_CODES, make_broadcast, outcome

US, CA, GB, DE = "+14155550123", "+15145550123", "+447700900123", "+4930123456"


def senders(strategy: ShortCode, *recipients: str) -> list[object]:
    """Return whom texts to these recipients leave from."""
    texts = make_broadcast(*recipients).texts
    return [call.form["From"] for call in strategy.calls(texts)]


def make_strategy(*numbers: str, **codes: str) -> ShortCode:
    """Return the strategy for an account with these numbers and short codes."""
    return ShortCode(make_broadcast(), Senders(numbers=numbers, short_codes=codes))


def test_each_country_has_its_own() -> None:
    """A short code is used in its country; Canada does not borrow that of the US."""
    strategy = make_strategy(*LONG_CODES, BRITISH, US="72345", DE="8400")
    expected = ["72345", BRITISH, "8400", LONG_CODES[0]]
    assert senders(strategy, US, GB, DE, CA) == expected


def test_nobody_is_left_out_without_a_number() -> None:
    """With no number at all the short code is tried, for the API to refuse."""
    assert senders(make_strategy(US="72345"), US, GB) == ["72345", "72345"]


def test_a_full_number_is_avoided() -> None:
    """After 21611 from a long code the others carry what follows."""
    strategy = make_strategy(*LONG_CODES, US="72345")
    [call] = strategy.calls(make_broadcast(DE).texts)
    strategy.settle(outcome(call, 429, QUEUE_FULL.code))
    assert LONG_CODES[0] not in senders(strategy, *[DE] * 6)


def test_a_full_short_code_has_no_stand_in() -> None:
    """A country's short code stays its sender after 21611."""
    strategy = make_strategy(*LONG_CODES, US="72345")
    [call] = strategy.calls(make_broadcast(US).texts)
    strategy.settle(outcome(call, 429, QUEUE_FULL.code))
    assert senders(strategy, US) == ["72345"]
