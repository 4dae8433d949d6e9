"""Sender pools: numbers, short codes and alphanumeric senders come and go."""

from __future__ import annotations

import pytest

from simulator.engine.worlds import ACCOUNT_SID, MESSAGING_SERVICE_SID
from tests.simulator.api.caller import SERVICE, SERVICES, Caller, body, code, snapshot

SHORT_CODE = "SC" + f"{7:032d}"
NUMBER = "PN" + f"{1:032d}"


def other_service(caller: Caller) -> str:
    """Make another service and return its path."""
    sid = body(caller.post(SERVICES, FriendlyName="Other"))["sid"]
    return f"{SERVICES}/{sid}"


def test_a_short_code_joins_and_leaves() -> None:
    """A short code is 201 as documented, listed, shown, and gone after 204."""
    caller = Caller()
    answer = caller.post(f"{SERVICE}/ShortCodes", ShortCodeSid=SHORT_CODE)
    path = f"{SERVICE}/ShortCodes/{SHORT_CODE}"
    assert answer.status == 201
    assert (
        body(answer)
        == caller.get(path)
        == {
            "sid": SHORT_CODE,
            "account_sid": ACCOUNT_SID,
            "service_sid": MESSAGING_SERVICE_SID,
            "date_created": "2026-01-31T23:59:00Z",
            "date_updated": "2026-01-31T23:59:00Z",
            "short_code": "72345",
            "country_code": "US",
            "capabilities": ["SMS"],
            "url": f"http://127.0.0.1:4010{path}",
        }
    )
    assert len(caller.get(f"{SERVICE}/ShortCodes")["short_codes"]) == 1
    assert caller.call("DELETE", path).status == 204
    assert code(caller.call("GET", path)) == 20404
    assert caller.get(f"{SERVICE}/ShortCodes")["short_codes"] == []


def test_a_number_moves_to_another_service() -> None:
    """A number that has left one pool may join another."""
    caller = Caller()
    other = other_service(caller)
    caller.call("DELETE", f"{SERVICE}/PhoneNumbers/{NUMBER}")
    answer = caller.post(f"{other}/PhoneNumbers", PhoneNumberSid=NUMBER)
    assert answer.status == 201
    assert body(answer)["phone_number"] == "+14155550100"


@pytest.mark.parametrize(
    ("path", "form", "expected"),
    [
        ("{other}/PhoneNumbers", {"PhoneNumberSid": NUMBER}, 21712),
        ("{own}/PhoneNumbers", {"PhoneNumberSid": NUMBER}, 21710),
        ("{own}/PhoneNumbers", {"PhoneNumberSid": SHORT_CODE}, 20404),
        ("{own}/ShortCodes", {"ShortCodeSid": NUMBER}, 20404),
        ("{own}/PhoneNumbers", {}, 20001),
        ("{own}/AlphaSenders", {}, 21708),
        ("{own}/AlphaSenders", {"AlphaSender": "12345"}, 21709),
        ("{own}/AlphaSenders", {"AlphaSender": "TWELVELETTERS"}, 21709),
        ("{own}/AlphaSenders", {"AlphaSender": "né"}, 21709),
    ],
)
def test_who_cannot_join_is_told_why(
    path: str, form: dict[str, str], expected: int
) -> None:
    """Each reason has its code, and the pool stays as it was."""
    caller = Caller()
    full_path = path.format(own=SERVICE, other=other_service(caller))
    before = snapshot(caller)
    assert code(caller.call("POST", full_path, form)) == expected
    assert snapshot(caller) == before


def test_a_pool_has_its_size() -> None:
    """Above it a number is 21714."""
    caller = Caller(changes={"pool_size": 9})
    answer = caller.post(f"{SERVICE}/ShortCodes", ShortCodeSid=SHORT_CODE)
    assert code(answer) == 21714


def test_a_pool_has_one_alphanumeric_sender() -> None:
    """The first is 201, with a SID of AI and no country; the second is 21714."""
    caller = Caller()
    first = caller.post(f"{SERVICE}/AlphaSenders", AlphaSender="ACME")
    assert body(first)["sid"].startswith("AI")
    assert "country_code" not in body(first)
    second = caller.post(f"{SERVICE}/AlphaSenders", AlphaSender="OTHER")
    assert code(second) == 21714


def test_an_alphanumeric_sender_sends_where_it_may() -> None:
    """A message to a country that takes them leaves from it."""
    caller = Caller()
    caller.post(f"{SERVICE}/AlphaSenders", AlphaSender="ACME")
    sid = caller.send(To="+447700900123", From=MESSAGING_SERVICE_SID)["sid"]
    caller.wait()
    sender = caller.gateway.messages[sid].sender
    assert sender is not None
    assert sender.address == "ACME"
