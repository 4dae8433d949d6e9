"""Law: a message goes along TRANSITIONS alone, and comes to one end."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.events import StatusChanged
from sms.errors import CANNOT_CANCEL, NOT_COMPLETE
from sms.statuses import INITIAL, TERMINAL, TRANSITIONS, MessageStatus
from tests.simulator.engine.builders import (
    LAWS,
    ROUGH,
    Arrival,
    arrivals,
    drain,
    fate,
    long_code,
    make_gateway,
    make_profile,
    refusal,
    send,
    short_code,
    submit_all,
    toll_free,
    us,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.engine.events import Event
    from simulator.engine.messages import Message
    from simulator.engine.profile import Mix

SENDERS = (long_code(0), long_code(1), toll_free(), short_code())
FROM_ANY = (None, 0, 2, 3)
PERIODS = (None, 2, 5)


def statuses(
    messages: Iterable[Message], events: Iterable[Event]
) -> dict[str, list[MessageStatus]]:
    """Return the way each message went, from its creation on."""
    ways = defaultdict(list)
    for event in events:
        if isinstance(event, StatusChanged):
            ways[event.message.sid].append(event.status)
    through = {True: MessageStatus.ACCEPTED, False: MessageStatus.QUEUED}
    return {m.sid: [through[bool(m.service)], *ways[m.sid]] for m in messages}


def run(
    some: Sequence[Arrival], name: str, mix: Mix = ROUGH
) -> tuple[list[Message], list[Event]]:
    """Return what a rough and crowded world makes of these arrivals."""
    profile = make_profile(name, mix=mix, queue_limit=10.0)
    gateway = make_gateway(*SENDERS, pool=SENDERS[:3], profile=profile)
    messages = submit_all(gateway, some)
    return messages, drain(gateway)


names = st.sampled_from(["twilio-2021", "twilio-2026"])
some_arrivals = arrivals(senders=FROM_ANY, validity_periods=PERIODS)


@LAWS
@given(some_arrivals, names)
def test_statuses_follow_the_table(some: list[Arrival], name: str) -> None:
    """Each status is one that may follow the status before it."""
    messages, events = run(some, name)
    for way in statuses(messages, events).values():
        assert way[0] in INITIAL
        assert all(after in TRANSITIONS[before] for before, after in pairwise(way))


@LAWS
@given(some_arrivals, names)
def test_every_message_comes_to_one_end(some: list[Arrival], name: str) -> None:
    """The last status alone is terminal; without a receipt it is `sent` for good."""
    messages, events = run(some, name)
    ways = statuses(messages, events)
    for message in messages:
        *way, last = ways[message.sid]
        assert message.status == last
        assert last in TERMINAL | {MessageStatus.SENT}
        assert TERMINAL.isdisjoint(way)
        assert (message.ended_at is not None) == (last in TERMINAL)


@LAWS
@given(some_arrivals, names)
def test_every_message_ends_where_all_carriers_answer(
    some: list[Arrival], name: str
) -> None:
    """With a receipt for each, as the profiles have it, nothing stays `sent`."""
    mix = replace(ROUGH, without_receipt=0.0)
    messages, events = run(some, name, mix)
    ends = [e for e in events if isinstance(e, StatusChanged) and e.status in TERMINAL]
    assert sorted(e.message.sid for e in ends) == sorted(m.sid for m in messages)


@LAWS
@given(some_arrivals, names)
def test_instants_are_in_order(some: list[Arrival], name: str) -> None:
    """A message is queued, then sending, then sent, then ended, never back in time."""
    messages, events = run(some, name)
    for m in messages:
        way = (m.created_at, m.queued_at, m.sending_at, m.sent_at, m.ended_at)
        instants = [at for at in way if at is not None]
        assert instants == sorted(instants)
        assert m.updated_at == instants[-1]
    assert [e.at for e in events] == sorted(e.at for e in events)


@LAWS
@given(some_arrivals, names)
def test_failed_is_before_the_carrier(some: list[Arrival], name: str) -> None:
    """What fails never held a sender; what a carrier had never fails."""
    for message in run(some, name)[0]:
        reached = message.sent_at is not None
        assert reached == (message.sending_at is not None)
        assert reached == (message.status is not MessageStatus.FAILED)


def test_every_receipt_comes_by_default() -> None:
    """In the shipped profiles every carrier sends a receipt."""
    gateway = make_gateway(long_code(), profile=make_profile())
    messages = [send(gateway, us(n)) for n in range(20)]
    drain(gateway)
    assert all(m.status in TERMINAL for m in messages)


def test_a_share_without_receipts_stays_sent() -> None:
    """A message whose carrier sends no receipt is `sent` and no more."""
    mix = replace(ROUGH, without_receipt=1.0)
    gateway = make_gateway(long_code(), profile=make_profile(mix=mix))
    message = send(gateway, us(1))
    drain(gateway)
    assert fate(message) == ("sent", None)
    assert gateway.due() is None


def test_a_queued_message_cannot_be_canceled() -> None:
    """What a sender has queued goes its way: 30409."""
    gateway = make_gateway(number := long_code())
    message = send(gateway, us(1), sender=number)
    assert refusal(gateway.cancel, message.sid, 0.0) == CANNOT_CANCEL.code
    drain(gateway)
    assert fate(message) == ("delivered", None)


def test_a_message_under_way_cannot_be_forgotten() -> None:
    """What has not ended stays: 20009."""
    gateway = make_gateway(long_code())
    message = send(gateway, us(1))
    assert refusal(gateway.forget, message.sid) == NOT_COMPLETE.code
    assert message.sid in gateway.messages


def test_a_forgotten_message_is_gone() -> None:
    """What has ended can be dropped, and the next to that recipient is another."""
    gateway = make_gateway(long_code())
    first = send(gateway, us(1))
    drain(gateway)
    gateway.forget(first.sid)
    second = send(gateway, us(1), now=1e7)
    assert list(gateway.messages) == [second.sid]
    assert second.sid != first.sid
