"""Departures: a sender is out of its pool while a fault says so, and then back."""

from __future__ import annotations

from dataclasses import replace

from simulator.engine.faults import Fault
from simulator.engine.gateway import Gateway
from tests.simulator.engine.builders import (
    SERVICE,
    alphanumeric,
    long_code,
    make_gateway,
    send,
    us,
)

LEAVER, STAYER = long_code(0), long_code(1)


def make_leaving(*faults: Fault) -> Gateway:
    """Return a gateway with two numbers in a pool, and faults."""
    plain = make_gateway(LEAVER, STAYER)
    world = replace(plain.world, faults=faults)
    return Gateway(world, plain.profile, seed=7)


def senders(gateway: Gateway, now: float) -> set[str]:
    """Return which numbers ten texts of an instant leave from."""
    messages = [send(gateway, us(int(now) + n), now) for n in range(10)]
    gateway.advance(now)
    return {m.sender.address for m in messages if m.sender is not None}


def test_a_sender_leaves_and_comes_back() -> None:
    """Nothing new goes by it from the first instant on and before the last."""
    leaves = Fault(
        what="sender-leaves", begins_at=10, ends_at=20, sender=LEAVER.address
    )
    gateway = make_leaving(leaves)
    both = {LEAVER.address, STAYER.address}
    assert senders(gateway, 0.0) == both
    assert senders(gateway, 10.0) == senders(gateway, 19.0) == {STAYER.address}
    assert senders(gateway, 20.0) == both
    assert gateway.faults.facts()[0]["struck"] == 1


def test_who_was_given_up_does_not_come_back() -> None:
    """Nor who somebody has put into the pool again, a second time."""
    leaves = Fault(what="sender-leaves", begins_at=10, ends_at=20)
    gateway = make_leaving(leaves)
    gateway.catch_up(10.0)
    pool = gateway.services[SERVICE].pool
    assert not pool
    gateway.release(LEAVER.sid)
    gateway.faults.clear()
    gateway.faults.add(Fault(what="reset"))
    gateway.services[SERVICE].join(STAYER, 11.0)
    gateway.catch_up(20.0)
    assert list(pool) == [STAYER.sid]


def test_a_pool_that_is_gone_takes_nobody_back() -> None:
    """Its senders stay the account's, in no pool."""
    leaves = Fault(what="sender-leaves", begins_at=10, ends_at=20)
    gateway = make_leaving(leaves)
    gateway.catch_up(10.0)
    gateway.remove_service(SERVICE)
    gateway.catch_up(20.0)
    assert gateway.services == {}
    assert len(gateway.senders) == 2


def test_who_finds_the_place_taken_stays_out() -> None:
    """A pool has one name at most: another one's joining leaves no room for it."""
    one, two = alphanumeric("ONE"), alphanumeric("TWO")
    leaves = Fault(what="sender-leaves", begins_at=10, ends_at=20, sender="ONE")
    plain = make_gateway(one, two, pool=[one])
    world = replace(plain.world, faults=[leaves])
    gateway = Gateway(world, plain.profile, seed=7)
    gateway.catch_up(10.0)
    gateway.services[SERVICE].join(two, 11.0)
    gateway.catch_up(20.0)
    assert list(gateway.services[SERVICE].pool) == [two.sid]


def test_a_fault_added_now_is_heeded_now() -> None:
    """Nobody need text first for a sender to be out of its pool, and back."""
    gateway = make_leaving()
    number = gateway.faults.add(Fault(what="sender-leaves", sender=LEAVER.address))
    gateway.heed_faults(5.0)
    pool = gateway.services[SERVICE].pool
    assert list(pool) == [STAYER.sid]
    gateway.faults.remove(number)
    gateway.heed_faults(6.0)
    assert set(pool) == {LEAVER.sid, STAYER.sid}
