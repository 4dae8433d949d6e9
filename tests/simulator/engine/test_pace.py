"""Laws of the pace: never above a sender's MPS, hardly ever below it, in order."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.senders import SenderType
from tests.simulator.engine.builders import (
    CAMPAIGN,
    LAWS,
    Arrival,
    alphanumeric,
    arrivals,
    drain,
    gb,
    long_code,
    make_gateway,
    make_profile,
    send,
    sent,
    short_code,
    submit_all,
    toll_free,
    us,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.engine.messages import Message
    from sms.units import Seconds

SENDERS = (
    long_code(0),
    long_code(1),
    long_code(0, country="GB"),
    toll_free(),
    short_code(),
)
NUMBERS = SENDERS[:4]
FROM_ANY = (None, 0, 1, 2, 3)
CLASSIC_MPS = {
    (SenderType.LONG_CODE, "US"): 1,
    (SenderType.LONG_CODE, "GB"): 10,
    (SenderType.TOLL_FREE, "US"): 3,
    (SenderType.SHORT_CODE, "US"): 100,
    (SenderType.ALPHANUMERIC, "GB"): 10,
}
CAMPAIGN_MPS = 12
ROUNDING = 1e-6

widths = st.sampled_from([0.5, 1.0, 10.0, 60.0, 3600.0])


def service_time(message: Message) -> Seconds:
    """Return how long a message holds its sender, by the published rates."""
    assert message.sender is not None
    return message.segments / CLASSIC_MPS[message.sender.type, message.country]


def by_sender(messages: Iterable[Message]) -> Mapping[str, list[Message]]:
    """Return what each sender sent, in order of creation."""
    queues = defaultdict(list)
    for message in sent(messages):
        assert message.sender is not None
        queues[message.sender.address].append(message)
    return queues


def run(given_arrivals: Sequence[Arrival]) -> Mapping[str, list[Message]]:
    """Return what each sender of a mixed account sent."""
    gateway = make_gateway(*SENDERS, pool=NUMBERS, sticky_sender=False)
    messages = submit_all(gateway, given_arrivals)
    drain(gateway)
    return by_sender(messages)


def run_campaign(given_arrivals: Sequence[Arrival]) -> list[Message]:
    """Return what two numbers of one campaign sent, in order of creation."""
    numbers = (long_code(0, campaign=CAMPAIGN), long_code(1, campaign=CAMPAIGN))
    gateway = make_gateway(*numbers, profile=make_profile("twilio-2026"))
    messages = submit_all(gateway, given_arrivals)
    drain(gateway)
    return sent(messages)


def longest_excess(
    departures: Iterable[tuple[Seconds, Seconds]], width: Seconds
) -> Seconds:
    """Return by how much any window within `width` holds more traffic than time.

    `departures` are instants with service times; a window begins right after one.
    """
    left = sorted(departures)
    excess, held, first = 0.0, 0.0, 0
    for left_at, service in left[1:]:
        held += service
        while left_at - left[first][0] > width and held > 0:
            first += 1
            held -= left[first][1]
        excess = max(excess, held - (left_at - left[first][0]))
    return excess


def departures(messages: Iterable[Message]) -> list[tuple[Seconds, Seconds]]:
    """Return when messages left, and how long each held its sender."""
    return [(m.sent_at, service_time(m)) for m in messages if m.sent_at is not None]


def idle_while_waiting(messages: Sequence[Message]) -> Seconds:
    """Return for how long nothing left although a message waited."""
    idle, free_at = 0.0, 0.0
    for m in sorted(messages, key=lambda m: m.sending_at or 0.0):
        assert m.queued_at is not None
        assert m.sending_at is not None
        idle += m.sending_at - max(m.queued_at, free_at)
        free_at = m.sent_at or 0.0
    return idle


@LAWS
@given(arrivals(senders=FROM_ANY), widths)
def test_no_sender_is_above_its_mps(some: list[Arrival], width: float) -> None:
    """In no window does a sender send more than its rates to the countries allow."""
    for messages in run(some).values():
        assert longest_excess(departures(messages), width) < ROUNDING


@LAWS
@given(arrivals(senders=(4,), recipients=(us(1), us(2))), widths)
def test_a_short_code_keeps_to_its_mps(some: list[Arrival], width: float) -> None:
    """A short code's 100 segments a second are a limit as any other."""
    for messages in run(some).values():
        assert longest_excess(departures(messages), width) < ROUNDING


