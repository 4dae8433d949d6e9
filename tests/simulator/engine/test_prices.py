"""Prices: late, negative, and by segments."""

from __future__ import annotations

import pytest

from simulator.engine.prices import price
from simulator.engine.usage import totals
from tests.simulator.engine.builders import (
    drain,
    gb,
    long_code,
    make_gateway,
    make_profile,
    send,
    us,
)

TODAY = make_profile("twilio-2026")


def test_a_price_comes_late() -> None:
    """Nothing is told until ten seconds after the message has left."""
    profile = make_profile()
    gateway = make_gateway(long_code(), profile=profile)
    message = send(gateway, us(1), segments=2)
    drain(gateway)
    assert message.sent_at == 2.0
    assert price(message, profile, 11.9) is None
    assert price(message, profile, 12.0) == pytest.approx(-0.015)


def test_what_failed_costs_a_fee() -> None:
    """Today's profile has one; a number without a campaign fails with 30034."""
    gateway = make_gateway(long_code(), profile=TODAY)
    message = send(gateway, us(1))
    drain(gateway)
    assert price(message, TODAY, 100.0) == -0.001
    assert price(message, make_profile(), 100.0) is None


def test_a_country_has_its_price_and_usage_adds_up() -> None:
    """Usage is the sum of prices, what was deleted included."""
    gateway = make_gateway(long_code(country="GB"), profile=TODAY)
    messages = [send(gateway, gb(n), segments=n) for n in (1, 2)]
    drain(gateway)
    gateway.forget(messages[0].sid)
    used = totals(gateway.every_message(), TODAY, 1000.0)["sms-outbound"]
    assert (used.messages, used.segments) == (2, 3)
    assert used.dollars == pytest.approx(3 * 0.0524)


def test_what_has_not_left_is_no_usage() -> None:
    """A message that waits costs nothing yet, and is not counted."""
    gateway = make_gateway(long_code(), profile=TODAY)
    send(gateway, us(1))
    used = totals(gateway.every_message(), TODAY, 0.0)
    assert {use.messages for use in used.values()} == {0}
