"""The OpenAPI file: every route is in it, it has no other, and what it says holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aiohttp
import jsonschema_rs
import pytest

from simulator.engine.worlds import ACCOUNT_SID, AUTH_TOKEN
from simulator.server.controls import READS, TOKEN_HEADER
from simulator.server.description import FILE
from simulator.server.running import Running, Settings, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOLD: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
METHODS = ("get", "post", "delete", "put", "patch")
CALLBACKS = "/_smslab/callbacks"
FROM = "+14155550100"

ASKED: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/_smslab/health", None),
    ("GET", "/_smslab/clock", None),
    ("GET", "/_smslab/queues", None),
    ("POST", "/_smslab/clock?lead=0", None),
    ("POST", "/_smslab/clock", {"advance": "1h"}),
    ("POST", "/_smslab/clock", {"sped": 1}),
    ("GET", "/_smslab/seed", None),
    ("GET", "/_smslab/accounts", None),
    ("GET", "/_smslab/numbers", None),
    ("POST", "/_smslab/faults", {"what": "429", "share": 0.1}),
    ("POST", "/_smslab/faults", {"what": "4299"}),
    ("GET", "/_smslab/faults", None),
    ("DELETE", "/_smslab/faults/1", None),
    ("DELETE", "/_smslab/faults/1", None),
    ("DELETE", "/_smslab/faults", None),
    ("POST", "/_smslab/inbound", {"from": "+14155550123", "to": FROM, "body": "STOP"}),
    ("POST", "/_smslab/inbound", {"to": FROM}),
    ("GET", "/_smslab/inbound/SM1", None),
    ("GET", "/_smslab/opt-outs", None),
    ("GET", "/_smslab/notifications/NT1", None),
    ("GET", "/_smslab/requests?limit=5", None),
    ("GET", "/_smslab/requests?limit=x", None),
    ("GET", "/_smslab/callbacks", None),
    ("GET", "/_smslab/callbacks?failed=x", None),
    ("GET", "/_smslab/metrics", None),
    ("GET", "/_smslab/openapi.json", None),
    ("POST", "/_smslab/seed", {"seed": 7}),
    ("POST", "/_smslab/seed", {"seed": "x"}),
    ("POST", "/_smslab/reset", None),
)


def operations() -> Iterator[tuple[str, str]]:
    """Yield each operation of the file: its method and its path."""
    for path, item in TOLD["paths"].items():
        yield from ((method.upper(), path) for method in METHODS if method in item)


def resolve(part: Any) -> Any:
    """Return a part of the file, or what it refers to."""
    while "$ref" in part:
        steps = part["$ref"].removeprefix("#/").split("/")
        part = TOLD
        for step in steps:
            part = part[step]
    return part


def operation_of(method: str, path: str) -> Mapping[str, Any]:
    """Return the operation of a request."""
    bare = path.partition("?")[0].split("/")
    for template, item in TOLD["paths"].items():
        steps = template.split("/")
        if len(steps) == len(bare) and all(
            step == given or step.startswith("{")
            for step, given in zip(steps, bare, strict=True)
        ):
            found: Mapping[str, Any] = item[method.lower()]
            return found
    raise LookupError(path)


async def test_the_file_has_every_route_and_no_other() -> None:
    """Whoever adds a route adds it there; what changes something wants the token."""
    async with running(Settings(port=0)) as server:
        routes = set(server.stage.routes)
    assert set(operations()) == routes
    for method, path in routes:
        wants_token = "security" in operation_of(method, path)
        assert wants_token == (method not in READS)


async def ask(
    server: Running, session: aiohttp.ClientSession, request: tuple[str, str, Any]
) -> None:
    """Ask, and hold the answer against what the file says of it."""
    method, path, document = request
    async with session.request(method, server.url + path, json=document) as answer:
        responses = operation_of(method, path)["responses"]
        told = resolve(responses[str(answer.status)])["content"]
        schema = told[answer.content_type]["schema"]
        body = await answer.text()
    if answer.content_type == "application/json":
        whole = {**schema, "components": TOLD["components"]}
        jsonschema_rs.validate(whole, json.loads(body))


async def test_every_answer_is_as_the_file_says() -> None:
    """Its status, its type and its shape, good or refused."""
    async with running(Settings(port=0, paused=True)) as server:
        headers = {TOKEN_HEADER: server.token}
        async with aiohttp.ClientSession(headers=headers) as session:
            await ask(server, session, ("POST", "/_smslab/clock?lead=0", None))
            form = {"To": "+14155550123", "From": FROM, "Body": "Hi"}
            form["StatusCallback"] = "http://127.0.0.1:9/"
            login = aiohttp.encode_basic_auth(ACCOUNT_SID, AUTH_TOKEN)
            path = f"{server.url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
            for _ in range(3):
                async with session.post(
                    path, data=form, headers={"Authorization": login}
                ) as answer:
                    assert answer.status == 201
            for request in ASKED:
                await ask(server, session, request)


async def test_every_operation_is_asked() -> None:
    """But the stream, which has no end."""
    asked = {
        (method, operation_of(method, path)["operationId"]) for method, path, _ in ASKED
    }
    told = {
        (method, operation_of(method, path)["operationId"])
        for method, path in operations()
    }
    assert told - asked == {("GET", "follow_events")}


@pytest.mark.parametrize("headers", [{}, {TOKEN_HEADER: "another"}])
async def test_no_change_is_made_without_the_token(headers: dict[str, str]) -> None:
    """Of any operation that wants it."""
    async with (
        running(Settings(port=0)) as server,
        aiohttp.ClientSession(headers=headers) as session,
    ):
        for method, path in operations():
            if method in READS:
                continue
            url = server.url + path.replace("{number}", "1")
            async with session.request(method, url) as answer:
                assert answer.status == (403 if headers else 401)
