"""The state of the server: what waits, and what it costs to say so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.engine.messages import Draft
from simulator.engine.worlds import World
from simulator.server.health import MOST_SENDERS, Health
from simulator.server.running import running
from tests.simulator.api.caller import FROM
from tests.simulator.engine.builders import long_code, us
from tests.simulator.server.fast import fast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.engine.senders import Sender
    from simulator.server.running import Running


def queues(server: Running, senders: Iterable[str], count: int) -> dict[str, Any]:
    """Return what health says of queues once each sender has so many messages."""
    gateway, now = server.gateway, server.clock.now()
    for sender in senders:
        for _ in range(count):
            gateway.submit(Draft(recipient=us(1), body="x" * 300, sender=sender), now)
    gateway.catch_up(now)
    health = Health(server.api, server.clock, server.dispatcher, server.pump.lateness)
    found = health()["queues"]
    assert isinstance(found, dict)
    return found


async def test_what_waits_is_told_by_sender() -> None:
    """Messages, and the seconds of its own traffic: two segments each, one a second."""
    async with running(replace(fast(), speed=0.001)) as server:
        found = queues(server, [FROM], 4)
    [(address, waits)] = found["by_sender"].items()
    assert address == FROM
    assert found["messages"] == waits["messages"] == 3
    assert 7.9 < waits["seconds"] == found["longest_seconds"] <= 8.0


async def test_nothing_waits_at_first() -> None:
    """No sender is named, and nothing is long."""
    async with running(fast()) as server:
        found = queues(server, [], 0)
    assert found == {"messages": 0, "longest_seconds": 0.0, "by_sender": {}}


async def test_only_the_busiest_senders_are_named() -> None:
    """Sixty have a queue, fifty are named, and the messages are those of all."""
    senders: list[Sender] = [long_code(n) for n in range(60)]
    world = World(senders=senders)
    settings = replace(fast(), speed=0.001, world=world)
    async with running(settings) as server:
        found = queues(server, [sender.address for sender in senders], 2)
    assert len(found["by_sender"]) == MOST_SENDERS
    assert found["messages"] == 60


async def test_time_is_told_to_the_microsecond() -> None:
    """So that a reader can set its own clock by it."""
    async with running(fast()) as server:
        before = server.clock.now()
        told = Health(
            server.api, server.clock, server.dispatcher, server.pump.lateness
        )()
        after = server.clock.now()
    assert before - 1e-6 <= told["simulated_seconds"] <= after + 1e-6
