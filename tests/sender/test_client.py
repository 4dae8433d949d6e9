"""The client: the official library over loopback, and nowhere else."""

from __future__ import annotations

import asyncio
import base64
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from sender import client as client_module
from sender.client import Answer, HttpClient, close_client, make_client, perform
from sender.plans import Call, Operation, Senders
from sender.strategies.notify import Notify
from tests.sender.loopback import (
    ACCOUNT,
    TOKEN,
    Loopback,
    Reply,
    created,
    cut_off,
    cut_off_in_the_body,
    refused,
    serve,
    silence,
)
from tests.sender.virtual import americans, make_broadcast

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

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


@asynccontextmanager
async def connected(reply: Reply) -> AsyncIterator[tuple[Loopback, Any]]:
    """Serve a reply, with a client for it."""
    async with serve(reply) as loopback:
        client = make_client(loopback.url, ACCOUNT, TOKEN)
        try:
            yield loopback, client
        finally:
            await close_client(client)


async def answer(reply: Reply) -> Answer:
    """Return what a message comes to where the API replies so."""
    async with connected(reply) as (_, client):
        return await perform(client, MESSAGE)


async def test_a_message_is_created_as_twilio_documents_it() -> None:
    """Path, credentials and form are those of the API, byte for byte decoded."""
    async with connected(created) as (loopback, client):
        assert await perform(client, MESSAGE) == Answer(
            http_status=201, sid="SM1", concurrent_requests=3
        )
    [seen] = loopback.seen
    assert seen.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert dict(seen.form) == MESSAGE.form
    credentials = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    assert seen.headers["Authorization"] == f"Basic {credentials}"


async def test_a_notification_repeats_its_bindings() -> None:
    """Ten thousand recipients go over the wire in one form."""
    broadcast = make_broadcast(*americans(10_000))
    [call] = Notify(broadcast, Senders(notify_service="IS1")).calls(broadcast.texts)
    async with connected(created) as (loopback, client):
        assert (await perform(client, call)).sid == "SM1"
    [seen] = loopback.seen
    assert seen.path == "/notify/v1/Services/IS1/Notifications"
    bindings = [value for name, value in seen.form if name == "ToBinding"]
    assert bindings == call.form["ToBinding"]


async def test_each_product_has_its_path() -> None:
    """Queries are kept, and messaging.twilio.com is under /messaging."""
    page = refused(200, {"services": [], "meta": {"key": "services"}})
    async with connected(page) as (loopback, client):
        assert await client.messaging.v1.services.list_async(page_size=7) == []
    [seen] = loopback.seen
    assert (seen.method, seen.path) == ("GET", "/messaging/v1/Services")
    assert seen.query == [("PageSize", "7")]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (429, {"code": 20429, "message": "Too Many Requests", "status": 429}, 20429),
        (400, {"code": 21211, "message": "Invalid", "status": 400}, 21211),
        (400, {"type": "t", "title": "t", "status": 400, "code": 20001}, 20001),
        (500, "<h1>Internal Server Error</h1>", None),
        (503, {"code": "soon", "message": "later"}, None),
        (302, {}, None),
    ],
)
async def test_a_refusal_keeps_its_code(
    status: int, body: object, expected: int | None
) -> None:
    """Twilio's code is told, and none where the body is not Twilio's."""
    told = await answer(refused(status, body))
    assert told == Answer(http_status=status, error_code=expected)


async def test_no_answer_is_told_as_such() -> None:
    """A connection that breaks leaves open whether anything happened."""
    assert await answer(cut_off) == Answer(http_status=0)


async def test_nothing_is_repeated() -> None:
    """A broken connection and a 500 are one request each."""
    for reply in (cut_off, refused(500, "")):
        async with connected(reply) as (loopback, client):
            await perform(client, MESSAGE)
            assert len(loopback.seen) == 1


async def test_no_redirect_is_followed() -> None:
    """Where an answer points elsewhere nothing goes there."""

    async def point_elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with connected(point_elsewhere) as (loopback, client):
        assert await perform(client, MESSAGE) == Answer(http_status=307)
    assert len(loopback.seen) == 1


async def test_silence_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no answer comes the call ends after the read time-out."""
    monkeypatch.setattr(client_module, "READ_TIMEOUT", 0.02)
    assert await answer(silence) == Answer(http_status=0)


async def test_nobody_there_is_certain() -> None:
    """Where no connection is to be had nothing can have been sent."""
    async with serve(created) as loopback:
        url = loopback.url
    client = make_client(url, ACCOUNT, TOKEN)
    assert await perform(client, MESSAGE) == Answer(http_status=0, reached=False)
    await close_client(client)


@pytest.mark.parametrize(
    "reply", [cut_off_in_the_body(201), refused(201, "<html>"), refused(201, "")]
)
async def test_a_success_that_breaks_off_is_one(reply: Reply) -> None:
    """After a 201 the message exists, though its SID is not known."""
    assert await answer(reply) == Answer(http_status=201)


async def test_a_refusal_that_breaks_off_says_nothing() -> None:
    """Without its body nobody knows what a 400 was about."""
    assert await answer(cut_off_in_the_body(400)) == Answer(http_status=0)


async def test_requests_are_bounded() -> None:
    """No more are open than told, and so many are."""
    pairs = asyncio.Barrier(2)

    async def in_pairs(request: web.Request) -> web.Response:
        await pairs.wait()
        return await created(request)

    async with serve(in_pairs) as loopback:
        client = HttpClient(loopback.url, most_open=2)
        uri = "https://api.twilio.com/2010-04-01/Accounts.json"
        await asyncio.gather(*(client.request("GET", uri) for _ in range(8)))
        await client.close()
    assert (len(loopback.seen), loopback.most_in_flight) == (8, 2)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.twilio.com",
        "http://10.0.0.1:4010",
        "http://0.0.0.0:4010",
        "http://127.0.0.1.example.com",
        "http://localhost@example.com",
        "http://user@127.0.0.1",
        "http://[::ffff:10.0.0.1]:4010",
        "ftp://127.0.0.1",
        "http://127.0.0.1?x",
        "127.0.0.1:4010",
        "",
    ],
)
def test_only_this_machine_is_spoken_to(url: str) -> None:
    """Any other base is refused before a client exists."""
    with pytest.raises(ValueError, match="is not this machine"):
        make_client(url, ACCOUNT, TOKEN)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1", "http://localhost:1/", "http://[::1]:1", "http://127.9.9.9"],
)
def test_loopback_has_many_names(url: str) -> None:
    """All of them are this machine."""
    assert make_client(url, ACCOUNT, TOKEN).account_sid == ACCOUNT


@pytest.mark.parametrize(
    "uri", ["https://lookups.twilio.com/v1", "http://api.twilio.com/", "https://x.org"]
)
async def test_other_hosts_are_refused(uri: str) -> None:
    """A product the base does not stand for is an error that names it."""
    with pytest.raises(ValueError, match="is no host this client knows"):
        await HttpClient("http://127.0.0.1:1").request("GET", uri)


async def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A region or an edge in the environment would change the host names."""
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert (await answer(created)).http_status == 201
