"""Gates: messages a second and a day, of an account with its subaccounts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.engine.gates import Gates
from simulator.engine.gateway import Gateway
from simulator.engine.rules import Rules
from sms.units import DAY
from tests.simulator.engine.builders import (
    drain,
    long_code,
    make_gateway,
    make_profile,
    refusal,
    send,
    us,
)


def test_a_second_has_so_many_messages() -> None:
    """Above it a request is refused with 63017, in the next second it is not."""
    profile = make_profile(messages_a_second=2)
    gateway = make_gateway(long_code(), profile=profile)
    for at in (0.0, 0.9):
        gateway.admit(at)
        send(gateway, us(1), at)
    assert refusal(gateway.admit, 0.99) == 63017
    gateway.admit(1.0)


def test_a_day_has_so_many_messages() -> None:
    """Above it a message is refused with 63038, until the day is over."""
    gateway = make_gateway(long_code(), rules=Rules(messages_a_day=1))
    send(gateway, us(1))
    assert refusal(send, gateway, us(2), 1.0) == 63038
    send(gateway, us(2), DAY)


def test_accounts_share_what_they_are_given() -> None:
    """Two accounts under one gate of 1 segment a second take turns."""
    profile, rules = make_profile(), Rules(mps=1.0)
    gates = Gates(rules, profile)
    world = make_gateway(long_code(0), long_code(1), rules=rules).world
    worlds = [replace(world, account_sid=f"AC{n:032d}") for n in range(2)]
    pair = [Gateway(one, profile, seed=1, gates=gates) for one in worlds]
    sent = [send(one, us(n)) for n, one in enumerate(pair)]
    for one in pair:
        drain(one)
    assert [message.sending_at for message in sent] == [0.0, 1.0]


def test_an_account_sends_at_some_rate() -> None:
    """None is no rate."""
    with pytest.raises(ValueError, match="mps must be above 0, not 0"):
        Rules(mps=0.0)
