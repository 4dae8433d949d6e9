"""Faults on order over loopback: what a caller sees, and what has happened for sure."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
import pytest
from twilio.base.exceptions import TwilioRestException

from sender.client import make_client, perform
from sender.http import HttpClient
from sender.plans import Call, Operation, Text
from simulator.engine.faults import KINDS, Fault, Stage
from simulator.engine.worlds import ACCOUNT_SID
from simulator.server.arrivals import PATH
from simulator.server.mishaps import EFFECTS
from tests.simulator.api.caller import MESSAGES, TO
from tests.simulator.server.test_handler import GOOD, send_head, visiting

if TYPE_CHECKING:
    from simulator.server.running import Running

NO_ANSWER = (aiohttp.ClientError, ConnectionError)


def test_every_fault_of_a_request_has_its_effect() -> None:
    """The table holds the kinds that strike requests and answers, and no other."""
    struck = {
        name
        for name, kind in KINDS.items()
        if kind.stage in (Stage.REQUEST, Stage.ANSWER)
    }
    assert set(EFFECTS) == struck


async def texted(server: Running, client: aiohttp.ClientSession) -> dict[str, Any]:
    """Post a message whatever comes of it; return what the oracle says of it."""
    try:
        async with client.post(MESSAGES, data=GOOD) as answer:
            await answer.read()
    except NO_ANSWER:
        pass
    async with client.get(PATH) as answer:
        [row] = (await answer.json())["requests"]
    assert row["faults"] == [fault["what"] for fault in server.gateway.faults.facts()]
    found: dict[str, Any] = row
    return found


@pytest.mark.parametrize(
    ("what", "status", "created", "answered"),
    [
        ("too-many-requests", 429, False, True),
        ("error-before", 500, False, True),
        ("error-after", 500, True, True),
        ("cut-answer", 201, True, False),
        ("late-acceptance", 201, True, True),
        ("latency", 201, True, True),
        ("reset", 0, False, False),
        ("slow-body", 201, True, True),
    ],
)
async def test_the_oracle_knows_what_a_fault_has_done(
    what: str, status: int, created: bool, answered: bool
) -> None:
    """Whether a message was created, and whether the answer left, is certain there."""
    async with visiting() as (server, client):
        server.gateway.faults.add(Fault(what=what))
        row = await texted(server, client)
        assert row["sid"] == next(iter(server.gateway.messages), None)
        assert (row["sid"] is not None) is created
    assert (row["status"], row["answered"]) == (status, answered)


@pytest.mark.parametrize(
    ("what", "status", "code", "created"),
    [
        ("too-many-requests", 429, 20429, 0),
        ("error-before", 500, 20500, 0),
        ("error-after", 500, 20500, 1),
    ],
)
async def test_the_official_client_is_told(
    what: str, status: int, code: int, created: int
) -> None:
    """Twilio's error body comes with it, so that the client raises as it does."""
    async with visiting() as (server, _):
        server.gateway.faults.add(Fault(what=what))
        http = HttpClient(server.url)
        client = make_client(http, ACCOUNT_SID, "smslab")
        with pytest.raises(TwilioRestException) as caught:
            await client.messages.create_async(to=TO, from_="+14155550100", body="Hi")
        await http.close()
        assert (caught.value.status, caught.value.code) == (status, code)
        assert len(server.gateway.messages) == created


@pytest.mark.parametrize(
    ("what", "told", "created"),
    [
        ("cut-answer", (201, None, True), 1),
        ("reset", (0, None, True), 0),
        ("error-after", (500, 20500, True), 1),
        ("slow-body", (201, None, True), 1),
    ],
)
async def test_our_sender_is_told(
    what: str, told: tuple[int, int | None, bool], created: int
) -> None:
    """By the official client: what came, and that a request had gone out."""
    form = {"To": TO, "From": "+14155550100", "Body": "Hi"}
    call = Call(Operation.CREATE_MESSAGE, [Text(0, TO, "Hi")], form)
    async with visiting() as (server, _):
        server.gateway.faults.add(Fault(what=what))
        http = HttpClient(server.url)
        answer = await perform(make_client(http, ACCOUNT_SID, "smslab"), call)
        await http.close()
        sids = list(server.gateway.messages)
    assert (answer.http_status, answer.error_code, answer.reached) == told
    assert len(sids) == created
    assert answer.sid == (sids[0] if what == "slow-body" else None)


