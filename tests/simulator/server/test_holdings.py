"""Who owns what: told of every account, without a secret."""

from __future__ import annotations

from simulator.server.holdings import ACCOUNTS, NUMBERS
from tests.simulator.server.test_handler import visiting


async def test_a_subaccount_names_its_parent() -> None:
    """The main account comes first, and no token is told."""
    async with visiting() as (_, client):
        made = await client.post("/2010-04-01/Accounts.json", data={})
        child = await made.json()
        async with client.get(ACCOUNTS) as answer:
            text, told = await answer.text(), await answer.json()
    main, sub = told["accounts"]
    assert main["parent"] is None
    assert (sub["sid"], sub["parent"]) == (child["sid"], main["sid"])
    assert child["auth_token"] not in text
    assert list(main) == ["sid", "name", "status", "parent"]


async def test_numbers_name_their_pool() -> None:
    """Every sender is told of, with the service it is in."""
    async with visiting() as (server, client), client.get(NUMBERS) as answer:
        rows = (await answer.json())["numbers"]
    gateway = server.gateway
    assert {row["sid"] for row in rows} == set(gateway.senders)
    for row in rows:
        if row["service"]:
            assert row["sid"] in gateway.services[row["service"]].pool
    assert any(row["service"] for row in rows)
