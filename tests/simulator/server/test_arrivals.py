"""The oracle: every POST is in it, with what it made and whether its answer left."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.server.arrivals import PATH, Arrival, Arrivals
from simulator.server.controls import Asked
from tests.simulator.api.caller import MESSAGES
from tests.simulator.server.fast import fast
from tests.simulator.server.test_handler import GOOD, send_head, visiting

if TYPE_CHECKING:
    from simulator.server.running import Running

FORM = "application/x-www-form-urlencoded"


def filled(count: int, most_kept: int = 10) -> Arrivals:
    """Return arrivals of which so many have come, at instants from 1 on."""
    arrivals = Arrivals(most_kept)
    for number in range(1, count + 1):
        arrivals.add(Arrival(float(number), "POST", f"/{number % 2}"))
    return arrivals


def told(arrivals: Arrivals, **query: str) -> dict[str, Any]:
    """Return what is answered to a query."""
    answer = arrivals.show(Asked(query))
    assert answer.status == 200
    assert answer.body is not None
    return answer.body


async def listed(client: aiohttp.ClientSession, **query: str) -> list[dict[str, Any]]:
    """Return what a server has noted."""
    async with client.get(PATH, params=query) as answer:
        rows: list[dict[str, Any]] = (await answer.json())["requests"]
        return rows


async def test_a_message_is_in_it_by_hash_and_sid() -> None:
    """Whoever knows what was posted finds the message that it has made."""
    body = urlencode(GOOD).encode()
    async with visiting() as (_, client):
        headers = {"Content-Type": FORM}
        async with client.post(MESSAGES, data=body, headers=headers) as answer:
            sid = (await answer.json())["sid"]
        [row] = await listed(client, hash=sha256(body).hexdigest())
    assert (row["sid"], row["status"], row["answered"]) == (sid, 201, True)
    assert (row["method"], row["path"], row["number"]) == ("POST", MESSAGES, 1)


@pytest.mark.parametrize(
    ("form", "status"), [({"To": "+1"}, 400), ({**GOOD, "From": "+14155559999"}, 400)]
)
async def test_a_refusal_has_made_nothing(form: dict[str, str], status: int) -> None:
    """A refused request has its hash and status, and no SID."""
    async with visiting() as (_, client):
        await client.post(MESSAGES, data=form)
        [row] = await listed(client)
    assert (row["sid"], row["status"], row["answered"]) == (None, status, True)
    assert row["hash"] == sha256(urlencode(form).encode()).hexdigest()


async def test_a_429_is_in_it_by_its_hash() -> None:
    """What was one request too many at a time has its body's hash all the same."""
    async with visiting(fast(concurrency=1)) as (server, client):
        _, writer = await send_head(server, length=20)
        async with client.post(MESSAGES, data=GOOD) as answer:
            while answer.status != 429:
                answer = await client.post(MESSAGES, data=GOOD)  # noqa: PLW2901
        writer.close()
        rows = [row for row in await listed(client) if row["status"] == 429]
    assert rows[0]["hash"] == sha256(urlencode(GOOD).encode()).hexdigest()
    assert rows[0]["sid"] is None


async def test_who_may_not_ask_is_in_it_without_a_hash() -> None:
    """A body that nobody has read has no hash."""
    async with visiting() as (server, client):
        async with aiohttp.ClientSession(server.url) as stranger:
            await stranger.post(MESSAGES, data=GOOD)
        [row] = await listed(client)
    assert (row["status"], row["hash"], row["sid"]) == (401, None, None)


async def test_an_answer_nobody_waits_for_has_not_left() -> None:
    """Who hangs up first has a message and no answer, and that is told."""
    async with visiting(fast(api_latency={"median": 200.0, "p99": 201.0})) as visit:
        server, client = visit
        await hang_up(server)
        while not (rows := await listed(client)):
            await asyncio.sleep(0)
    assert rows[0]["sid"] is not None
    assert (rows[0]["status"], rows[0]["answered"]) == (201, False)


async def hang_up(server: Running) -> None:
    """Post a message and close the connection before the answer."""
    body = urlencode(GOOD).encode()
    _, writer = await send_head(server, length=len(body))
    writer.write(body)
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def test_reads_and_own_requests_are_none() -> None:
    """Only what may have made something of Twilio's is noted."""
    async with visiting() as (server, client):
        await client.get(MESSAGES)
        await client.post("/_smslab/clock", json={})
        await client.post("/_smslab/nothing")
        assert await listed(client) == []
    assert server.token


@given(count=st.integers(0, 40), limit=st.integers(1, 7))
def test_pages_hold_each_kept_arrival_once(count: int, limit: int) -> None:
    """Following `next_after` to its end reads the newest, in order."""
    arrivals = filled(count)
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = told(arrivals, after=str(after), limit=str(limit))
        seen += [row["number"] for row in page["requests"]]
        after = page["next_after"]
    assert seen == list(range(max(1, count - 9), count + 1))
    assert page["forgotten"] == max(0, count - 10)


def test_filters_narrow_it() -> None:
    """By instant and by path; what is passed over is not looked at twice."""
    arrivals = filled(6)
    assert [r["number"] for r in told(arrivals, since="4")["requests"]] == [4, 5, 6]
    page = told(arrivals, path="/1", limit="2")
    assert [row["number"] for row in page["requests"]] == [1, 3]
    rest = told(arrivals, path="/1", after=str(page["next_after"]))
    assert [row["number"] for row in rest["requests"]] == [5]


@pytest.mark.parametrize(
    "query", [{"after": "-1"}, {"limit": "x"}, {"since": "noon"}, {"to": "+1"}]
)
def test_a_bad_query_is_named(query: dict[str, str]) -> None:
    """One line says what was given, and what would do."""
    answer = filled(1).show(Asked(query))
    assert answer.status == 400
    assert answer.body is not None
    assert next(iter(query)) in answer.body["message"]


def test_what_is_cleared_is_forgotten() -> None:
    """Numbers go on, so that nobody reads a row twice."""
    arrivals = filled(3)
    arrivals.clear()
    arrivals.add(Arrival(9.0, "POST", "/x"))
    page = told(arrivals)
    assert [row["number"] for row in page["requests"]] == [4]
    assert (page["count"], page["forgotten"]) == (4, 3)
