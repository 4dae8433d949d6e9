"""The carrier of requests under asyncio: bounded, patient, and never twice."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from sender import http as http_module
from sender.calls import Answer
from sender.client import perform
from sender.http import HttpClient
from tests.sender.loopback import (
    MESSAGE,
    answer,
    connected,
    created,
    cut_off,
    cut_off_in_the_body,
    refused,
    serve,
    silence,
)

URI = "https://api.twilio.com/2010-04-01/Accounts.json"


async def test_silence_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no answer comes the call ends after the read time-out."""
    monkeypatch.setattr(http_module, "READ_TIMEOUT", 0.02)
    assert await answer(silence) == Answer(http_status=0)


async def test_requests_are_bounded() -> None:
    """No more are open than told, and so many are."""
    pairs = asyncio.Barrier(2)

    async def in_pairs(request: web.Request) -> web.Response:
        await pairs.wait()
        return await created(request)

    async with serve(in_pairs) as loopback:
        client = HttpClient(loopback.url, most_open=2)
        await asyncio.gather(*(client.request("GET", URI) for _ in range(8)))
        await client.close()
    assert (len(loopback.seen), loopback.most_in_flight) == (8, 2)


async def test_no_redirect_is_followed() -> None:
    """Where an answer points elsewhere nothing goes there."""

    async def point_elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with connected(point_elsewhere) as (loopback, client):
        assert await perform(client, MESSAGE) == Answer(http_status=307)
    assert len(loopback.seen) == 1


async def test_nothing_is_repeated() -> None:
    """A broken connection and a 500 are one request each."""
    for reply in (cut_off, refused(500, "")):
        async with connected(reply) as (loopback, client):
            await perform(client, MESSAGE)
            assert len(loopback.seen) == 1


async def test_a_refusal_that_breaks_off_says_nothing() -> None:
    """Without its body nobody knows what a 400 was about."""
    assert await answer(cut_off_in_the_body(400)) == Answer(http_status=0)


async def test_a_broken_connection_is_an_error_of_the_system() -> None:
    """Whoever asks needs not know aiohttp: no answer, or nobody there to ask."""
    async with serve(cut_off) as loopback:
        client = HttpClient(loopback.url)
        with pytest.raises(ConnectionError, match="no answer from http:"):
            await client.request("GET", URI)
    with pytest.raises(ConnectionRefusedError):
        await client.request("GET", URI)
    await client.close()


async def test_what_was_never_opened_can_be_closed() -> None:
    """A client that has made no request holds no connection."""
    await HttpClient("http://127.0.0.1:1").close()
