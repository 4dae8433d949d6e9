"""Timekeeping: a server's time told, stopped, made faster, and let pass at once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web

from simulator.engine.messages import Draft
from simulator.engine.worlds import ACCOUNT_SID, AUTH_TOKEN, MESSAGING_SERVICE_SID
from simulator.profiles import load_profile
from simulator.server.controls import TOKEN_HEADER
from simulator.server.running import Settings, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from simulator.server.running import Running

BEGAN_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
HOUR = 3_600.0


def still(**changes: Any) -> Settings:
    """Return the settings of a server whose time stands still."""
    return replace(
        Settings(profile=load_profile(), port=0, paused=True, started_at=BEGAN_AT),
        **changes,
    )


class Visitor:
    """Asks a server, as itself and as a customer; keeps the callbacks that came."""

    def __init__(self, session: aiohttp.ClientSession, server: Running) -> None:
        self.came: list[tuple[str, str]] = []
        self.callback = ""
        self._session, self._server = session, server

    async def control(self, path: str, document: Any = None) -> tuple[int, Any]:
        """Ask for a change, and return the status and the answer."""
        async with self._session.post(
            f"{self._server.url}/_smslab/{path}",
            json=document,
            headers={TOKEN_HEADER: self._server.token},
        ) as answer:
            return answer.status, await answer.json()

    async def send(self, count: int = 1, **more: str) -> None:
        """Send texts, each to somebody else."""
        form = {"MessagingServiceSid": MESSAGING_SERVICE_SID, "Body": "Hi", **more}
        form["StatusCallback"] = self.callback
        credentials = aiohttp.encode_basic_auth(ACCOUNT_SID, AUTH_TOKEN)
        for ordinal in range(count):
            form["To"] = f"+1415555{ordinal:04d}"
            async with self._session.post(
                self._server.url + MESSAGES,
                data=form,
                headers={"Authorization": credentials},
            ) as answer:
                assert answer.status == 201

    async def take(self, request: web.Request) -> web.Response:
        """Take a status callback."""
        form = await request.post()
        self.came.append((str(form["MessageSid"]), str(form["MessageStatus"])))
        return web.Response()


@asynccontextmanager
async def visiting(
    settings: Settings | None = None,
) -> AsyncIterator[tuple[Running, Visitor]]:
    """Run a server, and who visits it, with a receiver of callbacks."""
    async with running(settings or still()) as server, aiohttp.ClientSession() as own:
        visitor = Visitor(own, server)
        runner = web.ServerRunner(web.Server(visitor.take))  # type: ignore[arg-type]
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        visitor.callback = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        try:
            yield server, visitor
        finally:
            await runner.cleanup()


async def test_time_stands_still_until_it_is_advanced() -> None:
    """Then all that was due has happened, and was told in its order."""
    async with visiting() as (server, visitor):
        await visitor.send(10)
        assert server.clock.now() == 0.0
        assert visitor.came == []
        status, told = await visitor.control("clock", {"advance": "4h"})
        assert (status, told["complete"], told["simulated_seconds"]) == (
            200,
            True,
            14400,
        )
        assert told["simulated_time"] == "2026-03-02T13:00:00+00:00"
        statuses = {message.status for message in server.gateway.messages.values()}
    assert statuses <= {"delivered", "undelivered"}
    for sid in server.gateway.messages:
        told_of = [status for of, status in visitor.came if of == sid]
        assert len(told_of) == len(set(told_of)) >= 2


async def play(server: Running, visitor: Visitor) -> list[tuple[Any, ...]]:
    """Send, let five minutes pass, and return all that can be told of it."""
    await visitor.send(20)
    await visitor.control("clock", {"advance_to": 300})
    told = [
        (sid, message.status, message.ended_at, message.error_code)
        for sid, message in server.gateway.messages.items()
    ]
    came, visitor.came = visitor.came, []
    return [*told, *sorted(came)]


async def test_a_reset_plays_the_same_again_and_another_seed_does_not() -> None:
    """SIDs, fates, instants and callbacks hang on seed and requests alone."""
    async with visiting() as (server, visitor):
        first = await play(server, visitor)
        assert await visitor.control("reset") == (200, {"seed": 0})
        assert not server.gateway.messages
        assert server.clock.now() == 0.0
        assert await play(server, visitor) == first
        assert await visitor.control("seed", {"seed": 7}) == (200, {"seed": 7})
        assert await play(server, visitor) != first
        assert server.gateway.seed == 7


async def test_many_steps_come_to_the_same_as_one() -> None:
    """Nothing happens for being looked at."""
    ends = []
    for steps in ([300.0], [0.5, 0.5, 1.0, 3.25, 100.0, 300.0]):
        events: list[Any] = []
        async with running(still(), on_event=events.append) as server:
            visitor = server.gateway.world.senders[0].address
            for at in steps:
                if not server.gateway.messages:
                    _submit(server, visitor, 30)
                await server.advance(max(at, server.clock.now()))
        ends.append([(event.at, event.message.sid, event.status) for event in events])
    assert ends[0] == ends[1]
    assert len(ends[0]) >= 90


def _submit(server: Running, sender: str, count: int) -> None:
    for ordinal in range(count):
        recipient = f"+1415555{ordinal:04d}"
        draft = Draft(recipient=recipient, body="Hi", sender=sender)
        server.gateway.submit(draft, server.clock.now())


async def test_what_is_ahead_leaves_when_its_time_has_come() -> None:
    """A scheduled message is one of the things that are due."""
    async with visiting() as (server, visitor):
        await visitor.send(SendAt="2026-03-02T10:00:00Z", ScheduleType="fixed")
        (message,) = server.gateway.messages.values()
        await visitor.control("clock", {"advance_to": "2026-03-02T09:59:59Z"})
        assert message.status == "scheduled"
        await visitor.control("clock", {"advance": 3_600})
        assert message.status in {"delivered", "undelivered"}
        assert message.sent_at is not None
        assert message.sent_at >= HOUR


async def test_a_way_ahead_ends_when_patience_does() -> None:
    """Time is then as late as it got, and the answer says that it is not complete."""

    async def hang(_: web.BaseRequest) -> web.Response:
        await done.wait()
        return web.Response()

    done = asyncio.Event()
    async with visiting() as (server, visitor):
        runner = web.ServerRunner(web.Server(hang), shutdown_timeout=0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        visitor.callback = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        await visitor.send()
        status, told = await visitor.control("clock", {"advance": "4h", "within": 0.05})
        assert (status, told["complete"]) == (200, False)
        assert 0 < told["simulated_seconds"] < 60
        assert server.clock.paused
        done.set()
        await runner.cleanup()


async def test_a_clock_that_runs_runs_on() -> None:
    """It is paused, made faster and resumed; the instant is told each time."""
    async with visiting(still(paused=False, speed=0.001)) as (server, visitor):
        _, told = await visitor.control("clock", {"advance": 60})
        assert (told["paused"], told["speed"], told["complete"]) == (False, 0.001, True)
        assert 60 <= told["simulated_seconds"] < 61
        _, told = await visitor.control("clock", {"paused": True, "speed": 5})
        assert (told["paused"], told["speed"]) == (True, 5)
        await visitor.control("clock", {"paused": False})
        assert not server.clock.paused


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"paus": True}, "did you mean 'paused'?"),
        ({}, "say what is to change"),
        ({"within": 3}, "say what is to change"),
        ([1], "clock: "),
        ({"paused": "yes"}, "paused"),
        ({"speed": 0}, "speed is above 0"),
        ({"speed": 1e9}, "speed is above 0"),
        ({"advance": "soon"}, "'soon' is no duration: write 2h"),
        ({"advance": -1}, "advance is 0 or more, not -1"),
        ({"advance": 1, "advance_to": 2}, "not both"),
        ({"advance_to": -5}, "time does not run backwards"),
        ({"advance_to": "2020-01-01T00:00:00Z"}, "time does not run backwards"),
        ({"advance": "9999d"}, "not for more than ten years"),
        ({"advance": 1, "within": 0}, "within is real seconds"),
    ],
)
async def test_what_cannot_be_is_told(document: Any, said: str) -> None:
    """In one line that names it, and time stays what it is."""
    async with visiting() as (server, visitor):
        status, told = await visitor.control("clock", document)
        assert status == 400
        assert said.replace("not for more", "nor for more") in told["message"]
        assert (server.clock.now(), server.clock.paused) == (0.0, True)


@pytest.mark.parametrize("path", ["reset", "seed"])
@pytest.mark.parametrize("document", [{"seed": "x"}, {"seed": True}, {"sed": 1}, [1]])
async def test_a_seed_is_a_whole_number(path: str, document: Any) -> None:
    """Anything else is refused, and nothing is forgotten."""
    async with visiting() as (server, visitor):
        stage = server.stage
        status, told = await visitor.control(path, document)
        assert (status, server.stage) == (400, stage)
        assert "whole number" in told["message"]