async def raw_answer(server: Running) -> bytes:
    """Post a message over a raw socket and return all that comes until the end."""
    body = urlencode(GOOD).encode()
    reader, writer = await send_head(server, length=len(body))
    writer.write(body)
    try:
        return await reader.read()
    finally:
        writer.close()


async def test_a_cut_answer_breaks_off_halfway() -> None:
    """The head announces a length, and fewer bytes of JSON come than that."""
    async with visiting() as (server, _):
        server.gateway.faults.add(Fault(what="cut-answer"))
        head, _, body = (await raw_answer(server)).partition(b"\r\n\r\n")
    [length] = [line for line in head.split(b"\r\n") if line.startswith(b"Content-Le")]
    assert head.startswith(b"HTTP/1.1 201 Created")
    assert body.startswith(b"{")
    assert 0 < len(body) < int(length.partition(b": ")[2])


async def test_a_reset_says_nothing() -> None:
    """The connection ends with a reset, and not a byte of an answer."""
    async with visiting() as (server, client):
        server.gateway.faults.add(Fault(what="reset"))
        with pytest.raises(ConnectionResetError):
            await raw_answer(server)
        server.gateway.faults.clear()
        async with client.post(MESSAGES, data=GOOD) as answer:
            assert answer.status == 201
        assert server.gateway.limits.in_flight == 0


async def test_a_slow_body_comes_whole() -> None:
    """All of it comes, in the time that was ordered at least."""
    async with visiting() as (server, client):
        server.gateway.faults.add(Fault(what="slow-body", seconds=60.0))
        began_at = server.clock.now()
        async with client.post(MESSAGES, data=GOOD) as answer:
            assert (await answer.json())["to"] == TO
        assert server.clock.now() - began_at >= 60.0


async def test_late_acceptance_creates_a_message_nobody_waited_for() -> None:
    """Who gives up before the simulator does has a message all the same."""
    async with visiting() as (server, client):
        server.gateway.faults.add(Fault(what="late-acceptance", seconds=300.0))
        body = urlencode(GOOD).encode()
        _, writer = await send_head(server, length=len(body))
        writer.write(body)
        await writer.drain()
        writer.close()
        while not server.gateway.messages:
            await asyncio.sleep(0)
        async with client.get(PATH) as answer:
            [row] = (await answer.json())["requests"]
        [message] = server.gateway.messages.values()
    assert (row["sid"], row["answered"]) == (message.sid, False)
    assert message.created_at - row["at"] >= 300.0


async def test_a_late_acceptance_may_be_cut_as_well() -> None:
    """One fault strikes before a request is done, another one its answer."""
    async with visiting() as (server, client):
        for what in ("late-acceptance", "cut-answer"):
            server.gateway.faults.add(Fault(what=what))
        row = await texted(server, client)
    assert (row["status"], row["answered"]) == (201, False)
    assert row["sid"] is not None


async def test_what_creates_nothing_ends_the_matter() -> None:
    """A fault of the answer does not strike a request that is refused by one."""
    async with visiting() as (server, client):
        for what in ("error-before", "error-after"):
            server.gateway.faults.add(Fault(what=what))
        async with client.post(MESSAGES, data=GOOD) as answer:
            assert answer.status == 500
        assert [f["struck"] for f in server.gateway.faults.facts()] == [1, 0]


async def test_whom_a_fault_is_for_is_read_off_the_form() -> None:
    """A rule for one recipient leaves every other alone."""
    async with visiting() as (server, client):
        server.gateway.faults.add(Fault(what="error-before", recipient=TO))
        other = {**GOOD, "To": TO[:-1] + ("1" if TO[-1] != "1" else "2")}
        async with client.post(MESSAGES, data=other) as answer:
            assert answer.status == 201
        async with client.post(MESSAGES, data=GOOD) as answer:
            assert answer.status == 500


async def test_a_client_that_repeats_after_a_500_texts_twice() -> None:
    """The error came after the message: the oracle shows two of one body."""
    async with visiting() as (server, client):
        server.gateway.faults.add(Fault(what="error-after", count=1))
        while True:
            async with client.post(MESSAGES, data=GOOD) as answer:
                if answer.status == 201:
                    break
        async with client.get(PATH) as answer:
            rows = (await answer.json())["requests"]
    assert len({row["hash"] for row in rows}) == 1
    assert len({row["sid"] for row in rows} - {None}) == 2
