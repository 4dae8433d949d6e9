"""A server that lets go of what is over, in every account."""

from __future__ import annotations

from dataclasses import replace

from tests.simulator.api.caller import ACCOUNT, FROM, MESSAGES, TO
from tests.simulator.server.fast import fast
from tests.simulator.server.test_handler import visiting


async def test_what_ended_long_ago_is_gone() -> None:
    """404 and in no list, and still counted; what was sent of late is there."""
    sids = []
    settings = replace(fast(), paused=True, retain=600.0)
    async with visiting(settings) as (server, client):
        for _ in range(2):
            form = {"To": TO, "From": FROM, "Body": "x"}
            async with client.post(MESSAGES, data=form) as answer:
                sids.append((await answer.json())["sid"])
            await server.advance(server.clock.now() + 500.0)
        for sid, status in zip(sids, (404, 200), strict=True):
            async with client.get(f"{ACCOUNT}/Messages/{sid}.json") as one:
                assert one.status == status
        async with client.get(MESSAGES) as listed:
            assert [m["sid"] for m in (await listed.json())["messages"]] == sids[1:]
        async with client.get("/_smslab/health") as told:
            health = await told.json()
    assert (health["kept"], health["messages"]["delivered"]) == (1, 2)


async def test_subaccounts_keep_no_longer() -> None:
    """Those there are at first, and those that are made later."""
    async with visiting(replace(fast(), retain=600.0)) as (server, client):
        form = {"FriendlyName": "s"}
        async with client.post("/2010-04-01/Accounts.json", data=form) as made:
            assert (await made.json())["sid"] in server.api.tenants.by_sid
        retained = {t.gateway.retain for t in server.api.tenants.by_sid.values()}
    assert retained == {600.0}
