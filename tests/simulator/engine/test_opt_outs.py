"""Who has answered STOP hears no more."""

from __future__ import annotations

import pytest

from simulator.engine.messages import Draft
from simulator.engine.optouts import OptOut, OptOuts
from sms.errors import OPTED_OUT
from tests.simulator.engine.builders import (
    SERVICE,
    body,
    drain,
    fate,
    long_code,
    make_gateway,
    make_notification,
    refusal,
    send,
    us,
)

NUMBERS = (long_code(0), long_code(1))


def test_a_sender_may_not_text_who_stopped_it() -> None:
    """An opt-out from one number is refused there, 21610, and there alone."""
    gateway = make_gateway(*NUMBERS)
    gateway.opt_outs.add(us(1), NUMBERS[0].address)
    draft = Draft(recipient=us(1), body=body(), sender=NUMBERS[0].address)
    assert refusal(gateway.submit, draft, 0.0) == OPTED_OUT.code
    assert send(gateway, us(1), sender=NUMBERS[1]).status == "queued"
    assert send(gateway, us(2), sender=NUMBERS[0]).status == "queued"


def test_a_service_accepts_and_fails() -> None:
    """Through a service an opt-out shows later: the message fails with 21610."""
    gateway = make_gateway(*NUMBERS)
    gateway.opt_outs.add(us(1), SERVICE)
    stopped = send(gateway, us(1))
    assert stopped.status == "accepted"
    other = send(gateway, us(2))
    drain(gateway)
    assert fate(stopped) == ("failed", OPTED_OUT.code)
    assert fate(other) == ("delivered", None)


def test_an_opt_out_holds_for_the_whole_pool() -> None:
    """No number of the pool is let try; numbers by themselves are another matter."""
    gateway = make_gateway(*NUMBERS)
    gateway.opt_outs.add(us(1), SERVICE)
    messages = [send(gateway, us(1)) for _ in range(4)]
    drain(gateway)
    assert {fate(m) for m in messages} == {("failed", OPTED_OUT.code)}


@pytest.mark.parametrize("scope", [None, SERVICE])
def test_who_has_opted_out_takes_nobodys_time(scope: str | None) -> None:
    """No number is chosen for what fails so, and the next message leaves at once."""
    gateway = make_gateway(NUMBERS[0])
    gateway.opt_outs.add(us(1), scope)
    stopped = send(gateway, us(1), segments=5)
    other = send(gateway, us(2))
    drain(gateway)
    assert stopped.sender is None
    assert (stopped.ended_at, other.sent_at) == (0.0, 1.0)


def test_an_opt_out_of_all_holds_everywhere() -> None:
    """Who has opted out of everything hears from no sender and no service."""
    gateway = make_gateway(*NUMBERS, opted_out=[us(1)])
    draft = Draft(recipient=us(1), body=body(), sender=NUMBERS[0].address)
    assert refusal(gateway.submit, draft, 0.0) == OPTED_OUT.code
    message = send(gateway, us(1))
    drain(gateway)
    assert fate(message) == ("failed", OPTED_OUT.code)


@pytest.mark.parametrize("scope", [None, SERVICE])
def test_naming_sender_and_service_is_no_way_around(scope: str | None) -> None:
    """With both given it is taken, as any through a service, and fails: 21610.

    A bare From alone is refused at once.
    """
    gateway = make_gateway(*NUMBERS)
    gateway.opt_outs.add(us(1), scope)
    draft = Draft(
        recipient=us(1), body=body(), sender=NUMBERS[0].address, service=SERVICE
    )
    message = gateway.submit(draft, 0.0)
    assert message.status == "queued"
    drain(gateway)
    assert fate(message) == ("failed", OPTED_OUT.code)
    assert message.sending_at is None


def test_an_opt_out_stops_what_follows() -> None:
    """A STOP takes hold mid-run; what is being sent by then still goes."""
    gateway = make_gateway(NUMBERS[0])
    before = send(gateway, us(1), segments=5)
    gateway.advance(1.0)
    gateway.opt_outs.add(us(1), SERVICE)
    after = send(gateway, us(1), now=2.0)
    drain(gateway)
    assert fate(before) == ("delivered", None)
    assert fate(after) == ("failed", OPTED_OUT.code)


def test_a_notification_leaves_out_nobody_else() -> None:
    """Of a notification's recipients the opted-out alone fail."""
    gateway = make_gateway(*NUMBERS)
    gateway.opt_outs.add(us(2))
    gateway.notify(make_notification(us(1), us(2), us(3)), 0.0)
    drain(gateway)
    ends = [m.status.value for m in gateway.messages.values()]
    assert ends == ["delivered", "failed", "delivered"]


@pytest.mark.parametrize("scope", [None, SERVICE, NUMBERS[0].address])
def test_start_takes_stop_back(scope: str | None) -> None:
    """Opting in again in the same scope ends the opt-out; twice is no harm."""
    opt_outs = OptOuts()
    opt_outs.add(us(1), scope)
    assert opt_outs.holds(us(1), scope or SERVICE)
    for _ in range(2):
        opt_outs.discard(us(1), scope)
    assert not opt_outs.holds(us(1), scope or SERVICE)


def test_an_opt_out_is_over_when_all_of_it_is_taken_back() -> None:
    """Of one that holds for a number and its pool, each goes for itself."""
    opt_outs, number = OptOuts(), NUMBERS[0].address
    opt_outs.take(OptOut(recipient=us(1), scope=SERVICE, sender=number))
    assert opt_outs.discard(us(1), SERVICE, at=5.0, word="START")
    assert opt_outs.holds(us(1), number)
    assert [fact.undone_at for fact in opt_outs.facts()] == [None]
    assert opt_outs.discard(us(1), number, at=9.0, word="UNSTOP")
    assert not opt_outs.holds(us(1), number, SERVICE)
    assert [(f.undone_at, f.undone_by) for f in opt_outs.facts()] == [(9.0, "UNSTOP")]


def test_what_the_network_holds_is_taken_back_there() -> None:
    """Twilio knows nothing of it, before or after."""
    opt_outs, number = OptOuts(), NUMBERS[0].address
    opt_outs.take(OptOut(recipient=us(1), scope=number, network=True))
    assert not opt_outs.holds(us(1), number)
    assert opt_outs.network == {(number, us(1))}
    assert opt_outs.discard(us(1), number)
    assert opt_outs.network == set()
    assert not opt_outs.discard(us(1), number)
