"""Backlogs: what waits for each sender, told from what waits."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.backlogs import Backlog, backlogs
from tests.simulator.engine.builders import (
    CAMPAIGN,
    END,
    LAWS,
    ROUGH,
    Arrival,
    arrivals,
    long_code,
    make_gateway,
    make_profile,
    send,
    submit_all,
    us,
)

ONE, TWO = long_code(0), long_code(1)
crowds = arrivals(senders=(None, 0, 1), validity_periods=(None, 3, 8), most=30)


@LAWS
@given(crowds, st.floats(0, 100))
def test_messages_are_those_in_status_queued(some: list[Arrival], later: float) -> None:
    """At any moment, by sender; expired ones are out of it."""
    gateway = make_gateway(ONE, TWO, profile=make_profile(mix=ROUGH, queue_limit=20.0))
    submit_all(gateway, some)
    now = sum(arrival.gap for arrival in some) + later
    gateway.advance(now)
    found = backlogs(gateway.seats.values(), now, 50)
    waiting = Counter(
        message.sender.address
        for message in gateway.messages.values()
        if message.sender is not None and message.status == "queued"
    )
    assert {b.address: b.messages for b in found if b.messages} == waiting
    assert found == sorted(found, reverse=True)


def test_seconds_are_of_the_senders_own_traffic() -> None:
    """Three texts of two segments each, at one a second, are six seconds."""
    gateway = make_gateway(ONE, TWO)
    for ordinal in range(3):
        send(gateway, us(ordinal), sender=ONE, segments=2)
    gateway.advance(1.0)
    assert backlogs(gateway.seats.values(), 1.0, 50) == [Backlog(5.0, 2, ONE.address)]


def test_only_the_busiest_are_told_of() -> None:
    """No more than asked for, and none for whom nothing waits."""
    gateway = make_gateway(ONE, TWO)
    for ordinal, sender in enumerate((ONE, TWO, TWO)):
        send(gateway, us(ordinal), sender=sender)
    gateway.advance(0.0)
    [busiest] = backlogs(gateway.seats.values(), 0.0, 1)
    assert busiest.address == TWO.address
    gateway.advance(END)
    assert backlogs(gateway.seats.values(), END, 50) == []


def test_a_campaigns_queue_is_each_of_its_senders() -> None:
    """The seconds are shared, the messages each one's own."""
    pair = long_code(0, campaign=CAMPAIGN), long_code(1, campaign=CAMPAIGN)
    gateway = make_gateway(*pair, profile=make_profile("twilio-2026"))
    for ordinal, sender in enumerate((pair[0], pair[1], pair[1])):
        send(gateway, us(ordinal), sender=sender)
    gateway.advance(0.0)
    found = backlogs(gateway.seats.values(), 0.0, 50)
    assert {b.messages for b in found} == {0, 2}
    assert len({b.seconds for b in found}) == 1
