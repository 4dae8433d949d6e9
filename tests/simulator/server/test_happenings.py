"""Happenings: events and callbacks as they happen, as server-sent events."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from simulator.engine.inbound import Inbound
from simulator.engine.messages import Draft
from simulator.server import happenings
from simulator.server.running import Settings, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simulator.server.running import Running

FROM = "+14155550100"


@asynccontextmanager
async def listening(
    server: Running, query: str = "", **headers: str
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Open a stream, and read until it has begun."""
    url = f"{server.url}/_smslab/events{query}"
    async with (
        aiohttp.ClientSession() as session,
        session.get(url, headers=headers) as answer,
    ):
        if answer.status == 200:
            assert await answer.content.readline() == b": still here\n"
        yield answer


async def hear(answer: aiohttp.ClientResponse) -> tuple[int, str, dict[str, Any]]:
    """Return the next event: its number, its type and what it tells."""
    told: dict[str, str] = {}
    async for line in answer.content:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name == "data":
            return int(told["id"]), told["event"], json.loads(value)
        told[name] = value
    raise EOFError("the stream is over")


def submit(server: Running, recipient: str, callback: str | None = None) -> str:
    """Send a text, and return its SID."""
    draft = Draft(recipient=recipient, body="Hi", sender=FROM, status_callback=callback)
    return server.gateway.submit(draft, server.clock.now()).sid


def still() -> Settings:
    """Return the settings of a server whose time stands still."""
    return Settings(port=0, paused=True)


async def test_what_happens_is_told_in_its_order() -> None:
    """A message's changes, what phones write, and callbacks that are done with."""
    async with running(still()) as server, listening(server) as answer:
        sid = submit(server, "+14155550123", "http://127.0.0.1:9/")
        inbound = Inbound(sender="+14155550124", recipient=FROM, body="Hello")
        server.gateway.receive(inbound, 0.0)
        await server.advance(60.0)
        heard = [await hear(answer) for _ in range(6)]
    assert [number for number, _, _ in heard] == [1, 2, 3, 4, 5, 6]
    assert {type_ for _, type_, _ in heard} == {"status", "received", "callback"}
    ours = [told for _, type_, told in heard if type_ == "status"]
    assert {told["sid"] for told in ours} == {sid}
    assert ours[0]["status"] == "sending"


async def test_only_what_is_asked_for_is_told() -> None:
    """By type, by recipient."""
    async with running(still()) as server:
        async with listening(server, "?type=status&to=%2B14155550124") as answer:
            submit(server, "+14155550123")
            wanted = submit(server, "+14155550124")
            await server.advance(60.0)
            heard = [await hear(answer) for _ in range(3)]
        assert {(type_, told["sid"]) for _, type_, told in heard} == {
            ("status", wanted)
        }


async def test_who_comes_back_misses_nothing() -> None:
    """Last-Event-ID is where one was, `after` says the same."""
    async with running(still()) as server:
        async with listening(server) as answer:
            submit(server, "+14155550123")
            await server.advance(60.0)
            first, _, _ = await hear(answer)
        for query, headers in (("", {"Last-Event-ID": "1"}), ("?after=1", {})):
            async with listening(server, query, **headers) as answer:
                assert (await hear(answer))[0] == first + 1


async def test_a_stream_ends_with_a_reset() -> None:
    """What comes then is another run's."""
    async with running(still()) as server, listening(server) as answer:
        await server.reset()
        with pytest.raises(EOFError):
            await hear(answer)


async def test_who_is_too_far_behind_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is counted, its stream ends, and the others hear all."""
    monkeypatch.setattr(happenings, "MOST_UNREAD", 2)
    async with running(still()) as server, listening(server) as answer:
        submit(server, "+14155550123")
        for event in server.gateway.advance(3_600.0):
            server.stage.happenings._take(event)
        assert server.stage.happenings.left_behind == 1
        await hear(answer)
        with pytest.raises(EOFError):
            await hear(answer)


async def test_silence_is_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comment, now and then, that no listener takes for an event."""
    monkeypatch.setattr(happenings, "HEARTBEAT", 0.01)
    async with running(still()) as server, listening(server) as answer:
        assert await answer.content.readline() == b"\n"
        assert await answer.content.readline() == b": still here\n"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?kind=status", "'kind' is no filter"),
        ("?type=x", "type: 'x' is none of status"),
        ("?after=x", "after: 'x' is no whole number"),
    ],
)
async def test_a_query_that_cannot_be_is_told(query: str, said: str) -> None:
    """In one line, and nobody listens."""
    async with running(still()) as server, listening(server, query) as answer:
        assert answer.status == 400
        assert said in (await answer.json())["message"]


async def test_so_many_listen_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is told so; when one has gone there is room again."""
    monkeypatch.setattr(happenings, "MOST_LISTENERS", 1)
    async with running(still()) as server:
        async with listening(server), listening(server) as answer:
            assert answer.status == 503
        while server.stage.happenings._listeners:
            submit(server, "+14155550123")
            await server.advance(server.clock.now() + 60)
            await asyncio.sleep(0)
        async with listening(server) as answer:
            assert answer.status == 200
