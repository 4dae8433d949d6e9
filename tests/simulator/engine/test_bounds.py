"""A queue takes so many seconds of its own traffic, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.messages import Draft
from simulator.engine.queues import ROUNDING, SenderQueue
from sms.errors import QUEUE_FULL, QUEUE_OVERFLOW
from tests.simulator.engine.builders import (
    CAMPAIGN,
    END,
    LAWS,
    body,
    drain,
    fate,
    gb,
    long_code,
    make_gateway,
    make_profile,
    refusal,
    send,
    short_code,
    toll_free,
    us,
)

if TYPE_CHECKING:
    from simulator.engine.senders import Sender

SHORT = make_profile(queue_limit=10.0)


def test_a_full_queue_refuses_at_the_api() -> None:
    """With From it is 21611, and no message is made."""
    gateway = make_gateway(number := long_code(), profile=SHORT)
    for _ in range(2):
        send(gateway, us(1), sender=number, segments=5)
    draft = Draft(recipient=us(2), body=body(), sender=number.address)
    assert refusal(gateway.submit, draft, 0.0) == QUEUE_FULL.code
    assert len(gateway.messages) == 2


def test_a_full_queue_fails_what_a_service_took() -> None:
    """Through a service the message is accepted, and then fails with 30001."""
    gateway = make_gateway(long_code(), profile=SHORT)
    for _ in range(2):
        send(gateway, us(1), segments=5)
    late = send(gateway, us(2))
    assert late.status == "accepted"
    drain(gateway)
    assert fate(late) == ("failed", QUEUE_OVERFLOW.code)
    assert (late.queued_at, late.ended_at) == (None, 0.0)


def test_a_queue_has_room_again_as_it_empties() -> None:
    """What has left makes room, segment by segment."""
    gateway = make_gateway(number := long_code(), profile=SHORT)
    for _ in range(2):
        send(gateway, us(1), sender=number, segments=5)
    assert send(gateway, us(2), now=0.5, sender=number).status == "queued"


@LAWS
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.0, 0.7, 3.0, 12.0]), st.integers(1, 6)),
        max_size=30,
    )
)
def test_a_queue_takes_all_below_its_limit(some: list[tuple[float, int]]) -> None:
    """It refuses where `queue_limit` seconds of traffic wait already, never before."""
    gateway = make_gateway(number := long_code(), profile=SHORT)
    now = free_at = 0.0
    for gap, segments in some:
        now += gap
        draft = Draft(recipient=us(1), body=body(segments), sender=number.address)
        if free_at - now >= 10 - ROUNDING:
            assert refusal(gateway.submit, draft, now) == QUEUE_FULL.code
        else:
            gateway.submit(draft, now)
            free_at = max(now, free_at) + segments


def test_the_limit_is_in_seconds_of_the_senders_traffic() -> None:
    """Ten seconds are 100 segments abroad, where at home they are 10."""
    gateway = make_gateway(number := long_code(), profile=SHORT)
    for _ in range(10):
        send(gateway, gb(1), sender=number, segments=10)
    draft = Draft(recipient=gb(2), body=body(), sender=number.address)
    assert refusal(gateway.submit, draft, 0.0) == QUEUE_FULL.code


@pytest.mark.parametrize("limit", [10, 100, 333, 1000])
@pytest.mark.parametrize("mps", [3, 12, 100, 225])
def test_a_queue_is_as_long_as_its_limit_says(mps: int, limit: int) -> None:
    """Rate times limit is its length to the segment, however service times add up."""
    queue = SenderQueue(limit)
    taken = 0
    while not queue.full(0.0):
        queue.enqueue(1 / mps, END, 0.0)
        taken += 1
    assert taken == mps * limit


@pytest.mark.parametrize(
    ("sender", "limit", "count"),
    [
        (toll_free(), 10, 30),
        (toll_free(), 100, 300),
        (toll_free(), 1000, 3_000),
        (short_code(), 10, 1_000),
        (short_code(), 100, 10_000),
    ],
)
def test_exactly_the_limit_is_taken_in_one_instant(
    sender: Sender, limit: int, count: int
) -> None:
    """The last message that there is room for is taken, the next one is refused."""
    gateway = make_gateway(sender, profile=make_profile(queue_limit=limit))
    for _ in range(count):
        send(gateway, us(1), sender=sender)
    draft = Draft(recipient=us(2), body=body(), sender=sender.address)
    assert refusal(gateway.submit, draft, 0.0) == QUEUE_FULL.code
    assert len(gateway.messages) == count


def test_what_will_expire_holds_room_until_then() -> None:
    """A message too old by its turn fills the queue as any other, till it fails."""
    gateway = make_gateway(number := long_code(), profile=SHORT)
    send(gateway, us(1), sender=number, segments=6)
    send(gateway, us(1), sender=number, segments=6, validity_period=2)
    draft = Draft(recipient=us(2), body=body(), sender=number.address)
    assert refusal(gateway.submit, draft, 1.9) == QUEUE_FULL.code
    assert gateway.submit(draft, 2.0).status == "queued"


def test_the_numbers_of_a_campaign_share_a_queue() -> None:
    """What one number of a campaign has queued fills it for the other."""
    numbers = [long_code(n, campaign=CAMPAIGN) for n in range(2)]
    profile = make_profile("twilio-2026", queue_limit=1.0)
    gateway = make_gateway(*numbers, profile=profile)
    send(gateway, us(1), sender=numbers[0], segments=12)
    draft = Draft(recipient=us(2), body=body(), sender=numbers[1].address)
    assert refusal(gateway.submit, draft, 0.0) == QUEUE_FULL.code


@pytest.mark.parametrize(("name", "hours"), [("twilio-2021", 4), ("twilio-2026", 10)])
def test_the_profile_says_how_long_a_queue_is(name: str, hours: int) -> None:
    """Four hours of a sender's own traffic in 2021, ten today."""
    profile = make_profile(name, campaign_mps=0.0)
    gateway = make_gateway(number := long_code(), profile=profile)
    segments = hours * 3600
    send(gateway, us(1), sender=number, segments=segments - 1)
    send(gateway, us(2), sender=number)
    draft = Draft(recipient=us(3), body=body(), sender=number.address)
    assert refusal(gateway.submit, draft, 0.0) == QUEUE_FULL.code
