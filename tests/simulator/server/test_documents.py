"""What control routes are told and how they refuse, over a socket."""

from __future__ import annotations

import json

import pytest

from simulator.server.controls import TOKEN_HEADER
from tests.simulator.api.caller import FROM, TO
from tests.simulator.server.test_handler import visiting

INBOUND = "/_smslab/inbound"
TEXT = {"from": TO, "to": FROM, "body": "Hi"}
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    "content_type", [FORM, PARTS, "text/plain", "application/json"]
)
async def test_json_is_taken_whatever_its_type_is_said_to_be(content_type: str) -> None:
    """As curl's -d says of it that it is a form."""
    async with visiting() as (server, client):
        headers = {TOKEN_HEADER: server.token, "Content-Type": content_type}
        data = json.dumps(TEXT)
        async with client.post(INBOUND, data=data, headers=headers) as answer:
            assert answer.status == 201
            assert (await answer.json())["body"] == "Hi"


@pytest.mark.parametrize("content_type", [FORM, PARTS, "application/json"])
async def test_what_is_no_json_is_answered_with_what_to_send(content_type: str) -> None:
    """A form by curl's default is one line that names both type and JSON."""
    async with visiting() as (server, client):
        headers = {TOKEN_HEADER: server.token, "Content-Type": content_type}
        data = "from=%2B14155550123&to=%2B14155550100&body=Hi"
        async with client.post(INBOUND, data=data, headers=headers) as answer:
            told = (await answer.json())["message"]
    assert answer.status == 400
    assert told.startswith("send JSON, with Content-Type: application/json; ")
    assert content_type in told


REFUSED = {
    "no such route": ("GET", "/_smslab/nothing", True, b"", 404),
    "no such method": ("PUT", INBOUND, True, b"", 405),
    "no token": ("POST", INBOUND, False, b"{}", 401),
    "no JSON": ("POST", INBOUND, True, b"{", 400),
    "no object": ("POST", INBOUND, True, b"[]", 400),
    "nothing": ("POST", INBOUND, True, b"", 400),
    "no such log": ("GET", "/_smslab/notifications/NT1", True, b"", 404),
    "no such text": ("GET", f"{INBOUND}/SM1", True, b"", 404),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_every_refusal_has_one_shape(why: str) -> None:
    """Whoever finds what is wrong: the table of routes, the body's reader, a route."""
    method, path, knows, data, status = REFUSED[why]
    async with visiting() as (server, client):
        headers = {TOKEN_HEADER: server.token} if knows else {}
        async with client.request(method, path, data=data, headers=headers) as answer:
            assert answer.status == status
            assert list(await answer.json()) == ["message"]


async def test_a_page_of_another_site_is_refused_in_the_same_shape() -> None:
    """Before any route is asked."""
    async with visiting() as (_, client):
        headers = {"Origin": "https://example.com"}
        async with client.get("/_smslab/health", headers=headers) as answer:
            assert answer.status == 403
            assert list(await answer.json()) == ["message"]
