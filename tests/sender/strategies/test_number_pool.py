"""Number pool: the spread, and what a full queue teaches."""

from __future__ import annotations

from sender.plans import Senders
from sender.strategies.number_pool import NumberPool
from sms.errors import INVALID_TO, QUEUE_FULL
from tests.sender.virtual import LONG_CODES, americans, make_broadcast, outcome


def senders(pool: NumberPool, many: int) -> list[object]:
    """Return whom the next texts leave from."""
    texts = make_broadcast(*americans(many)).texts
    return [call.form["From"] for call in pool.calls(texts)]


def make_pool() -> NumberPool:
    """Return a pool of three long codes."""
    return NumberPool(make_broadcast(), Senders(numbers=LONG_CODES))


def test_equal_texts_go_round() -> None:
    """Texts of one length take the numbers in order."""
    assert senders(make_pool(), 6) == [*LONG_CODES, *LONG_CODES]


def test_a_full_queue_is_avoided() -> None:
    """After 21611 from a number the others carry what follows."""
    pool = make_pool()
    [call] = pool.calls(make_broadcast("+14155550123").texts)
    pool.settle(outcome(call, 429, QUEUE_FULL.code))
    assert LONG_CODES[0] not in senders(pool, 6)


def test_other_refusals_teach_nothing() -> None:
    """A bad recipient is not the number's fault."""
    pool = make_pool()
    [call] = pool.calls(make_broadcast("+14155550123").texts)
    pool.settle(outcome(call, 400, INVALID_TO.code))
    assert senders(pool, 3) == [*LONG_CODES[1:], LONG_CODES[0]]
