"""Messaging Services: made, shown, listed, changed and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.api.services import USE_CASES
from simulator.engine.worlds import ACCOUNT_SID, MESSAGING_SERVICE_SID
from tests.simulator.api.caller import (
    FROM,
    MESSAGES,
    SERVICE,
    SERVICES,
    Caller,
    snapshot,
)
from tests.simulator.api.caller import body as body_of
from tests.simulator.api.caller import code as code_of

ADDRESS = "http://127.0.0.1:4010/messaging/v1/Services"


def test_a_service_is_answered_as_documented() -> None:
    """A service made with a name alone has every feature on and an empty pool."""
    caller = Caller()
    answer = caller.post(SERVICES, FriendlyName="My Service!")
    service = body_of(answer)
    links, sid = service.pop("links"), service.pop("sid")
    assert answer.status == 201
    assert sid.startswith("MG")
    assert links["phone_numbers"] == f"{ADDRESS}/{sid}/PhoneNumbers"
    assert service == {
        "account_sid": ACCOUNT_SID,
        "friendly_name": "My Service!",
        "date_created": "2026-01-31T23:59:00Z",
        "date_updated": "2026-01-31T23:59:00Z",
        "inbound_request_url": None,
        "inbound_method": "POST",
        "fallback_url": None,
        "fallback_method": "POST",
        "status_callback": None,
        "sticky_sender": True,
        "area_code_geomatch": True,
        "smart_encoding": True,
        "mms_converter": True,
        "fallback_to_long_code": False,
        "use_inbound_webhook_on_number": False,
        "scan_message_content": "inherit",
        "synchronous_validation": False,
        "validity_period": 14_400,
        "usecase": "undeclared",
        "us_app_to_person_registered": False,
        "url": f"{ADDRESS}/{sid}",
    }


CHANGES = [
    ("FriendlyName", "Other", "friendly_name", "Other"),
    ("StickySender", "false", "sticky_sender", False),
    ("AreaCodeGeomatch", "false", "area_code_geomatch", False),
    ("SmartEncoding", "false", "smart_encoding", False),
    ("MmsConverter", "false", "mms_converter", False),
    ("FallbackToLongCode", "true", "fallback_to_long_code", True),
    ("ValidityPeriod", "60", "validity_period", 60),
    ("StatusCallback", "http://127.0.0.1/", "status_callback", "http://127.0.0.1/"),
    ("Usecase", "poll", "usecase", "poll"),
    ("FallbackMethod", "GET", "fallback_method", "GET"),
]


@pytest.mark.parametrize(("parameter", "given", "field", "shown"), CHANGES)
def test_what_is_named_is_changed(
    parameter: str, given: str, field: str, shown: object
) -> None:
    """An update changes the one setting it names, and when it was changed."""
    caller = Caller()
    before = caller.get(SERVICE)
    caller.now = 60.0
    after = body_of(caller.call("POST", SERVICE, {parameter: given}))
    assert after[field] == shown
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {field, "date_updated"}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, 20001),
        ({"FriendlyName": "x" * 65}, 20002),
        ({"FriendlyName": "x", "Usecase": "spam"}, 21713),
        ({"FriendlyName": "x", "ValidityPeriod": "14401"}, 21624),
        ({"FriendlyName": "x", "StickySender": "1"}, 20422),
        ({"FriendlyName": "x", "InboundMethod": "PUT"}, 20422),
        ({"FriendlyName": "x", "StatusCallback": "nowhere"}, 21609),
    ],
)
def test_a_bad_service_is_refused(form: dict[str, Any], expected: int) -> None:
    """A form with a fault is refused, and nothing is made."""
    caller = Caller()
    before = snapshot(caller)
    assert code_of(caller.call("POST", SERVICES, form)) == expected
    assert snapshot(caller) == before


def test_an_empty_url_takes_it_away() -> None:
    """StatusCallback= ends the callbacks."""
    caller = Caller()
    caller.post(SERVICE, StatusCallback="http://127.0.0.1/")
    assert body_of(caller.post(SERVICE, StatusCallback=""))["status_callback"] is None


def test_services_are_listed_the_oldest_first() -> None:
    """A new service comes last."""
    caller = Caller()
    sid = body_of(caller.post(SERVICES, FriendlyName="New"))["sid"]
    listed = [service["sid"] for service in caller.get(SERVICES)["services"]]
    assert listed == [MESSAGING_SERVICE_SID, sid]


def test_a_deleted_service_is_gone() -> None:
    """After 204 it is 404, no message goes through it, and its numbers are free."""
    caller = Caller()
    assert caller.call("DELETE", SERVICE).status == 204
    assert code_of(caller.call("GET", SERVICE)) == 20404
    form = {"To": FROM, "Body": "x", "MessagingServiceSid": MESSAGING_SERVICE_SID}
    assert code_of(caller.call("POST", MESSAGES, form)) == 21701


def test_messages_accepted_before_a_deletion_are_sent() -> None:
    """What a service has accepted at the instant of its deletion has its sender."""
    caller = Caller()
    sid = caller.send(From=MESSAGING_SERVICE_SID)["sid"]
    caller.call("DELETE", SERVICE)
    caller.wait()
    assert caller.gateway.messages[sid].status == "delivered"


def test_what_a_service_may_be_for_is_listed() -> None:
    """Each of the use cases that `Usecase` takes, by its word."""
    shown = Caller().get(f"{SERVICES}/Usecases")["usecases"]
    assert [one["usecase"] for one in shown] == list(USE_CASES)


def test_reserved_settings_are_kept() -> None:
    """What Twilio has reserved is checked and shown again."""
    given = {"ScanMessageContent": "disable", "SynchronousValidation": "true"}
    made = body_of(Caller().call("POST", SERVICES, {"FriendlyName": "x", **given}))
    assert made["scan_message_content"] == "disable"
    assert made["synchronous_validation"] is True
