"""A message is only as good as its validity period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.errors import EXPIRED, QUEUE_OVERFLOW
from tests.simulator.engine.builders import (
    LAWS,
    Arrival,
    arrivals,
    drain,
    fate,
    long_code,
    make_gateway,
    make_profile,
    send,
    submit_all,
    us,
)

if TYPE_CHECKING:
    from sms.units import Seconds

CODES = {"twilio-2021": QUEUE_OVERFLOW.code, "twilio-2026": EXPIRED.code}
PERIODS = (None, 1, 3, 10)


def expected_departures(some: list[Arrival]) -> list[Seconds | None]:
    """Return when each message leaves at 1 MPS, None where it is too old by its turn.

    What is too old takes no time of its sender.
    """
    now = free_at = 0.0
    left: list[Seconds | None] = []
    for arrival in some:
        now += arrival.gap
        starts_at = max(now, free_at)
        if arrival.validity_period and starts_at > now + arrival.validity_period:
            left.append(None)
        else:
            free_at = starts_at + arrival.segments
            left.append(free_at)
    return left


@LAWS
@given(
    arrivals(senders=(0, None), recipients=(us(1),), validity_periods=PERIODS),
    st.sampled_from(sorted(CODES)),
)
def test_a_message_too_old_fails_on_time(some: list[Arrival], name: str) -> None:
    """It fails the moment its validity period is over, and holds up nobody."""
    gateway = make_gateway(long_code(), profile=make_profile(name, campaign_mps=0.0))
    messages = submit_all(gateway, some)
    drain(gateway)
    assert [m.sent_at for m in messages] == pytest.approx(expected_departures(some))
    for message in messages:
        if message.sent_at is None:
            assert fate(message) == ("failed", CODES[name])
            assert message.ended_at == message.expires_at


def test_the_validity_period_counts_from_creation() -> None:
    """One that waits just as long as it is valid still goes; a longer wait fails."""
    gateway = make_gateway(number := long_code())
    send(gateway, us(1), sender=number, segments=10)
    patient = send(gateway, us(2), sender=number, validity_period=10)
    hasty = send(gateway, us(3), sender=number, validity_period=10)
    drain(gateway)
    assert fate(patient) == ("delivered", None)
    assert (hasty.status, hasty.ended_at) == ("failed", 10.0)


def test_the_service_has_a_validity_period() -> None:
    """A draft that names none takes its service's, and its own before that."""
    gateway = make_gateway(long_code(), validity_period=60)
    assert send(gateway, us(1), now=5.0).expires_at == 65.0
    assert send(gateway, us(1), now=5.0, validity_period=7).expires_at == 12.0


@pytest.mark.parametrize(
    ("name", "longest"), [("twilio-2021", 14_400), ("twilio-2026", 36_000)]
)
def test_the_profile_has_a_validity_period(name: str, longest: int) -> None:
    """Where nobody names one, it is the longest there is."""
    number = long_code()
    gateway = make_gateway(number, profile=make_profile(name))
    assert send(gateway, us(1), sender=number).expires_at == longest
