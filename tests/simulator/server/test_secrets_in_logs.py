"""No log says a secret, a text or a whole number, whatever goes wrong."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from errno import ENOSPC
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession
from twilio.base.exceptions import TwilioRestException

from sender.client import make_client
from sender.http import HttpClient
from sender.receiver import Receiver as CallbackReceiver
from simulator.engine.accounts import KEY_SECRET, KEY_SID
from simulator.engine.inbound import Inbound, Webhook
from simulator.engine.worlds import ACCOUNT_SID, default_world
from simulator.server import connections, journal, posting, webhooks
from simulator.server.running import Running, running
from tests.sender.test_receiver import StoppedClock
from tests.simulator.api.caller import FROM, MESSAGES, TO
from tests.simulator.server.fast import fast
from tests.simulator.server.malformed import HOST, chunks, field, form, line
from tests.simulator.server.receiver import Receiver, receiving
from tests.simulator.server.sockets import exchange
from tests.simulator.server.test_branches import basic

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

TEXT = "canary text 4711"
AUTH_TOKEN = "canary-auth-token-0815"
CONTROL_TOKEN = "canary-control-token-0816"
PASSWORD, QUERY = "canary-password", "canary-query"
SECRETS = (
    *(TEXT, TEXT.replace(" ", "+"), AUTH_TOKEN, CONTROL_TOKEN, KEY_SECRET),
    *(PASSWORD, QUERY, TO, FROM, TO[1:], FROM[1:]),
)
OURS = ("simulator", "sender", "loadtests", "sms", "aiohttp", "asyncio")
"""Loggers: the customer's own library is the customer's to set."""


@asynccontextmanager
async def visited(
    **changes: Any,
) -> AsyncIterator[tuple[Running, Receiver, ClientSession]]:
    """Run a server whose secrets can be found, a receiver, and a client."""
    world = replace(default_world(), auth_token=AUTH_TOKEN)
    settings = replace(fast(), world=world, control_token=CONTROL_TOKEN, paused=True)
    async with (
        receiving() as there,
        running(replace(settings, **changes)) as server,
        ClientSession(server.url, headers=basic(ACCOUNT_SID, AUTH_TOKEN)) as client,
    ):
        yield server, there, client


def secrets_in(caplog: pytest.LogCaptureFixture) -> set[str]:
    """Return which secrets our loggers have told, at any level."""
    told = [
        "\n".join((record.getMessage(), repr(record.args), record.exc_text or ""))
        for record in caplog.records
        if record.name.partition(".")[0] in OURS
    ]
    return {secret for secret in SECRETS for text in told if secret in text}


def lines_of(caplog: pytest.LogCaptureFixture, name: str) -> list[str]:
    """Return what a logger has told."""
    return [r.getMessage() for r in caplog.records if r.name == name]


def secret_url(url: str) -> str:
    """Return an address with a password and a query that nobody else is to know."""
    return url.replace("://", f"://me:{PASSWORD}@") + f"/status?key={QUERY}&to={TO}"


async def test_no_request_is_repeated(caplog: pytest.LogCaptureFixture) -> None:
    """Taken or refused, by whomever: a request leaves no trace of itself."""
    caplog.set_level("DEBUG")
    async with visited() as (server, _, client):
        for to in (TO, f"{TO}x", ""):
            data = {"To": to, "From": FROM, "Body": TEXT}
            async with client.post(MESSAGES, data=data) as answer:
                assert answer.status in {201, 400}
        for name, password in ((KEY_SID, KEY_SECRET), (ACCOUNT_SID, PASSWORD)):
            async with client.get(MESSAGES, headers=basic(name, password)) as answer:
                assert answer.status in {200, 401}
        for token in (CONTROL_TOKEN, PASSWORD):
            headers = {"X-Smslab-Token": token}
            inbound = {"from": TO, "to": FROM, "body": TEXT}
            path = "/_smslab/inbound"
            async with client.post(path, json=inbound, headers=headers) as answer:
                assert answer.status in {201, 403}
        await server.advance(3600.0)
    assert secrets_in(caplog) == set()


async def test_no_callback_is_repeated(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused, redirected, lost or broken: its address and parameters are in no log."""
    caplog.set_level("DEBUG")
    monkeypatch.setattr(posting, "signature_headers", _broken)
    async with visited() as (server, there, client):
        data = {"To": TO, "From": FROM, "Body": TEXT}
        data["StatusCallback"] = secret_url(there.url)
        async with client.post(MESSAGES, data=data) as answer:
            assert answer.status == 201
        await server.advance(3600.0)
    assert lines_of(caplog, "simulator.server.dispatcher")
    assert secrets_in(caplog) == set()


