"""Senders of other channels: they join and leave a pool, and carry no SMS."""

from __future__ import annotations

import pytest

from simulator.engine.worlds import (
    ACCOUNT_SID,
    CHANNEL_SENDER_SID,
    MESSAGING_SERVICE_SID,
)
from tests.simulator.api.caller import SERVICE, SERVICES, Caller, body, code, snapshot

PATH = f"{SERVICE}/ChannelSenders"
SINGLE = f"{PATH}/{CHANNEL_SENDER_SID}"


def test_a_channel_sender_joins_and_leaves() -> None:
    """It is 201 with all its fields, listed, shown, and gone after 204."""
    caller = Caller()
    answer = caller.post(PATH, Sid=CHANNEL_SENDER_SID)
    assert answer.status == 201
    assert (
        body(answer)
        == caller.get(SINGLE)
        == {
            "account_sid": ACCOUNT_SID,
            "messaging_service_sid": MESSAGING_SERVICE_SID,
            "sid": CHANNEL_SENDER_SID,
            "sender": "whatsapp:+14155238886",
            "sender_type": "WhatsApp",
            "country_code": "US",
            "date_created": "2026-01-31T23:59:00Z",
            "date_updated": "2026-01-31T23:59:00Z",
            "url": f"http://127.0.0.1:4010{SINGLE}",
        }
    )
    assert caller.get(PATH)["senders"] == [body(answer)]
    assert caller.call("DELETE", SINGLE).status == 204
    assert code(caller.call("GET", SINGLE)) == 20404
    assert caller.get(PATH)["senders"] == []


@pytest.mark.parametrize(
    ("path", "sid", "expected"),
    [
        ("{own}", CHANNEL_SENDER_SID, 21710),
        ("{other}", CHANNEL_SENDER_SID, 21712),
        ("{own}", "", 20001),
        ("{own}", "XE1", 20422),
        ("{own}", "PN" + "1" * 32, 20422),
    ],
)
def test_who_cannot_join_is_told_why(path: str, sid: str, expected: int) -> None:
    """Each reason has its code, and the pool stays as it was."""
    caller = Caller()
    caller.post(PATH, Sid=CHANNEL_SENDER_SID)
    other = body(caller.post(SERVICES, FriendlyName="Other"))["sid"]
    full = path.format(own=PATH, other=f"{SERVICES}/{other}/ChannelSenders")
    before = snapshot(caller)
    assert code(caller.call("POST", full, {"Sid": sid})) == expected
    assert snapshot(caller) == before


def test_of_a_stranger_its_sid_alone_is_known() -> None:
    """A well-formed SID that nobody declared is taken."""
    made = body(Caller().post(PATH, Sid="XE" + "f" * 32))
    assert (made["sender"], made["sender_type"], made["country_code"]) == (None,) * 3


def test_it_carries_no_sms() -> None:
    """A service with nothing else has an empty pool: 21704."""
    caller = Caller()
    sid = body(caller.post(SERVICES, FriendlyName="Other"))["sid"]
    caller.post(f"{SERVICES}/{sid}/ChannelSenders", Sid=CHANNEL_SENDER_SID)
    form = {"To": "+14155550123", "Body": "x", "MessagingServiceSid": sid}
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    assert code(caller.call("POST", path, form)) == 21704
