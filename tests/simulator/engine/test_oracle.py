"""Law: SimPy, which knows nothing of us, lets every message leave at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.senders import SenderType
from tests.simulator.engine.builders import (
    CAMPAIGN,
    LAWS,
    Arrival,
    arrivals,
    drain,
    gb,
    long_code,
    make_gateway,
    make_profile,
    short_code,
    submit_all,
    toll_free,
    us,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from simulator.engine.senders import Sender
    from sms.units import Seconds

MPS = {
    SenderType.LONG_CODE: 1,
    SenderType.TOLL_FREE: 3,
    SenderType.SHORT_CODE: 100,
}
US = (us(1), us(2), us(3))


def simpy_departures(
    some: Sequence[Arrival],
    service_time: Callable[[Arrival], Seconds],
    *,
    servers: int = 1,
) -> list[Seconds]:
    """Return when SimPy lets each message leave, in order of arrival."""
    world = simpy.Environment()
    desk = simpy.Resource(world, capacity=servers)
    left = [0.0] * len(some)

    def message(ordinal: int, arrival: Arrival) -> Generator[simpy.Event, object]:
        with desk.request() as turn:
            yield turn
            yield world.timeout(service_time(arrival))
        left[ordinal] = world.now

    def source() -> Generator[simpy.Event, object]:
        for ordinal, arrival in enumerate(some):
            yield world.timeout(arrival.gap)
            world.process(message(ordinal, arrival))

    world.process(source())
    world.run()
    return left


def our_departures(
    senders: Sequence[Sender], some: Sequence[Arrival], name: str = "twilio-2021"
) -> list[Seconds | None]:
    """Return when the engine lets each message leave, in order of arrival."""
    profile = make_profile(name)
    gateway = make_gateway(*senders, profile=profile, sticky_sender=False)
    messages = submit_all(gateway, some)
    drain(gateway)
    return [message.sent_at for message in messages]


@LAWS
@given(
    st.sampled_from([long_code(), toll_free(), short_code()]),
    arrivals(senders=(0,), recipients=US, most=30),
)
def test_a_sender_keeps_simpys_time(sender: Sender, some: list[Arrival]) -> None:
    """One sender is a queue with one server, its service time segments by MPS."""
    expected = simpy_departures(some, lambda a: a.segments / MPS[sender.type])
    assert our_departures([sender], some) == pytest.approx(expected, abs=1e-9)


@LAWS
@given(st.integers(1, 5), arrivals(recipients=US, most=30))
def test_a_pool_keeps_simpys_time(size: int, some: list[Arrival]) -> None:
    """Even spreading over equal numbers is one queue with as many servers."""
    pool = [long_code(n) for n in range(size)]
    expected = simpy_departures(some, lambda a: float(a.segments), servers=size)
    assert our_departures(pool, some) == pytest.approx(expected, abs=1e-9)


@LAWS
@given(arrivals(senders=(None, 0, 1), recipients=US, most=30))
def test_a_campaign_keeps_simpys_time(some: list[Arrival]) -> None:
    """However many its numbers, a campaign is one server."""
    pool = [long_code(n, campaign=CAMPAIGN) for n in range(2)]
    expected = simpy_departures(some, lambda a: a.segments / 12)
    ours = our_departures(pool, some, "twilio-2026")
    assert ours == pytest.approx(expected, abs=1e-9)


@LAWS
@given(arrivals(senders=(0,), recipients=(us(1), gb(1)), most=30))
def test_mixed_countries_keep_simpys_time(some: list[Arrival]) -> None:
    """A sender's one queue serves each message at its own country's rate."""
    rate = {us(1): 1, gb(1): 10}
    expected = simpy_departures(some, lambda a: a.segments / rate[a.recipient])
    assert our_departures([long_code()], some) == pytest.approx(expected, abs=1e-9)