def _broken(*_: object, **__: object) -> Any:
    raise ValueError(f"{TEXT} to {TO} by {AUTH_TOKEN}")


@pytest.mark.parametrize("statuses", [[500] * 9, [302] * 9, [200] * 9])
async def test_no_answer_to_a_callback_is_repeated(
    statuses: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the receiver says, and where nobody listens at all."""
    caplog.set_level("DEBUG")
    async with visited() as (server, there, client):
        there.statuses = statuses
        for url in (there.url, "http://127.0.0.1:9", "http://not.local.test"):
            data = {"To": TO, "From": FROM, "Body": TEXT}
            data["StatusCallback"] = secret_url(url)
            async with client.post(MESSAGES, data=data) as answer:
                assert answer.status == 201
        await server.advance(3600.0)
    assert secrets_in(caplog) == set()


@pytest.mark.parametrize("broken", [False, True])
async def test_no_webhook_is_repeated(
    broken: bool, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phone's text, its number and the program's address are in no log."""
    caplog.set_level("DEBUG")
    if broken:
        monkeypatch.setattr(webhooks, "_read", _broken)
    async with visited() as (server, there, _):
        there.statuses = [] if broken else [500, 500]
        sender = server.gateway.owned(FROM)
        assert sender is not None
        hook = Webhook(url=secret_url(there.url), fallback_url=secret_url(there.url))
        server.gateway.services.clear()
        server.gateway.webhooks[sender.sid] = hook
        server.gateway.receive(Inbound(TO, FROM, TEXT), server.clock.now())
        await server.advance(60.0)
        assert await there.take(1)
    assert lines_of(caplog, "simulator.server.webhooks")
    assert secrets_in(caplog) == set()


async def test_no_malformed_request_is_repeated(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is no HTTP is a line of log without a byte of it."""
    monkeypatch.setattr(connections, "HEAD_TIMEOUT", 0.2)
    caplog.set_level("DEBUG")
    secret = f"{TEXT} {AUTH_TOKEN} {QUERY}".encode()
    async with visited() as (server, _, _):
        for sent in (
            line(b"GET /" + secret + b" HTTP/9.9 x"),
            field(b"X-\x00: " + secret),
            form(secret, b"Content-Encoding: " + secret + b"\r\n"),
            chunks(b"zz" + secret + b"\r\n"),
            b"POST " + secret + b"\r\n" + HOST + b"\r\n",
        ):
            assert not (await exchange(server, sent)).startswith(b"HTTP/1.1 2")
    assert lines_of(caplog, "simulator.server.connections.http")
    assert secrets_in(caplog) == set()


async def test_a_journal_that_breaks_says_no_text(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Where the disk is full the log says that, and nothing of a message."""
    caplog.set_level("DEBUG")
    async with visited(journal=tmp_path / "journal") as (server, _, client):
        monkeypatch.setattr(journal, "_write", _full)
        data = {"To": TO, "From": FROM, "Body": TEXT}
        async with client.post(MESSAGES, data=data) as answer:
            assert answer.status == 201
        await server.advance(3600.0)
    assert lines_of(caplog, "simulator.server.journal")
    assert secrets_in(caplog) == set()


def _full(*_: object) -> None:
    raise OSError(ENOSPC, "No space left on device", TO)


async def test_the_senders_client_repeats_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither what it sends nor what is answered."""
    caplog.set_level("DEBUG")
    async with visited() as (server, _, _):
        http = HttpClient(server.url)
        client = make_client(http, ACCOUNT_SID, AUTH_TOKEN)
        await client.messages.create_async(to=TO, from_=FROM, body=TEXT)
        with pytest.raises(TwilioRestException):
            await client.messages.create_async(to=f"{TO}x", from_=FROM, body=TEXT)
        await http.close()
        assert len(server.gateway.messages) == 1
    assert secrets_in(caplog) == set()


async def test_a_handler_that_fails_is_not_repeated(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A receiver's log says where its program failed, and not over what."""
    caplog.set_level("DEBUG")
    async with receivers_of(_broken) as address:
        url = f"{address}?text={QUERY}"
        async with visited() as (server, _, client):
            data = {"To": TO, "From": FROM, "Body": TEXT, "StatusCallback": url}
            async with client.post(MESSAGES, data=data) as answer:
                assert answer.status == 201
            await server.advance(3600.0)
    assert lines_of(caplog, "sender.receiver")
    assert secrets_in(caplog) == set()


@asynccontextmanager
async def receivers_of(handler: Callable[..., Any]) -> AsyncIterator[str]:
    """Run the sender's own receiver with a handler, at the address given."""
    async with CallbackReceiver(AUTH_TOKEN, handler, StoppedClock()) as receiver:
        yield receiver.url
