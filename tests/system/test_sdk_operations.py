"""The official SDK, sync and async: every operation of one table."""

from __future__ import annotations

import inspect
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import aiohttp
import pytest
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from simulator.api.routes import ROUTES, Router
from simulator.server.running import running
from tests.simulator.server.fast import fast
from tests.system.sdk import make_client, serving
from tests.system.sdk_operations import OPERATIONS, WITHOUT_SDK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.api.requests import Handler

pytestmark = [  # the library asks aiohttp for what aiohttp will not do for ever
    pytest.mark.filterwarnings("ignore:BasicAuth:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter:DeprecationWarning"),
]

STARTED_AT = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
SETTINGS = replace(fast(), started_at=STARTED_AT)
SOON = STARTED_AT + timedelta(days=3)
CALLS = ("create", "fetch", "update", "delete", "list")

Asked = set[tuple[str, str]]
"""The method and the path of each request that was granted."""


def try_every_operation() -> Asked:
    """Go through the table by the synchronous client."""
    kept: dict[str, Any] = {"soon": SOON}
    asked: Asked = set()

    def note(answer: Any, *_: Any, **__: Any) -> None:
        if answer.status_code // 100 == 2:
            asked.add((answer.request.method, urlsplit(answer.url).path))

    with serving(SETTINGS) as server:
        client = make_client(SETTINGS, server.url)
        client.http_client.session.hooks["response"].append(note)
        for operation in OPERATIONS:
            if operation.name == "message: delete":
                while client.messages(kept["message"]).fetch().status != "delivered":
                    pass
            call = getattr(operation.on(client, kept), operation.call)
            returned = call(**operation.given(kept))
            if inspect.isgenerator(returned):
                returned = list(returned)
            operation.check(returned, kept)
        client.http_client.session.close()
    return asked


async def try_every_operation_asynchronously() -> Asked:
    """Go through the table by the asynchronous client."""
    kept: dict[str, Any] = {"soon": SOON}
    asked: Asked = set()
    trace = tracing(asked)
    async with (
        running(SETTINGS) as server,
        AsyncTwilioHttpClient(trace_configs=[trace]) as http_client,
    ):
        client = make_client(SETTINGS, server.url)
        client.http_client = http_client
        for operation in OPERATIONS:
            if operation.name == "message: delete":
                message = client.messages(kept["message"])
                while (await message.fetch_async()).status != "delivered":
                    pass
            call = getattr(operation.on(client, kept), f"{operation.call}_async")
            returned = await call(**operation.given(kept))
            if inspect.isasyncgen(returned):
                returned = [one async for one in returned]
            operation.check(returned, kept)
    return asked


def tracing(asked: Asked) -> aiohttp.TraceConfig:
    """Return what notes the requests of a session that were granted."""

    async def note(*event: Any) -> None:
        ended = event[-1]
        if ended.response.status // 100 == 2:
            asked.add((ended.method, ended.url.path))

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(note)
    return trace


def patterns(asked: Iterable[tuple[str, str]]) -> Asked:
    """Return the rows of ROUTES that answer these requests."""
    router = Router([(m, path, cast("Handler", path)) for m, path, _ in ROUTES])
    return {(m, cast("str", router.find(m, path)[0])) for m, path in asked}


EVERY: Asked = {(method, path) for method, path, _ in ROUTES}


def test_every_operation_is_answered() -> None:
    """By the synchronous client all that the SDK can ask for is asked and granted."""
    assert EVERY - patterns(try_every_operation()) == set(WITHOUT_SDK)


async def test_every_operation_is_answered_asynchronously() -> None:
    """And so it is by the asynchronous client."""
    asked = await try_every_operation_asynchronously()
    assert EVERY - patterns(asked) == set(WITHOUT_SDK)


def test_what_the_sdk_can_do_with_a_thing_is_in_the_table() -> None:
    """No method is left out of whatever a row calls one of."""
    client = Client("AC" + "0" * 32, "token")
    kept: defaultdict[str, str] = defaultdict(lambda: "SID")
    things = [(operation, operation.on(client, kept)) for operation in OPERATIONS]
    called = {(type(thing), operation.call) for operation, thing in things}
    offered = {
        (type(thing), call)
        for _, thing in things
        for call in CALLS
        if hasattr(thing, call)
    }
    assert offered - called == set()


def test_what_has_no_sdk_is_answered() -> None:
    """Each exception is a request that there is, and says why it is one."""
    assert set(WITHOUT_SDK) <= EVERY
    assert all(WITHOUT_SDK.values())


def test_names_are_said_once() -> None:
    """Each row has a name of its own."""
    assert len({operation.name for operation in OPERATIONS}) == len(OPERATIONS)
