"""A server on loopback that answers as a test tells it, and a client for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from aiohttp import web

from sender.client import make_client, perform
from sender.http import HttpClient
from sender.plans import Call, Operation

if TYPE_CHECKING:
    from sender.calls import Answer

ACCOUNT = "AC" + "0" * 32
TOKEN = "smslab"

MESSAGE = Call(
    Operation.CREATE_MESSAGE,
    (),
    {
        "To": "+14155550123",
        "From": "+14155550100",
        "Body": "Grüße → you & me",
        "StatusCallback": "http://127.0.0.1:1/cb?call=1",
        "ValidityPeriod": "60",
    },
)
"""A message to create."""

Reply = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Seen:
    """A request as it came over the wire."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    form: list[tuple[str, str]]


@dataclass
class Loopback:
    """What the server has seen, and where it listens."""

    url: str = ""
    seen: list[Seen] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0


async def created(request: web.Request) -> web.Response:
    """Answer as Twilio does to a request that creates something."""
    headers = {"Twilio-Concurrent-Requests": "3"}
    return web.json_response({"sid": "SM1"}, status=201, headers=headers)


def refused(status: int, body: Any) -> Reply:
    """Return a reply that refuses with a JSON body, or a page where it is a string."""

    async def reply(request: web.Request) -> web.Response:
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="text/html")
        return web.json_response(body, status=status)

    return reply


async def cut_off(request: web.Request) -> web.Response:
    """Take the request and close the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def cut_off_in_the_body(status: int) -> Reply:
    """Return a reply that closes the connection before the body is whole."""

    async def reply(request: web.Request) -> web.StreamResponse:
        headers = {"Content-Length": "100"}
        response = web.StreamResponse(status=status, headers=headers)
        await response.prepare(request)
        await response.write(b'{"sid":')
        assert request.transport is not None
        request.transport.close()
        return response

    return reply


async def silence(request: web.Request) -> web.Response:
    """Take the request and never answer."""
    await asyncio.Event().wait()
    return web.Response()


@asynccontextmanager
async def serve(reply: Reply) -> AsyncIterator[Loopback]:
    """Listen on a free port of 127.0.0.1 and answer everything by `reply`."""
    state = Loopback()

    async def take(request: web.Request) -> web.StreamResponse:
        state.in_flight += 1
        state.most_in_flight = max(state.most_in_flight, state.in_flight)
        try:
            form = parse_qsl(await request.text(), keep_blank_values=True)
            state.seen.append(
                Seen(
                    request.method,
                    request.path,
                    list(request.query.items()),
                    dict(request.headers),
                    form,
                )
            )
            return await reply(request)
        finally:
            state.in_flight -= 1

    app = web.Application(client_max_size=2**21)
    app.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    state.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield state
    finally:
        await runner.cleanup()


@asynccontextmanager
async def connected(reply: Reply) -> AsyncIterator[tuple[Loopback, Any]]:
    """Serve a reply, with a client for it."""
    async with serve(reply) as loopback:
        http_client = HttpClient(loopback.url)
        try:
            yield loopback, make_client(http_client, ACCOUNT, TOKEN)
        finally:
            await http_client.close()


async def answer(reply: Reply) -> Answer:
    """Return what a message comes to where the API replies so."""
    async with connected(reply) as (_, client):
        return await perform(client, MESSAGE)
