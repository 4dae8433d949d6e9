"""API keys: their secret is shown once."""

from __future__ import annotations

from tests.simulator.api.caller import ACCOUNT, Caller, body, code

KEYS = f"{ACCOUNT}/Keys.json"


def test_a_secret_is_shown_once() -> None:
    """It is in the answer that makes the key, and in no other."""
    caller = Caller()
    key = body(caller.post(KEYS, FriendlyName="a"))
    assert caller.api.tenants.secret_of(key["sid"]) == key["secret"]
    assert "secret" not in caller.get(f"{ACCOUNT}/Keys/{key['sid']}.json")
    assert all("secret" not in one for one in caller.get(KEYS)["keys"])


def test_a_key_is_renamed_and_deleted() -> None:
    """Deleted, it is worth nothing."""
    caller = Caller()
    sid = body(caller.post(KEYS))["sid"]
    path = f"{ACCOUNT}/Keys/{sid}.json"
    assert body(caller.post(path, FriendlyName="b"))["friendly_name"] == "b"
    assert caller.call("DELETE", path).status == 204
    assert code(caller.call("GET", path)) == 20404
    assert caller.api.tenants.secret_of(sid) is None
