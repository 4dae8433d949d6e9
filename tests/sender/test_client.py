"""The client: the official library over loopback, and nowhere else."""

from __future__ import annotations

import asyncio
import base64
import json
from logging import getLogger
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from multidict import CIMultiDict
from twilio.http import HttpClient as SyncHttpClient
from twilio.http.response import Response

from sender.calls import Answer
from sender.client import Base, make_client, perform, perform_sync
from sender.http import HttpClient
from sender.plans import Senders
from sender.strategies.bulk import Bulk
from sender.strategies.notify import Notify
from tests.sender.loopback import (
    ACCOUNT,
    MESSAGE,
    TOKEN,
    Reply,
    answer,
    connected,
    created,
    cut_off,
    cut_off_in_the_body,
    refused,
    serve,
)
from tests.sender.virtual import americans, make_broadcast

if TYPE_CHECKING:
    from sender.client import Prepared


class Canned(SyncHttpClient):  # type: ignore[misc]  # the library has no types
    """Carries nothing: it notes what it was to send, and answers as it was told."""

    def __init__(self, response: Response | Exception) -> None:
        super().__init__(getLogger(__name__), is_async=False)
        self.sent: list[Prepared] = []
        self._response = response

    def request(self, method: str, uri: str, **options: Any) -> Response:
        """Return or raise what was canned."""
        self.sent.append(Base("http://127.0.0.1:1").prepare(uri, options))
        if isinstance(self._response, Exception):
            raise self._response
        return self._response


def answer_to(response: Response | Exception) -> Answer:
    """Return what a message comes to over a carrier that waits."""
    return perform_sync(make_client(Canned(response), ACCOUNT, TOKEN), MESSAGE)


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
    [call] = Notify(broadcast, Senders(notify_service="IS1")).calls(
        list(broadcast.texts)
    )
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


async def test_nobody_there_is_certain() -> None:
    """Where no connection is to be had nothing can have been sent."""
    async with serve(created) as loopback:
        url = loopback.url
    http_client = HttpClient(url)
    client = make_client(http_client, ACCOUNT, TOKEN)
    assert await perform(client, MESSAGE) == Answer(http_status=0, reached=False)
    await http_client.close()


@pytest.mark.parametrize(
    "reply", [cut_off_in_the_body(201), refused(201, "<html>"), refused(201, "")]
)
async def test_a_success_that_breaks_off_is_one(reply: Reply) -> None:
    """After a 201 the message exists, though its SID is not known."""
    assert await answer(reply) == Answer(http_status=201)


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
        HttpClient(url)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1", "http://localhost:1/", "http://[::1]:1", "http://127.9.9.9"],
)
def test_loopback_has_many_names(url: str) -> None:
    """All of them are this machine."""
    assert Base(url).url == url.rstrip("/")


@pytest.mark.parametrize(
    "uri", ["https://lookups.twilio.com/v1", "http://api.twilio.com/", "https://x.org"]
)
def test_other_hosts_are_refused(uri: str) -> None:
    """A product the base does not stand for is an error that names it."""
    with pytest.raises(ValueError, match="is no host this client knows"):
        Base("http://127.0.0.1:1").rewrite(uri)


async def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A region or an edge in the environment would change the host names."""
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert (await answer(created)).http_status == 201


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (Response(201, '{"sid": "SM1"}'), Answer(http_status=201, sid="SM1")),
        (Response(201, ""), Answer(http_status=201)),
        (Response(400, '{"code": 21211}'), Answer(http_status=400, error_code=21211)),
        (ConnectionResetError(), Answer(http_status=0)),
        (TimeoutError(), Answer(http_status=0)),
        (ConnectionRefusedError(), Answer(http_status=0, reached=False)),
    ],
)
def test_who_waits_is_told_the_same(
    response: Response | Exception, expected: Answer
) -> None:
    """A carrier that is no coroutine has its answers and errors read alike."""
    assert answer_to(response) == expected


@pytest.mark.parametrize(("status", "text"), [(201, '{"sid": "SM1"}'), (429, "{}")])
def test_who_waits_is_told_the_load(status: int, text: str) -> None:
    """Twilio says how many requests were in flight, and in whatever case."""
    headers = CIMultiDict({"twilio-concurrent-requests": "7"})
    assert answer_to(Response(status, text, headers)).concurrent_requests == 7


def test_an_answer_is_not_taken_for_the_next_ones() -> None:
    """A call without an answer has no load of its own to tell."""
    headers = CIMultiDict({"Twilio-Concurrent-Requests": "7"})
    assert answer_to(Response(429, "{}", headers)).concurrent_requests == 7
    assert answer_to(TimeoutError()).concurrent_requests is None


def test_a_carrier_is_given_what_goes_over_the_wire() -> None:
    """URL, credentials and form are ready to be sent."""
    carrier = Canned(Response(201, "{}"))
    perform_sync(make_client(carrier, ACCOUNT, TOKEN), MESSAGE)
    [sent] = carrier.sent
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert sent.url == f"http://127.0.0.1:1{path}"
    assert sent.headers["Authorization"].startswith("Basic ")
    assert sent.body is not None
    assert b"Body=Gr%C3%BC%C3%9Fe" in sent.body


async def test_each_call_has_its_own_load() -> None:
    """Calls under way together do not read each other's headers."""
    loads = iter(range(1, 9))
    all_there = asyncio.Barrier(8)

    async def reply(request: web.Request) -> web.Response:
        load = str(next(loads))
        await all_there.wait()
        headers = {"Twilio-Concurrent-Requests": load}
        return web.json_response({"sid": load}, status=201, headers=headers)

    async with connected(reply) as (_, client):
        told = await asyncio.gather(*(perform(client, MESSAGE) for _ in range(8)))
    assert {one.concurrent_requests for one in told} == set(range(1, 9))
    assert all(one.sid == str(one.concurrent_requests) for one in told)


def bulk_answer(status: int, text: str) -> tuple[Answer, Prepared]:
    """Return what a bulk request comes to, and how it went over the wire."""
    http_client = Canned(Response(status, text, {}))
    client = make_client(http_client, ACCOUNT, TOKEN)
    broadcast = make_broadcast(*americans(2))
    (call,) = Bulk(broadcast, Senders(messaging_service="MG1")).calls(broadcast.texts)
    return perform_sync(client, call), http_client.sent[0]


def test_a_bulk_request_is_json() -> None:
    """It goes to the product that the library does not know, by its own client."""
    answer, sent = bulk_answer(202, '{"operationId": "comms_operation_1"}')
    assert answer == Answer(http_status=202, sid="comms_operation_1")
    assert sent.url == "http://127.0.0.1:1/comms/v1/Messages"
    assert sent.headers["Content-Type"] == "application/json"
    assert json.loads(sent.body or b"")["from"] == {"senderPoolId": "MG1"}


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        (
            400,
            '{"errors": [{"code": 20422}]}',
            Answer(http_status=400, error_code=20422),
        ),
        (502, "<html>", Answer(http_status=502)),
        (202, "", Answer(http_status=202)),
    ],
)
def test_a_bulk_request_that_fails_says_why(
    status: int, text: str, expected: Answer
) -> None:
    """By Twilio's code if there is one; a success that breaks off is one."""
    assert bulk_answer(status, text)[0] == expected
