"""The server over loopback: what comes before and around the API."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from statistics import median
from typing import TYPE_CHECKING

import aiohttp
import pytest

from simulator.engine.messages import Draft
from simulator.engine.worlds import ACCOUNT_SID
from simulator.profiles import load_profile
from simulator.server import answers, bodies
from simulator.server.running import Running, Settings, running
from tests.simulator.api.caller import MESSAGES, TO
from tests.simulator.server.fast import fast

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

AUTH = "Basic " + b64encode(f"{ACCOUNT_SID}:smslab".encode()).decode()
GOOD = {"To": TO, "From": "+14155550100", "Body": "Hello"}
MEGABYTE = 1_048_576


@asynccontextmanager
async def visiting(
    settings: Settings | None = None,
) -> AsyncIterator[tuple[Running, aiohttp.ClientSession]]:
    """Run a server, and a client with the right credentials."""
    async with running(settings or fast()) as server:
        headers = {"Authorization": AUTH}
        session = aiohttp.ClientSession(server.url, headers=headers)
        async with session:
            yield server, session


async def code_of(answer: aiohttp.ClientResponse) -> int:
    """Return an answer's error code, whose status is the answer's."""
    body = await answer.json()
    assert body["status"] == answer.status
    return int(body["code"])


async def send_head(
    server: Running, length: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send the head of a request, and leave its body for later."""
    host = server.url.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    writer.write(
        f"POST {MESSAGES} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {AUTH}\r\n"
        f"Content-Type: {bodies.FORM_TYPE}\r\nContent-Length: {length}\r\n\r\n".encode()
    )
    return reader, writer


async def test_a_message_is_answered_under_twilios_headers() -> None:
    """201, JSON, with Twilio's headers, and none that lets other pages read it."""
    async with visiting() as (_, client), client.post(MESSAGES, data=GOOD) as answer:
        assert answer.status == 201
        assert answer.content_type == "application/json"
        assert answer.headers["Twilio-Concurrent-Requests"] == "1"
        assert len(answer.headers["Twilio-Request-Id"]) == 34
        assert not [h for h in answer.headers if h.lower().startswith("access-control")]


@pytest.mark.parametrize("header", ["", "Basic QUM6eA==", "Bearer x"])
async def test_wrong_credentials_are_401(header: str) -> None:
    """Who is not the account's owner is told so, and how many are in flight."""
    async with visiting() as (_, client):
        headers = {"Authorization": header}
        async with client.post(MESSAGES, data=GOOD, headers=headers) as answer:
            assert await code_of(answer) == 20003
            assert answer.headers["Twilio-Concurrent-Requests"] == "1"


@pytest.mark.parametrize("headers", [{"Host": "evil.test"}, {"Origin": "http://a.b"}])
async def test_other_sites_are_403(headers: dict[str, str]) -> None:
    """A page of another site gets nothing and does nothing."""
    async with visiting() as (server, client):
        async with client.post(MESSAGES, data=GOOD, headers=headers) as answer:
            assert await code_of(answer) == 20403
        assert not server.gateway.messages


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("api.twilio.com", MESSAGES),
        ("messaging.twilio.com", "/v1/Services"),
        ("notify.twilio.com", "/v1/Services"),
        ("localhost", "/notify/v1/Services"),
    ],
)
async def test_each_product_answers_by_its_host(host: str, path: str) -> None:
    """Twilio's names lead to the same API as the paths of this machine's."""
    async with (
        visiting() as (_, client),
        client.get(path, headers={"Host": host}) as answer,
    ):
        assert answer.status == 200


