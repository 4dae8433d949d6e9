"""Faults of a running server: added, listed, at work, and taken away again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.server.controls import TOKEN_HEADER
from simulator.server.mistakes import PATH
from tests.simulator.api.caller import MESSAGES
from tests.simulator.server.test_handler import GOOD, visiting

if TYPE_CHECKING:
    import aiohttp

    from simulator.server.running import Running


async def ask(
    server: Running, client: aiohttp.ClientSession, what: str, given: Any = None
) -> tuple[int, Any]:
    """Return what is answered to a method and path, such as `POST ` or `DELETE /1`."""
    method, _, rest = what.partition(" ")
    headers = {TOKEN_HEADER: server.token}
    async with client.request(
        method, PATH + rest, json=given, headers=headers
    ) as answer:
        return answer.status, await answer.json()


async def test_a_fault_acts_until_it_is_taken_away() -> None:
    """A message meets a rule added meanwhile, and no longer once it is gone."""
    async with visiting() as (server, client):
        added = await ask(server, client, "POST ", {"what": "error-before"})
        assert added[0] == 201
        assert added[1]["number"] == 1
        assert (await client.post(MESSAGES, data=GOOD)).status == 500
        _, listed = await ask(server, client, "GET ")
        assert [one["struck"] for one in listed["faults"]] == [1]
        assert (await ask(server, client, "DELETE /1"))[0] == 200
        assert (await client.post(MESSAGES, data=GOOD)).status == 201


@pytest.mark.parametrize("last", ["DELETE /1", "DELETE "])
async def test_a_sender_leaves_and_comes_back(last: str) -> None:
    """A pool is as the faults say as soon as one is added, and after the last."""
    async with visiting() as (server, client):
        [service, *_] = server.gateway.services.values()
        pool = dict(service.pool)
        address = next(iter(pool.values())).address
        left = {"what": "sender-leaves", "sender": address}
        await ask(server, client, "POST ", left)
        assert address not in {one.address for one in service.pool.values()}
        await ask(server, client, last)
        assert set(service.pool) == set(pool)


async def test_carriers_get_slow() -> None:
    """A message sent while carriers are slow is struck by that rule."""
    async with visiting() as (server, client):
        await ask(server, client, "POST ", {"what": "carrier-slow", "factor": 3})
        assert (await client.post(MESSAGES, data=GOOD)).status == 201
        rule = server.gateway.faults.rules[1]
        for _ in range(2_000):
            if rule.struck:
                break
            await ask(server, client, "GET ")
        assert rule.struck == 1


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "fault: write an object"),
        ([], "fault: write an object"),
        ({}, "fault has no kind"),
        ({"what": "rest"}, "no fault 'rest'"),
        ({"what": "reset", "shar": 1}, "no key 'shar'"),
        ({"what": "reset", "share": 2}, "share is above 0"),
    ],
)
async def test_what_is_no_fault_is_refused(given: Any, told: str) -> None:
    """One line names what is wrong, and nothing is added."""
    async with visiting() as (server, client):
        status, answer = await ask(server, client, "POST ", given)
        assert status == 400
        assert list(answer) == ["message"]
        assert told in answer["message"]
        assert not server.gateway.faults


@pytest.mark.parametrize("number", ["1", "x", "-1"])
async def test_what_is_not_there_is_not_taken_away(number: str) -> None:
    """It is 404, in the one shape of a refusal."""
    async with visiting() as (server, client):
        status, answer = await ask(server, client, f"DELETE /{number}")
        assert (status, list(answer)) == (404, ["message"])


async def test_changes_want_the_token() -> None:
    """Reading does not."""
    async with visiting() as (_, client):
        assert (await client.get(PATH)).status == 200
        assert (await client.post(PATH, json={"what": "reset"})).status == 401
        assert (await client.delete(PATH)).status == 401