@LAWS
@given(arrivals(senders=(0,), recipients=(gb(1), gb(2))), widths)
def test_a_sender_without_mms_keeps_to_its_mps(
    some: list[Arrival], width: float
) -> None:
    """One that no MMS leaves from, such as a name, has the pace of its segments."""
    gateway = make_gateway(alphanumeric())
    messages = submit_all(gateway, some)
    drain(gateway)
    assert len(sent(messages)) == len(some)
    assert longest_excess(departures(messages), width) < ROUNDING
    assert idle_while_waiting(messages) < ROUNDING


@LAWS
@given(arrivals(senders=(None, 0, 1), recipients=(us(1), us(2))), widths)
def test_no_campaign_is_above_its_mps(some: list[Arrival], width: float) -> None:
    """All numbers of an A2P 10DLC campaign share its one rate."""
    left = [(m.sent_at or 0.0, m.segments / CAMPAIGN_MPS) for m in run_campaign(some)]
    assert longest_excess(left, width) < ROUNDING


@LAWS
@given(arrivals(senders=FROM_ANY))
def test_a_sender_with_a_backlog_is_busy(some: list[Arrival]) -> None:
    """While messages wait, at least 99 % of the time goes to sending."""
    for messages in run(some).values():
        busy = sum(map(service_time, messages))
        assert idle_while_waiting(messages) <= 0.01 * busy + ROUNDING
        for message in messages:
            took = (message.sent_at or 0.0) - (message.sending_at or 0.0)
            assert took == pytest.approx(service_time(message), abs=ROUNDING)


@LAWS
@given(arrivals(senders=(None, 0, 1), recipients=(us(1), us(2))))
def test_a_campaign_with_a_backlog_is_busy(some: list[Arrival]) -> None:
    """While messages wait for a campaign, it sends."""
    messages = run_campaign(some)
    busy = sum(m.segments for m in messages) / CAMPAIGN_MPS
    assert idle_while_waiting(messages) <= 0.01 * busy + ROUNDING


@LAWS
@given(arrivals(senders=FROM_ANY))
def test_first_come_is_first_served_by_each_sender(some: list[Arrival]) -> None:
    """A sender sends in the order in which its messages were taken."""
    for messages in run(some).values():
        for before, after in pairwise(messages):
            assert before.sent_at is not None
            assert after.sending_at is not None
            assert before.sent_at <= after.sending_at


@LAWS
@given(arrivals(senders=(None, 0, 1), recipients=(us(1), us(2))))
def test_first_come_is_first_served_by_a_campaign(some: list[Arrival]) -> None:
    """A campaign's messages leave in the order taken, whichever number they bear."""
    for before, after in pairwise(run_campaign(some)):
        assert before.sent_at is not None
        assert after.sending_at is not None
        assert before.sent_at <= after.sending_at


def test_the_destination_sets_the_rate() -> None:
    """A US number sends 1 segment a second at home and 10 abroad, in one queue."""
    gateway = make_gateway(number := long_code())
    for recipient in (us(1), gb(1), us(2)):
        send(gateway, recipient, sender=number, segments=5)
    drain(gateway)
    left = [m.sent_at for m in gateway.messages.values()]
    assert left == pytest.approx([5.0, 5.5, 10.5])


def test_a_campaign_number_has_its_own_rate_abroad() -> None:
    """What goes abroad crosses no campaign: it leaves at the number's own 10 MPS."""
    number = long_code(campaign=CAMPAIGN)
    gateway = make_gateway(number, profile=make_profile("twilio-2026"))
    home = send(gateway, us(1), sender=number, segments=6)
    abroad = send(gateway, gb(1), sender=number, segments=6)
    drain(gateway)
    assert (home.sent_at, abroad.sent_at) == pytest.approx((0.5, 0.6))
