"""Queues as they are told of: what waits, and when it is over."""

from __future__ import annotations

from datetime import UTC, datetime

from simulator.api.api import Api
from simulator.engine.gateway import Gateway
from simulator.engine.messages import Draft
from simulator.engine.worlds import default_world
from simulator.profiles import load_profile
from simulator.server.clock import ScaledClock
from simulator.server.controls import Asked
from simulator.server.queues import PATH, Queues
from tests.simulator.server.test_handler import visiting


def test_what_waits_is_told_with_when_it_is_over() -> None:
    """Of three messages the first is being sent, and has its time all the same."""
    gateway = Gateway(default_world(), load_profile(), seed=1)
    sender = gateway.world.senders[0].address
    for _ in range(3):
        draft = Draft(recipient="+14155550123", body="Hi", sender=sender)
        gateway.submit(draft, 0.0)
    gateway.advance(0.0)
    clock = ScaledClock(1.0, lambda: 0.0)
    api = Api(gateway, datetime(2026, 1, 1, tzinfo=UTC))
    answer = Queues(api, clock).show(Asked())
    assert answer.body is not None
    [row] = answer.body["queues"]
    [mps] = row["segments_a_second"].values()
    assert (row["sender"], row["messages"]) == (sender, 2)
    assert row["seconds"] == row["empty_at"] == round(3 / mps, 3)
    assert row["room_seconds"] == round(row["limit_seconds"] - 3 / mps, 3)


async def test_nothing_waits_at_first() -> None:
    """The route needs no token."""
    async with visiting() as (_, client), client.get(PATH) as answer:
        assert (answer.status, await answer.json()) == (200, {"queues": []})
