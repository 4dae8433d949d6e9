"""Sender pools: numbers, short codes and alphanumeric senders come and go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.engine.permissions import Permissions
from simulator.engine.worlds import (
    ACCOUNT_SID,
    MESSAGING_SERVICE_SID,
    default_world,
)
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


def test_who_is_not_in_cannot_leave() -> None:
    """A sender of the account's that is in another pool or none is 21711."""
    caller = Caller()
    other = other_service(caller)
    assert code(caller.call("DELETE", f"{other}/PhoneNumbers/{NUMBER}")) == 21711
    assert code(caller.call("DELETE", f"{other}/PhoneNumbers/PN{'f' * 32}")) == 20404
    assert NUMBER in caller.gateway.services[MESSAGING_SERVICE_SID].pool


def test_a_number_without_sms_cannot_join() -> None:
    """A voice-only number is of no use to a service: 21715."""
    barred = Permissions(voice_only=frozenset({"+14155550100"}))
    caller = Caller(replace(default_world(), permissions=barred))
    caller.call("DELETE", f"{SERVICE}/PhoneNumbers/{NUMBER}")
    answer = caller.post(f"{SERVICE}/PhoneNumbers", PhoneNumberSid=NUMBER)
    assert code(answer) == 21715


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


def test_a_country_has_an_alphanumeric_sender_of_its_own() -> None:
    """It goes before the one for all countries, and is listed apart, by country."""
    caller = Caller()
    path = f"{SERVICE}/DestinationAlphaSenders"
    caller.post(f"{SERVICE}/AlphaSenders", AlphaSender="ACME")
    made = body(caller.post(path, AlphaSender="ACME UK", IsoCountryCode="GB"))
    assert made["iso_country_code"] == "GB"
    assert [s["sid"] for s in caller.get(path)["alpha_senders"]] == [made["sid"]]
    assert caller.get(path, IsoCountryCode="DE")["alpha_senders"] == []
    sent = [
        caller.send(To=to, From=MESSAGING_SERVICE_SID)["sid"]
        for to in ("+447700900123", "+491713920123")
    ]
    caller.wait()
    senders = [caller.gateway.messages[sid].sender for sid in sent]
    assert [s and s.address for s in senders] == ["ACME UK", "ACME"]


@pytest.mark.parametrize(
    ("country", "expected"), [("GB", 21714), ("XX", 20422), ("", 20422)]
)
def test_a_country_has_one_alphanumeric_sender(country: str, expected: int) -> None:
    """A second is 21714, and a country must be one."""
    caller = Caller()
    path = f"{SERVICE}/DestinationAlphaSenders"
    caller.post(path, AlphaSender="ACME", IsoCountryCode="GB")
    answer = caller.post(path, AlphaSender="OTHER", IsoCountryCode=country)
    assert code(answer) == expected
