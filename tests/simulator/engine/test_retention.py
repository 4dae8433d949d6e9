"""A server may let go of what is over: then it is gone, and nothing else changes."""

from __future__ import annotations

import gc
from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.inbound import Inbound
from simulator.engine.messages import Message
from tests.simulator.engine.builders import (
    END,
    LAWS,
    ROUGH,
    Arrival,
    arrivals,
    drain,
    long_code,
    make_gateway,
    make_notification,
    make_profile,
    record,
    send,
    story,
    submit_all,
    us,
)

if TYPE_CHECKING:
    from simulator.engine.gateway import Gateway
    from sms.units import Seconds

WINDOW = 600.0

NUMBERS = long_code(0), long_code(1)


def keeping(retain: Seconds | None = WINDOW) -> Gateway:
    """Return an account to which everything happens, and which keeps so long."""
    profile = make_profile(mix=ROUGH)
    return make_gateway(*NUMBERS, profile=profile, retain=retain)


def over_at(message: Message) -> Seconds | None:
    """Return when the last thing became of a message, None where more will."""
    if message.status == "sent":
        return message.sent_at
    return message.ended_at


@LAWS
@given(some=arrivals())
def test_what_became_of_the_rest_does_not_change(some: list[Arrival]) -> None:
    """The same happens to first messages, and all the same is counted, kept or not."""
    once = list({one.recipient: one for one in some}.values())
    all_kept, rolling = keeping(None), keeping()
    for gateway in (all_kept, rolling):
        submit_all(gateway, once)
    now = sum(one.gap for one in once)
    steps = [rolling.advance(now + 60.0 * minute) for minute in range(300)]
    told = [event for step in (*steps, drain(rolling)) for event in step]
    assert story(drain(all_kept)) == story(told)
    assert all_kept.counts == rolling.counts
    assert all_kept.errors == rolling.errors
    assert all_kept.usage(END) == rolling.usage(END)
    assert not rolling.messages
    assert len(all_kept.messages) == sum(all_kept.counts.values())


@LAWS
@given(some=arrivals(), looks=st.lists(st.floats(0, 9000), max_size=30))
def test_how_often_one_looks_changes_nothing(
    some: list[Arrival], looks: list[Seconds]
) -> None:
    """What is kept hangs on the time alone."""
    seldom, often = keeping(), keeping()
    now = sum(one.gap for one in some)
    for gateway in (seldom, often):
        submit_all(gateway, some)
    for look in sorted(looks):
        often.advance(now + look)
    until = now + max(looks, default=0.0)
    often.advance(until)
    seldom.advance(until)
    kept = [[record(m) for m in g.messages.values()] for g in (seldom, often)]
    assert kept[0] == kept[1]


@LAWS
@given(some=arrivals(), after=st.floats(0, 3000))
def test_all_that_ended_of_late_is_kept(some: list[Arrival], after: Seconds) -> None:
    """A message is there until the window has passed since its end, and no longer."""
    gateway = keeping()
    taken = submit_all(gateway, some)
    now = sum(one.gap for one in some) + after
    gateway.advance(now)
    ends = [over_at(message) for message in taken]
    since = now - WINDOW
    kept = [m for m, at in zip(taken, ends, strict=True) if at is None or at > since]
    assert list(gateway.messages.values()) == kept


def test_no_sid_is_given_twice() -> None:
    """Whoever is texted again after the window has other SIDs, to the very last."""
    gateway = keeping()
    sids: Counter[str] = Counter()
    now = 0.0
    for visit in range(50):
        now += WINDOW * (visit % 4) / 2
        sids.update(send(gateway, us(n), now).sid for n in (0, 0, 1 + visit % 3))
    assert set(sids.values()) == {1}


def test_sticky_sender_is_forgotten_with_its_message() -> None:
    """A recipient keeps its sender while the message that gave it one is kept."""
    gateway = make_gateway(*NUMBERS, retain=WINDOW, sticky_sender=True)
    first = send(gateway, us(1))
    gateway.advance(WINDOW / 2)
    again = send(gateway, us(1), WINDOW / 2)
    gateway.advance(WINDOW)
    assert again.sender is first.sender
    gateway.advance(3 * WINDOW)
    assert not gateway.messages_to(us(1)).end


def test_what_was_deleted_goes_too() -> None:
    """A message that somebody deleted is dropped like any other, and counted once."""
    gateway = make_gateway(*NUMBERS, retain=WINDOW)
    sid = send(gateway, us(1)).sid
    gateway.advance(60.0)
    gateway.forget(sid)
    used = gateway.usage(60.0)
    assert [message.sid for message in gateway.every_message()] == [sid]
    gateway.advance(2 * WINDOW)
    assert list(gateway.every_message()) == []
    assert gateway.usage(2 * WINDOW)["sms"].messages == used["sms"].messages == 1


def test_no_message_is_held_on_to() -> None:
    """What was sent, received, listed, answered or fanned out is gone altogether."""
    gateway = make_gateway(*NUMBERS, retain=WINDOW)
    recipients = [us(n) for n in range(20)]
    for recipient in recipients:
        send(gateway, recipient)
    gateway.notify(make_notification(*recipients, logged=True), 1.0)
    gateway.receive(Inbound(us(1), NUMBERS[0].address, "STOP"), 2.0)
    drain(gateway)
    gc.collect()
    left = [one for one in gc.get_objects() if type(one) is Message]
    assert not [one for one in left if one.recipient in recipients]
    assert [*gateway.fan_outs, *gateway.notifications, *gateway.handled] == []


def test_a_notification_is_kept_as_long_as_any_of_its_messages() -> None:
    """Those that left first are let go of before it is."""
    gateway = make_gateway(NUMBERS[0], retain=10.0)
    recipients = [us(n) for n in range(30)]
    gateway.notify(make_notification(*recipients), 0.0)
    gateway.advance(20.0)
    assert 0 < len(list(gateway.every_message())) < len(recipients)
    assert list(gateway.fan_outs) == ["NT1"]
    drain(gateway)
    assert not gateway.fan_outs
