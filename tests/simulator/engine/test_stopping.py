"""Law: who has answered STOP gets nothing from whom it was said to, until START."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from simulator.engine.inbound import Inbound
from simulator.engine.messages import Draft, Extras
from sms.errors import OPTED_OUT, ApiError
from tests.simulator.engine.builders import (
    ROUGH,
    SERVICE,
    body,
    drain,
    fate,
    long_code,
    make_gateway,
    make_profile,
    refusal,
    send,
    us,
)

if TYPE_CHECKING:
    from simulator.engine.gateway import Gateway
    from simulator.engine.messages import Message
    from simulator.engine.senders import Sender
    from sms.units import Seconds

NUMBERS = tuple(long_code(n) for n in range(3))
PHONES = us(1), us(2)

numbers, phones = st.sampled_from(NUMBERS), st.sampled_from(PHONES)


@dataclass(slots=True)
class Stop:
    """What a phone has stopped, from when until when."""

    phone: str
    scope: str
    at: Seconds
    until: Seconds = inf

    def forbids(self, message: Message) -> bool:
        """Say whether a message should not have left."""
        at, sender = message.sending_at, message.sender
        if at is None or not self.at < at < self.until or sender is None:
            return False
        names = sender.address, message.service
        return message.recipient == self.phone and self.scope in names


class Stopping(RuleBasedStateMachine):
    """Two phones, three numbers, two of them in a service at first."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.stops: list[Stop] = []

    @initialize(rough=st.booleans())
    def open_account(self, rough: bool) -> None:
        """Begin with short queues, so that much waits when STOP comes."""
        profile = make_profile(mix=ROUGH) if rough else None
        self.gateway = make_gateway(*NUMBERS, pool=NUMBERS[:2], profile=profile)

    @rule(
        phone=phones,
        number=st.sampled_from([None, *NUMBERS]),
        wait=st.just(0) | st.integers(1, 90),
    )
    def send(self, phone: str, number: Sender | None, wait: int) -> None:
        """Send through the service or from a number, at once or scheduled."""
        extras = Extras(send_at=self.now + wait) if wait else None
        try:
            send(
                self.gateway, phone, self.now, sender=number, segments=3, extras=extras
            )
        except ApiError:
            return

    @rule(phone=phones, number=numbers, word=st.sampled_from(["STOP", "START", "Hi"]))
    def write(self, phone: str, number: Sender, word: str) -> None:
        """Have a phone write to a number: it is about the number and its pool."""
        self.gateway.receive(Inbound(phone, number.address, word), self.now)
        pool = SERVICE in self.gateway.services and self.gateway.services[SERVICE].pool
        scopes = [number.address, *([SERVICE] if pool and number.sid in pool else [])]
        for stop in self.stops:
            if word == "START" and stop.phone == phone and stop.scope in scopes:
                stop.until = min(stop.until, self.now)
        if word == "STOP":
            self.stops += [Stop(phone, scope, self.now) for scope in scopes]

    @rule(number=numbers)
    def join_or_leave(self, number: Sender) -> None:
        """Move a number in or out of the pool."""
        service = self.gateway.services[SERVICE]
        if number.sid in service.pool:
            service.leave(number.sid)
        else:
            service.join(number, self.now)

    @rule(wait=st.integers(1, 40))
    def wait(self, wait: int) -> None:
        """Let time pass."""
        self.now += wait
        self.gateway.advance(self.now)

    def teardown(self) -> None:
        """Hold every message against every STOP."""
        drain(self.gateway)
        for message in self.gateway.messages.values():
            if message.extras is None or not message.extras.automatic:
                assert not [one for one in self.stops if one.forbids(message)]


TestStopping = Stopping.TestCase
TestStopping.settings = settings(
    max_examples=200, stateful_step_count=25, deadline=None
)


def stopped() -> Gateway:
    """Return an account whose first number, of its pool, a phone has told to stop."""
    gateway = make_gateway(*NUMBERS, pool=NUMBERS[:2])
    gateway.receive(Inbound(us(1), NUMBERS[0].address, "STOP"), 0.0)
    gateway.advance(1.0)
    return gateway


def refused(gateway: Gateway) -> int:
    """Return how that number is refused to text the phone."""
    draft = Draft(recipient=us(1), body=body(), sender=NUMBERS[0].address)
    return refusal(gateway.submit, draft, 60.0)


@pytest.mark.parametrize("way", ["leaves", "service deleted", "other service"])
def test_a_number_that_was_told_stays_silent(way: str) -> None:
    """Whatever becomes of the service in whose pool it was when STOP came."""
    gateway = stopped()
    if way == "service deleted":
        gateway.remove_service(SERVICE)
    else:
        gateway.services[SERVICE].leave(NUMBERS[0].sid)
    if way == "other service":
        gateway.services[SERVICE].leave(NUMBERS[1].sid)
        gateway.services[SERVICE].join(NUMBERS[0], 2.0)
        message = send(gateway, us(1), 3.0)
        drain(gateway)
        assert fate(message) == ("failed", OPTED_OUT.code)
    assert refused(gateway) == OPTED_OUT.code


def test_one_stop_is_one_fact() -> None:
    """Of the service and of the number; START to it takes both back."""
    gateway = stopped()
    [fact] = gateway.opt_outs.facts()
    assert (fact.scope, fact.sender) == (SERVICE, NUMBERS[0].address)
    gateway.receive(Inbound(us(1), NUMBERS[0].address, "START"), 2.0)
    gateway.advance(3.0)
    [fact] = gateway.opt_outs.facts()
    assert (fact.undone_at, fact.undone_by) == (2.0, "START")
    assert not gateway.opt_outs.stopped


def test_an_opt_out_of_all_holds_back_what_is_queued() -> None:
    """What had its turn before has left, nothing leaves afterwards."""
    gateway = make_gateway(NUMBERS[0])
    messages = [send(gateway, us(1), sender=NUMBERS[0]) for _ in range(6)]
    gateway.advance(2.5)
    gateway.opt_outs.add(us(1))
    drain(gateway)
    left = [message.sending_at is not None for message in messages]
    assert left == [True] * 3 + [False] * 3
