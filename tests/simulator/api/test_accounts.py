"""Accounts: who may ask for which, and what a suspended one may."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.api.requests import Answer, Request
from simulator.engine.accounts import KEY_SID, AccountSettings, Subaccount
from simulator.engine.worlds import ACCOUNT_SID, default_world
from tests.simulator.api.caller import (
    ACCOUNT,
    FROM,
    MESSAGES,
    TO,
    Caller,
    body,
    code,
)

ACCOUNTS = "/2010-04-01/Accounts.json"
GOOD = {"To": TO, "From": FROM, "Body": "Hello"}


def made(caller: Caller, name: str = "sub") -> str:
    """Return the SID of a new subaccount."""
    answer = caller.post(ACCOUNTS, FriendlyName=name)
    assert answer.status == 201
    return str(body(answer)["sid"])


def ask(caller: Caller, asker: str, method: str, path: str, **form: str) -> Answer:
    """Make a request as somebody else."""
    request = Request(method, path, {}, form, asker=asker)
    return caller.api.handle(request, caller.now)


def test_a_subaccount_is_made_and_listed() -> None:
    """It stands beside its parent, found by its name."""
    caller = Caller()
    sid = made(caller, "second")
    assert [a["sid"] for a in caller.get(ACCOUNTS)["accounts"]] == [ACCOUNT_SID, sid]
    (found,) = caller.get(ACCOUNTS, FriendlyName="second")["accounts"]
    assert found["owner_account_sid"] == ACCOUNT_SID
    assert caller.get(f"/2010-04-01/Accounts/{sid}.json")["status"] == "active"


def test_a_parent_acts_for_its_subaccount_alone() -> None:
    """Neither the parent nor a sibling is anybody to a subaccount."""
    caller = Caller()
    one, other = made(caller), made(caller)
    mine = f"/2010-04-01/Accounts/{one}/Messages.json"
    assert ask(caller, "", "GET", mine).status == 200
    assert ask(caller, one, "GET", mine).status == 200
    assert code(ask(caller, other, "GET", mine)) == 20404
    assert code(ask(caller, one, "GET", MESSAGES)) == 20404


def test_a_subaccount_owns_nothing_of_its_parents() -> None:
    """The parent's number is none of its own."""
    caller = Caller()
    path = f"/2010-04-01/Accounts/{made(caller)}/Messages.json"
    assert code(caller.post(path, **GOOD)) == 21606


def test_a_v1_product_is_the_askers() -> None:
    """Its services are its own, and so are the parent's."""
    caller = Caller()
    sid = made(caller)
    answer = ask(caller, sid, "GET", "/messaging/v1/Services")
    assert body(answer)["services"] == []
    assert caller.get("/messaging/v1/Services")["services"]


@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_who_is_not_active_is_refused(status: str) -> None:
    """Its own credentials are 403; its parent may look, but not act."""
    caller = Caller()
    sid = made(caller)
    account = f"/2010-04-01/Accounts/{sid}"
    assert body(caller.post(f"{account}.json", Status=status))["status"] == status
    assert code(ask(caller, sid, "GET", f"{account}.json")) == 20403
    assert caller.get(f"{account}/Messages.json")["messages"] == []
    assert code(caller.post(f"{account}/Messages.json", **GOOD)) == 20005


def test_a_closed_account_stays_closed() -> None:
    """A suspended one can be opened again, a closed one cannot."""
    caller = Caller()
    path = f"/2010-04-01/Accounts/{made(caller)}.json"
    assert caller.post(path, Status="suspended").status == 200
    assert caller.post(path, Status="active").status == 200
    assert caller.post(path, Status="closed").status == 200
    assert code(caller.post(path, Status="active")) == 20422


def test_a_status_an_account_has_already_changes_nothing() -> None:
    """An account that is closed may be told so again."""
    caller = Caller()
    path = f"/2010-04-01/Accounts/{made(caller)}.json"
    for status in ("active", "closed", "closed"):
        assert body(caller.post(path, Status=status))["status"] == status


def test_a_subaccount_has_no_subaccounts() -> None:
    """Whoever asks for one by its credentials is refused: 20403."""
    caller = Caller()
    sid = made(caller)
    assert code(ask(caller, sid, "POST", ACCOUNTS, FriendlyName="x")) == 20403


def test_a_stranger_is_nobody() -> None:
    """Who is neither an account nor a key of one is refused: 20003."""
    caller = Caller()
    assert code(ask(caller, "AC" + "9" * 32, "GET", ACCOUNTS)) == 20003


def test_a_world_brings_its_own_subaccounts() -> None:
    """One it names is there from the start, with its token and its senders."""
    sender = replace(default_world().senders[0], address="+14155550177")
    given = Subaccount(
        sid="AC" + "8" * 32, token="t", friendly_name="given", senders=(sender,)
    )
    world = replace(default_world(), accounts=AccountSettings(subaccounts=(given,)))
    caller = Caller(world)
    form = {**GOOD, "From": sender.address}
    path = f"/2010-04-01/Accounts/{given.sid}/Messages.json"
    assert ask(caller, given.sid, "POST", path, **form).status == 201
    assert caller.api.tenants.secret_of(given.sid) == "t"


def test_the_api_of_one_account_is_over_its_own_messages() -> None:
    """It shares all but the gateway, and leaves the other's alone."""
    caller = Caller()
    tenant = caller.api.tenants.by_sid[made(caller)]
    assert caller.api.of(tenant).gateway is tenant.gateway
    assert caller.api.of(tenant).tenants is caller.api.tenants
    assert caller.api.gateway is caller.gateway


def test_the_main_account_stays_active() -> None:
    """Nobody could open it again."""
    assert code(Caller().post(f"{ACCOUNT}.json", Status="suspended")) == 20422


def test_what_waits_in_a_suspended_account_fails() -> None:
    """It is 30002, once and for all."""
    caller = Caller()
    for _ in range(3):
        sid = caller.send()["sid"]
    caller.gateway.suspend(caller.now)
    caller.wait()
    shown = caller.get(f"{ACCOUNT}/Messages/{sid}.json")
    assert (shown["status"], shown["error_code"]) == ("failed", 30002)


def test_an_api_key_stands_for_its_account() -> None:
    """Another account's is 401, not 404."""
    caller = Caller()
    sid = made(caller)
    answer = caller.post(f"/2010-04-01/Accounts/{sid}/Keys.json", FriendlyName="k")
    key = body(answer)["sid"]
    assert ask(caller, KEY_SID, "GET", MESSAGES).status == 200
    own = f"/2010-04-01/Accounts/{sid}/Messages.json"
    assert ask(caller, key, "GET", own).status == 200
    assert code(ask(caller, key, "GET", MESSAGES)) == 20003


def test_the_balance_shrinks_by_prices() -> None:
    """A new account has all of it."""
    shown = Caller().get(f"{ACCOUNT}/Balance.json")
    assert shown == {"account_sid": ACCOUNT_SID, "balance": "1000.0", "currency": "USD"}
