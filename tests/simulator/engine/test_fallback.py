"""Fallback to a long code: what a short code could not deliver goes out again."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given

from simulator.engine.events import StatusChanged
from simulator.engine.inbound import Inbound
from simulator.engine.recipients import RecipientKind
from tests.simulator.engine.builders import (
    CALM,
    LAWS,
    ROUGH,
    Arrival,
    arrivals,
    drain,
    fate,
    long_code,
    make_gateway,
    make_profile,
    record,
    send,
    short_code,
    submit_all,
    us,
)

OFF = replace(CALM, off_short_codes=1.0)
SENDERS = (short_code(), long_code(0), long_code(1))


def test_it_stays_sent_until_the_second_receipt() -> None:
    """The same message, told of once: queued, sending, sent, delivered."""
    gateway = make_gateway(
        *SENDERS, profile=make_profile(mix=OFF), fallback_to_long_code=True
    )
    message = send(gateway, us(1))
    events = drain(gateway)
    told = [e.status.value for e in events if isinstance(e, StatusChanged)]
    assert told == ["queued", "sending", "sent", "delivered"]
    assert message.first_leg is not None
    assert message.sent_at is not None
    assert message.sent_at > message.first_leg.sent_at


def test_second_legs_wait_for_their_turn() -> None:
    """The long code's own MPS holds: one segment a second."""
    gateway = make_gateway(
        short_code(),
        long_code(),
        profile=make_profile(mix=OFF),
        fallback_to_long_code=True,
    )
    messages = [send(gateway, us(n)) for n in range(20)]
    drain(gateway)
    left = sorted(m.sent_at for m in messages if m.sent_at is not None)
    gaps = [later - before for before, later in pairwise(left)]
    assert min(gaps) >= 1 - 1e-6


def test_a_landline_fails_twice() -> None:
    """Who cannot be reached by anyone is `undelivered` by the second receipt."""
    kinds = {us(1): RecipientKind.LANDLINE}
    gateway = make_gateway(*SENDERS, kinds=kinds, fallback_to_long_code=True)
    message = send(gateway, us(1))
    drain(gateway)
    assert fate(message) == ("undelivered", 30006)
    assert message.first_leg is not None


@pytest.mark.parametrize(
    ("name", "asked", "pool"),
    [
        ("twilio-2026", True, SENDERS),
        ("twilio-2021", False, SENDERS),
        ("twilio-2021", True, SENDERS[:1]),
    ],
    ids=["obsolete", "not asked for", "no long code"],
)
def test_else_the_first_receipt_ends_it(
    name: str, asked: bool, pool: tuple[object, ...]
) -> None:
    """Without the feature, or a long code, nothing goes out again."""
    gateway = make_gateway(
        *SENDERS,
        pool=pool,  # type: ignore[arg-type]  # senders, all of them
        profile=make_profile(name, mix=OFF),
        fallback_to_long_code=asked,
    )
    message = send(gateway, us(1))
    drain(gateway)
    assert fate(message) == ("undelivered", 30006)
    assert message.first_leg is None


def test_who_opts_out_between_the_legs_gets_no_second() -> None:
    """What failed the first time stays failed with that code."""
    numbers = (short_code(), long_code())
    profile = make_profile(mix=OFF)
    gateway = make_gateway(*numbers, profile=profile, fallback_to_long_code=True)
    messages = [send(gateway, us(n)) for n in range(40)]
    now = 0.0
    while not all(message.first_leg for message in messages):
        gateway.advance(now := now + 0.1)
    for message in messages:
        inbound = Inbound(message.recipient, numbers[1].address, "STOP")
        gateway.receive(inbound, now)
    drain(gateway)
    fates = {fate(message) for message in messages}
    assert fates == {("delivered", None), ("undelivered", 30006)}


def test_sticky_sender_holds_to_the_first_choice() -> None:
    """A message that fell back leaves its recipient with the short code."""
    gateway = make_gateway(
        *SENDERS, profile=make_profile(mix=OFF), fallback_to_long_code=True
    )
    send(gateway, us(1))
    drain(gateway)
    second = send(gateway, us(1), 1e6)
    gateway.advance(1e6)
    assert second.sender == SENDERS[0]


@LAWS
@given(arrivals(validity_periods=(None, 3, 8), recipients=[us(n) for n in range(6)]))
def test_whether_anyone_watches_changes_no_fallback(some: list[Arrival]) -> None:
    """Messages that nobody watches go out again at the same instants."""
    seen = []
    for watched in (True, False):
        gateway = make_gateway(
            *SENDERS,
            profile=make_profile(mix=ROUGH, queue_limit=20.0),
            watched=watched,
            fallback_to_long_code=True,
        )
        submit_all(gateway, some)
        drain(gateway)
        seen.append([record(m) for m in gateway.messages.values()])
    assert seen[0] == seen[1]
