"""Phones: texts by hand, and who has opted out."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from simulator.server.controls import TOKEN_HEADER
from simulator.server.phones import read_inbound
from tests.simulator.api.caller import FROM, TO
from tests.simulator.server.test_handler import visiting

if TYPE_CHECKING:
    import aiohttp

    from simulator.server.running import Running

INBOUND = "/_smslab/inbound"
WRITTEN = {"from": TO, "to": FROM, "body": "STOP"}


async def write(
    server: Running, client: aiohttp.ClientSession, **changes: Any
) -> tuple[int, dict[str, Any]]:
    """Have a phone write."""
    headers = {TOKEN_HEADER: server.token}
    async with client.post(INBOUND, json=WRITTEN | changes, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_a_phone_writes_and_what_came_of_it_is_told() -> None:
    """At once, and later by its SID."""
    async with visiting() as (server, client):
        status, made = await write(server, client)
        async with client.get(f"{INBOUND}/{made['sid']}") as answer:
            later = await answer.json()
    assert (status, made["direction"], made["keyword"]) == (201, "inbound", "STOP")
    assert made["changed"]
    assert made["account_sid"] == server.gateway.world.account_sid
    assert later["sid"] == made["sid"]


async def test_who_opted_out_is_told() -> None:
    """As JSON, and as CSV where that is asked for."""
    async with visiting() as (server, client):
        await write(server, client)
        async with client.get("/_smslab/opt-outs") as answer:
            (told,) = (await answer.json())["opt_outs"]
        async with client.get("/_smslab/opt-outs?format=csv") as answer:
            assert answer.headers["Content-Type"].startswith("text/csv")
            (row,) = csv.DictReader(io.StringIO(await answer.text()))
    assert (told["recipient"], told["sender"], told["word"]) == (TO, FROM, "STOP")
    assert list(row) == list(told)
    assert row["date"] == told["date"] == server.api.dates.rfc2822(told["at"])
    assert row["account_sid"] == server.gateway.world.account_sid


@pytest.mark.parametrize("query", ["fromat=csv", "format=xml", "format=csv&limit=1"])
async def test_a_slip_in_the_query_is_named(query: str) -> None:
    """A key that is none, or a format that is none."""
    wrong = "format" if query == "format=xml" else "no filter"
    async with (
        visiting() as (_, client),
        client.get(f"/_smslab/opt-outs?{query}") as answer,
    ):
        assert answer.status == 400
        assert wrong in (await answer.json())["message"]


async def test_an_accounts_own_number_is_no_phone() -> None:
    """Nothing has come in then."""
    async with visiting() as (server, client):
        own = "+18335550100"
        assert server.gateway.owned(own)
        status, told = await write(server, client, **{"from": own})
        assert not server.gateway.messages
    assert (status, own in told["message"]) == (400, True)


async def test_a_subaccounts_number_hears_it_too() -> None:
    """Whoever's the number is, of the accounts that are active."""
    async with visiting() as (server, client):
        path = "/2010-04-01/Accounts.json"
        async with client.post(path, data={"FriendlyName": "s"}) as answer:
            account = await answer.json()
        tenant = server.api.tenants.by_sid[account["sid"]]
        sender = server.gateway.owned(FROM)
        assert sender is not None
        server.gateway.release(sender.sid)
        tenant.gateway.own(sender)
        status, made = await write(server, client)
    assert (status, made["account_sid"]) == (201, tenant.sid)
    assert [one.recipient for one in tenant.gateway.opt_outs.facts()] == [TO]


async def test_to_nobodys_number_is_not_found() -> None:
    """The answer names it; a SID of no inbound message is none either."""
    async with visiting() as (server, client):
        status, told = await write(server, client, to="+14155559999")
        async with client.get(f"{INBOUND}/SM1") as answer:
            assert answer.status == 404
    assert status == 404
    assert "+14155559999" in told["message"]


async def test_whoever_has_no_token_may_not_write() -> None:
    """Nothing has happened then."""
    async with visiting() as (server, client):
        async with client.post(INBOUND, json=WRITTEN) as answer:
            assert answer.status == 401
        assert not server.gateway.messages


@pytest.mark.parametrize(
    ("document", "named"),
    [
        (None, "send JSON"),
        ([], "send JSON"),
        (WRITTEN | {"form": "x"}, "'form' is no key"),
        (WRITTEN | {"from": "1"}, "from: '1'"),
        (WRITTEN | {"to": 1}, "to: 1"),
        (WRITTEN | {"to": TO}, "is to as well"),
        (WRITTEN | {"body": "x" * 1601}, "body"),
        (WRITTEN | {"media": "x"}, "media"),
        (WRITTEN | {"media": ["x"] * 11}, "1 to 10 media"),
        (WRITTEN | {"body": ""}, "write a body"),
    ],
)
def test_what_is_wrong_is_named(document: Any, named: str) -> None:
    """In one line."""
    with pytest.raises(ValueError, match=named):
        read_inbound(document)


def test_media_are_urls() -> None:
    """What is no URL is named, as it could be fetched from nowhere."""
    with pytest.raises(ValueError, match="'nonsense' is no URL"):
        read_inbound(WRITTEN | {"media": ["nonsense"]})