async def test_requests_in_flight_are_bounded() -> None:
    """While two requests wait for their bodies a third is 429 and has done nothing."""
    body = b"To=%2B14155550123&From=%2B14155550100&Body=x"
    async with visiting(fast(concurrency=2)) as (server, client):
        slow = [await send_head(server, len(body)) for _ in range(2)]
        while server.gateway.limits.in_flight < 2:
            await asyncio.sleep(0)
        async with client.post(MESSAGES, data=GOOD) as answer:
            assert await code_of(answer) == 20429
            assert answer.headers["Twilio-Concurrent-Requests"] == "3"
        assert not server.gateway.messages
        for reader, writer in slow:
            writer.write(body)
            assert (await reader.readline()).startswith(b"HTTP/1.1 201 ")
            writer.close()
        assert server.gateway.limits.in_flight == 0


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_above_a_megabyte_is_413(chunked: bool) -> None:
    """However it comes, the caller can read the answer; one byte less is taken."""
    form = b"To=x&Body=" + b"x" * MEGABYTE
    headers = {"Content-Type": bodies.FORM_TYPE}

    async def parts(body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    async with visiting() as (_, client):
        for size, expected in ((len(form), 20413), (MEGABYTE, 21603)):
            data = parts(form[:size]) if chunked else BytesIO(form[:size])
            async with client.post(MESSAGES, data=data, headers=headers) as answer:
                assert await code_of(answer) == expected


async def test_what_is_no_form_has_no_parameters() -> None:
    """JSON is read as nothing: 21604 and 400, as where `To` is missing."""
    async with (
        visiting() as (_, client),
        client.post(MESSAGES, json=GOOD) as answer,
    ):
        assert answer.status == 400
        assert await code_of(answer) == 21604


async def test_a_body_of_parts_is_415() -> None:
    """It is told what would do."""
    form = aiohttp.FormData(GOOD, default_to_multipart=True)
    async with (
        visiting() as (_, client),
        client.post(MESSAGES, data=form) as answer,
    ):
        assert await code_of(answer) == 20415
        assert bodies.FORM_TYPE in (await answer.json())["message"]


async def test_parameters_are_bounded() -> None:
    """More than 20,000 are refused."""
    async with visiting() as (_, client):
        headers = {"Content-Type": bodies.FORM_TYPE}
        async with client.post(MESSAGES, data="a&" * 20_001, headers=headers) as answer:
            assert await code_of(answer) == 20001


async def test_a_body_that_does_not_come_is_408(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A stalled body is answered once its time is over."""
    monkeypatch.setattr(bodies, "BODY_TIMEOUT", 0.01)
    async with visiting() as (server, _):
        reader, writer = await send_head(server, 9)
        writer.write(b"To")
        assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")
        writer.close()


async def test_a_caller_that_asks_to_go_on_is_told_to() -> None:
    """`Expect: 100-continue` is answered before the body is read."""
    async with (
        visiting() as (_, client),
        client.post(MESSAGES, data=GOOD, expect100=True) as answer,
    ):
        assert answer.status == 201


async def test_escapes_and_odd_bytes_in_a_path_are_answered() -> None:
    """A path is read without its escapes; what is no text is still 404."""
    async with visiting() as (server, _):
        host = server.url.removeprefix("http://")
        for path, expected in (
            (MESSAGES.replace("M", "%4D"), b"200"),
            ("/%ff", b"404"),
        ):
            reader, writer = await asyncio.open_connection(*host.split(":"))
            writer.write(
                f"GET {path} HTTP/1.0\r\nHost: {host}\r\n"
                f"Authorization: {AUTH}\r\n\r\n".encode()
            )
            assert (await reader.read()).split()[1] == expected
            writer.close()


async def test_the_apis_latency_is_scaled() -> None:
    """It passes in simulated time: ten seconds of it, at a thousandfold speed."""
    profile = load_profile("twilio-2021", {"api_latency": {"median": 10, "p99": 10}})
    settings = Settings(profile=profile, port=0, speed=1_000)
    async with visiting(settings) as (server, client):
        began_at = server.clock.now()
        async with client.post(MESSAGES, data=GOOD) as answer:
            assert answer.status == 201
        (message,) = server.gateway.messages.values()
    assert 10 <= message.created_at - began_at < 8_000


async def waits(
    settings: Settings, count: int, patch: pytest.MonkeyPatch
) -> list[float]:
    """Return the simulated seconds that so many requests wait, none of them in fact."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def note(delay: float, result: object = None) -> object:
        if delay > 0:
            waited.append(delay * settings.speed)
        return await sleep(0, result)

    async with visiting(settings) as (_, client):
        patch.setattr(asyncio, "sleep", note)
        for _ in range(count):
            async with client.get(MESSAGES) as answer:
                assert answer.status == 200
        patch.undo()
    return sorted(waited)


@pytest.mark.parametrize("speed", [0.5, 1_000])
async def test_the_apis_latency_is_the_profiles(
    speed: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of 400 requests take less than its median, and four more than its p99."""
    profile = load_profile("twilio-2021", {"api_latency": {"median": 2.0, "p99": 6.0}})
    settings = Settings(profile=profile, port=0, speed=speed)
    waited = await waits(settings, 400, monkeypatch)
    assert len(waited) == 400
    assert median(waited) == pytest.approx(2.0, rel=0.05)
    assert waited[3] == pytest.approx(2.0 * 2.0 / 6.0, rel=0.1)
    assert waited[-4] == pytest.approx(6.0, rel=0.1)


async def test_health_says_how_the_server_is() -> None:
    """Without credentials: profile, speed, simulated time, counts by status."""
    async with visiting() as (_, client):
        async with client.post(MESSAGES, data=GOOD):
            pass
        headers = {"Authorization": ""}
        async with client.get("/_smslab/health", headers=headers) as answer:
            health = await answer.json()
    assert answer.status == 200
    assert health["status"] == "ok"
    assert (health["profile"], health["speed"]) == ("twilio-2021", 1_000)
    assert sum(health["messages"].values()) == 1
    assert health["requests"]["limit"] == 100
    assert health["callbacks"]["overflowed"] == 0
    assert health["process"]["cpu_seconds"] > 0


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [("GET", "/_smslab/nothing", 404), ("POST", "/_smslab/health", 405)],
)
async def test_nothing_else_is_ours(method: str, path: str, expected: int) -> None:
    """Other paths of ours are 404, other methods 405, and none has Twilio's words."""
    async with (
        visiting() as (_, client),
        client.request(method, path) as answer,
    ):
        assert answer.status == expected
        assert list(await answer.json()) == ["message"]


async def test_a_head_has_no_body() -> None:
    """HEAD is not allowed, and its answer ends with its head."""
    async with visiting() as (_, client):
        for method, status in (("HEAD", 405), ("GET", 200)):
            async with client.request(method, MESSAGES) as answer:
                assert answer.status == status


GARBAGE = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: " + b"x" * 9_000 + b"\r\n\r\n",
]


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_what_is_no_http_is_one_line_of_log(
    garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """Garbage is refused, and fills no log with tracebacks."""
    async with visiting() as (server, _):
        host = server.url.removeprefix("http://")
        reader, writer = await asyncio.open_connection(*host.split(":"))
        writer.write(garbage)
        assert (await reader.readline()).split()[1] in (b"400", b"403")
        writer.close()
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_body_cut_off_is_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """Who leaves in the middle of a body has done nothing, and is no traceback."""
    async with visiting() as (server, _):
        _, writer = await send_head(server, 9)
        writer.write(b"To")
        while not server.gateway.limits.in_flight:
            await asyncio.sleep(0)
        writer.close()
        while server.gateway.limits.in_flight:
            await asyncio.sleep(0)
        assert not server.gateway.messages
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("patience", [30.0, 0.0])
async def test_a_slow_reader_is_waited_for_but_not_for_ever(
    patience: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long list waits for its reader, in flight, until its time is up."""
    monkeypatch.setattr(answers, "ANSWER_TIMEOUT", patience)
    async with visiting(fast(queue_limit=1e9)) as (server, _):
        for _ in range(1_000):
            draft = Draft(recipient=TO, body="€" * 1_600, sender="+14155550100")
            server.gateway.submit(draft, 0.0)
        host = server.url.removeprefix("http://")
        reader, writer = await asyncio.open_connection(*host.split(":"), limit=1_024)
        writer.write(
            f"GET {MESSAGES}?PageSize=1000 HTTP/1.0\r\nHost: {host}\r\n"
            f"Authorization: {AUTH}\r\n\r\n".encode()
        )
        while server.gateway.limits.in_flight or not server.gateway.limits.peak:
            await asyncio.sleep(0)
            if patience and server.gateway.limits.peak:
                break
        assert (await read_all(reader)).endswith(b"}") is bool(patience)
        assert server.gateway.limits.in_flight == 0
        writer.close()


async def read_all(reader: asyncio.StreamReader) -> bytes:
    """Read what comes until the connection ends, however it does."""
    parts = []
    with suppress(ConnectionError):
        while part := await reader.read(65_536):
            parts.append(part)
    return b"".join(parts)
