"""The log of callbacks: each with its attempts, its end and its signature."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from simulator.engine.faults import Fault
from simulator.engine.messages import Draft
from simulator.server.running import Running, Settings, running
from tests.simulator.server.receiver import receiving

FROM = "+14155550100"


async def play(server: Running, url: str, count: int = 4) -> None:
    """Send texts that are told of at `url`, until nothing is under way."""
    for ordinal in range(count):
        recipient = f"+1415555{ordinal:04d}"
        draft = Draft(recipient=recipient, body="Hi", sender=FROM, status_callback=url)
        server.gateway.submit(draft, server.clock.now())
    await server.advance(3_600.0)


async def told(server: Running, query: str = "") -> Any:
    """Return what the route answers."""
    url = f"{server.url}/_smslab/callbacks{query}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return await answer.json()


def add_up(server: Running) -> None:
    """Hold that every callback generated is accounted for."""
    facts = server.dispatcher.counts()
    assert facts["generated"] == sum(facts.values()) - facts["generated"]
    assert facts["generated"] == server.dispatcher.tally.accounted > 0


async def test_nobody_there_is_told_with_every_attempt() -> None:
    """Each failed twice, with the code that Twilio's debugger shows."""
    async with running(Settings(port=0, paused=True)) as server:
        await play(server, "http://127.0.0.1:9/")
        rows = (await told(server))["callbacks"]
        add_up(server)
    assert {row["outcome"] for row in rows} == {"failed"}
    for row in rows:
        assert [attempt["http_status"] for attempt in row["attempts"]] == [None, None]
        assert all(a["problem"].startswith("11205") for a in row["attempts"])
        assert row["posted_at"] == row["attempts"][0]["began_at"] >= row["due_at"]


@pytest.mark.parametrize("fault", ["", "callback-forged"])
async def test_a_signature_is_judged(fault: str) -> None:
    """A receiver's own check passes, but for the copy that a fault has forged."""
    async with running(Settings(port=0, paused=True)) as server, receiving() as there:
        if fault:
            server.gateway.faults.add(Fault(what=fault))
        await play(server, there.url)
        rows = (await told(server, "?outcome=posted"))["callbacks"]
        add_up(server)
    judged = [(row["signature"]["valid"], row["signature"]["why_not"]) for row in rows]
    assert (True, None) in judged
    assert {valid for valid, _ in judged} == ({True, False} if fault else {True})
    assert all(valid != bool(why_not) for valid, why_not in judged)


async def test_what_a_fault_has_lost_is_told() -> None:
    """It was never posted, and has no attempt."""
    async with running(Settings(port=0, paused=True)) as server:
        server.gateway.faults.add(Fault(what="callback-lost"))
        await play(server, "http://127.0.0.1:9/")
        rows = (await told(server, "?failed=true"))["callbacks"]
        add_up(server)
    assert {(row["outcome"], row["fault"]) for row in rows} == {
        ("lost", "callback-lost")
    }
    assert all(row["attempts"] == [] for row in rows)


async def test_what_waits_at_the_end_is_accounted_for() -> None:
    """Dropped, and counted so."""
    async with running(Settings(port=0, paused=True)) as server:
        for ordinal in range(3):
            draft = Draft(
                recipient=f"+1415555{ordinal:04d}",
                body="Hi",
                sender=FROM,
                status_callback="http://127.0.0.1:9/",
            )
            server.gateway.submit(draft, 0.0)
        for event in server.gateway.advance(3_600.0):
            server.dispatcher.take(event)
        assert server.dispatcher.waiting > 0
    add_up(server)
    assert server.dispatcher.waiting == 0
    assert server.dispatcher.counts()["dropped"] > 0
