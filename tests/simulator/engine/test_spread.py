"""Even spreading: free first, then fewest messages, then first to join."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tests.simulator.engine.builders import (
    LAWS,
    Arrival,
    arrivals,
    drain,
    gb,
    long_code,
    make_gateway,
    send,
    submit_all,
    toll_free,
    us,
)

if TYPE_CHECKING:
    from simulator.engine.messages import Message
    from simulator.engine.senders import Sender

US = (us(1), us(2), us(3))


def leavers(messages: list[Message], pool: list[Sender]) -> list[int]:
    """Return by place in the pool who each message leaves from."""
    places = {sender.address: place for place, sender in enumerate(pool)}
    return [places[m.sender.address] for m in messages if m.sender]


def test_ties_go_by_order_of_joining() -> None:
    """Where all are free and none has sent, the first to join takes the message."""
    pool = [long_code(n) for n in (3, 1, 2)]
    gateway = make_gateway(*pool)
    messages = [send(gateway, us(n)) for n in range(6)]
    drain(gateway)
    assert leavers(messages, pool) == [0, 1, 2, 0, 1, 2]


def test_ties_go_by_fewest_messages_first() -> None:
    """Where all are free, the one that took fewest messages is next."""
    pool = [long_code(n) for n in range(2)]
    gateway = make_gateway(*pool)
    for n in range(3):
        send(gateway, us(n), sender=pool[0])
    messages = [send(gateway, us(10 + n), now=100.0 + 9 * n) for n in range(4)]
    drain(gateway)
    assert leavers(messages, pool) == [1, 1, 1, 0]


def test_who_has_just_become_free_is_free() -> None:
    """Half a second after its last message a number counts as any that waits."""
    pool = [long_code(n) for n in range(2)]
    gateway = make_gateway(*pool)
    for n in range(3):
        send(gateway, us(n), sender=pool[0])
    send(gateway, us(3), now=9.3, sender=pool[1])
    messages = [send(gateway, us(4), now=9.4), send(gateway, us(5), now=10.9)]
    drain(gateway)
    assert leavers(messages, pool) == [0, 1]


def test_the_one_that_is_free_first_is_next() -> None:
    """Fewer messages are no reason where another is free earlier."""
    pool = [long_code(0), long_code(1)]
    gateway = make_gateway(*pool)
    send(gateway, us(0), sender=pool[0], segments=9)
    messages = [send(gateway, us(n), now=0.5) for n in range(1, 4)]
    drain(gateway)
    assert leavers(messages, pool) == [1, 1, 1]


def test_faster_senders_take_more() -> None:
    """A toll-free number at 3 MPS beside a long code takes three of four messages."""
    pool = [long_code(), toll_free()]
    gateway = make_gateway(*pool)
    messages = [send(gateway, us(n)) for n in range(80)]
    drain(gateway)
    assert Counter(leavers(messages, pool)) == {0: 20, 1: 60}


def test_other_traffic_of_a_sender_counts() -> None:
    """A sender busy abroad is not free at home: its queue is one."""
    pool = [long_code(0), long_code(1)]
    gateway = make_gateway(*pool)
    send(gateway, gb(0), segments=9)
    message = send(gateway, us(0))
    drain(gateway)
    assert leavers([message], pool) == [1]


@LAWS
@given(st.integers(1, 4), arrivals(senders=(None, 0, 1), recipients=US))
def test_spreading_is_as_sorting_all_queues(size: int, some: list[Arrival]) -> None:
    """However the choice is made, it is the least by these three, at every message."""
    pool = [long_code(n) for n in range(max(size, 2))]
    gateway = make_gateway(*pool, sticky_sender=False)
    messages = submit_all(gateway, some)
    drain(gateway)
    free_at, taken = [0.0] * len(pool), [0] * len(pool)
    for message, arrival, place in zip(
        messages, some, leavers(messages, pool), strict=True
    ):
        now = message.created_at
        if arrival.sender is None:
            key = zip((max(now, at) for at in free_at), taken, count(), strict=False)
            assert place == min(key)[2]
        free_at[place] = max(now, free_at[place]) + arrival.segments
        taken[place] += 1
