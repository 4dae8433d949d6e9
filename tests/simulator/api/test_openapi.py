"""Twilio's own OpenAPI files: every answer is what they say it is."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulator.api import stocks
from tests.simulator.api.caller import (
    ACCOUNT,
    FROM,
    MESSAGES,
    NOTIFY,
    NOTIFY_SERVICE,
    SERVICE,
    SERVICES,
    TO,
    Caller,
    body,
)

jsonschema_rs = pytest.importorskip("jsonschema_rs")

HERE = Path(__file__).parents[3]
FILES = Path(os.environ.get("SMSLAB_OPENAPI", HERE.parent / "shared/data/openapi"))
PRODUCTS = {
    "/2010-04-01": ("twilio_api_v2010.json", ""),
    "/messaging": ("twilio_messaging_v1.json", "/messaging"),
    "/notify": ("twilio_notify_v1.json", "/notify"),
}

pytestmark = pytest.mark.skipif(
    not FILES.is_dir(), reason=f"Twilio's OpenAPI files are not at {FILES}"
)

_M, _S = f"{MESSAGES}", "/v1/Services/{Sid}"
_A = "/2010-04-01/Accounts/{AccountSid}"
_P = "/v1/Services/{ServiceSid}"
_MP = "/v1/Services/{MessagingServiceSid}"
BINDING = {"Identity": "a", "BindingType": "sms", "Address": TO, "Tag": "b"}
NOTIFICATION = {
    "Body": "x",
    "ToBinding": '{"binding_type":"sms","address":"+14155550123"}',
}
GOOD = {"To": TO, "From": FROM, "Body": "Hello"}

KEY = "SK" + "0" * 31 + "1"
KINDS = ("Local", "Mobile", "TollFree")
ON_SALE = f"{ACCOUNT}/AvailablePhoneNumbers"
BOUGHT = {
    "Local": "+441632960000",
    "Mobile": "+447700900999",
    "TollFree": "+18005550142",
}
ACCOUNT_CALLS: list[tuple[str, str, str, dict[str, str]]] = [
    ("GET", "/2010-04-01/Accounts.json", "/2010-04-01/Accounts.json", {}),
    ("POST", "/2010-04-01/Accounts.json", "/2010-04-01/Accounts.json", {}),
    ("GET", f"{ACCOUNT}.json", "/2010-04-01/Accounts/{Sid}.json", {}),
    ("POST", f"{ACCOUNT}.json", "/2010-04-01/Accounts/{Sid}.json", {}),
    ("GET", f"{ACCOUNT}/Balance.json", f"{_A}/Balance.json", {}),
    ("GET", f"{ACCOUNT}/Keys.json", f"{_A}/Keys.json", {}),
    ("POST", f"{ACCOUNT}/Keys.json", f"{_A}/Keys.json", {}),
    ("GET", f"{ACCOUNT}/Keys/{KEY}.json", f"{_A}/Keys/{{Sid}}.json", {}),
    ("POST", f"{ACCOUNT}/Keys/{KEY}.json", f"{_A}/Keys/{{Sid}}.json", {}),
    ("GET", f"{ON_SALE}.json", f"{_A}/AvailablePhoneNumbers.json", {}),
    (
        "GET",
        f"{ON_SALE}/US.json",
        f"{_A}/AvailablePhoneNumbers/{{CountryCode}}.json",
        {},
    ),
    *(
        (
            "GET",
            f"{ON_SALE}/GB/{kind}.json",
            f"{_A}/AvailablePhoneNumbers/{{CountryCode}}/{kind}.json",
            {},
        )
        for kind in stocks.KINDS
    ),
    (
        "POST",
        f"{ACCOUNT}/IncomingPhoneNumbers.json",
        f"{_A}/IncomingPhoneNumbers.json",
        {"AreaCode": "415"},
    ),
    (
        "POST",
        f"{ACCOUNT}/IncomingPhoneNumbers/{{number}}.json",
        f"{_A}/IncomingPhoneNumbers/{{Sid}}.json",
        {"SmsUrl": "http://127.0.0.1/"},
    ),
    *(
        (
            "GET",
            f"{ACCOUNT}/IncomingPhoneNumbers/{kind}.json",
            f"{_A}/IncomingPhoneNumbers/{kind}.json",
            {},
        )
        for kind in KINDS
    ),
    *(
        (
            "POST",
            f"{ACCOUNT}/IncomingPhoneNumbers/{kind}.json",
            f"{_A}/IncomingPhoneNumbers/{kind}.json",
            {"PhoneNumber": BOUGHT[kind]},
        )
        for kind in KINDS
    ),
    (
        "POST",
        f"{ACCOUNT}/SMS/ShortCodes/{{code}}.json",
        f"{_A}/SMS/ShortCodes/{{Sid}}.json",
        {"FriendlyName": "x"},
    ),
]
"""Accounts, and what they own."""

CALLS: list[tuple[str, str, str, dict[str, str]]] = [
    *ACCOUNT_CALLS,
    ("POST", MESSAGES, f"{_A}/Messages.json", GOOD),
    ("GET", MESSAGES, f"{_A}/Messages.json", {}),
    ("GET", f"{ACCOUNT}/Messages/{{message}}.json", f"{_A}/Messages/{{Sid}}.json", {}),
    (
        "POST",
        f"{ACCOUNT}/Messages/{{message}}.json",
        f"{_A}/Messages/{{Sid}}.json",
        {"Body": ""},
    ),
    (
        "GET",
        f"{ACCOUNT}/IncomingPhoneNumbers.json",
        f"{_A}/IncomingPhoneNumbers.json",
        {},
    ),
    (
        "GET",
        f"{ACCOUNT}/IncomingPhoneNumbers/{{number}}.json",
        f"{_A}/IncomingPhoneNumbers/{{Sid}}.json",
        {},
    ),
    ("GET", f"{ACCOUNT}/SMS/ShortCodes.json", f"{_A}/SMS/ShortCodes.json", {}),
    (
        "GET",
        f"{ACCOUNT}/SMS/ShortCodes/{{code}}.json",
        f"{_A}/SMS/ShortCodes/{{Sid}}.json",
        {},
    ),
    ("POST", SERVICES, "/v1/Services", {"FriendlyName": "x"}),
    ("GET", SERVICES, "/v1/Services", {}),
    ("GET", SERVICE, _S, {}),
    ("POST", SERVICE, _S, {"StickySender": "false"}),
    ("POST", f"{SERVICE}/ShortCodes", f"{_P}/ShortCodes", {"ShortCodeSid": "{code}"}),
    ("GET", f"{SERVICE}/ShortCodes", f"{_P}/ShortCodes", {}),
    ("GET", f"{SERVICE}/PhoneNumbers", f"{_P}/PhoneNumbers", {}),
    ("GET", f"{SERVICE}/PhoneNumbers/{{number}}", f"{_P}/PhoneNumbers/{{Sid}}", {}),
    ("POST", f"{SERVICE}/AlphaSenders", f"{_P}/AlphaSenders", {"AlphaSender": "ACME"}),
    ("GET", f"{SERVICE}/AlphaSenders", f"{_P}/AlphaSenders", {}),
    (
        "POST",
        f"{SERVICE}/ChannelSenders",
        f"{_MP}/ChannelSenders",
        {"Sid": "XE" + "0" * 31 + "1"},
    ),
    ("GET", f"{SERVICE}/ChannelSenders", f"{_MP}/ChannelSenders", {}),
    ("GET", f"{SERVICE}/Compliance/Usa2p", f"{_MP}/Compliance/Usa2p", {}),
    (
        "GET",
        f"{SERVICE}/Compliance/Usa2p/Usecases",
        f"{_MP}/Compliance/Usa2p/Usecases",
        {},
    ),
    ("POST", NOTIFY, "/v1/Services", {}),
    ("GET", NOTIFY, "/v1/Services", {}),
    ("GET", NOTIFY_SERVICE, _S, {}),
    ("POST", f"{NOTIFY_SERVICE}/Bindings", f"{_P}/Bindings", BINDING),
    ("GET", f"{NOTIFY_SERVICE}/Bindings", f"{_P}/Bindings", {}),
    ("POST", f"{NOTIFY_SERVICE}/Notifications", f"{_P}/Notifications", NOTIFICATION),
]


@cache
def specification(name: str) -> dict[str, Any]:
    """Return a file as JSON Schema has it, in which `nullable` is a type."""
    text = (FILES / name).read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text, object_hook=_nullable)
    return loaded


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.pop("nullable", False) and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


def validator(method: str, path: str, operation: str, status: int) -> Any:
    """Return what checks the body of an answer."""
    product = next(prefix for prefix in PRODUCTS if path.startswith(prefix))
    whole = specification(PRODUCTS[product][0])
    responses = whole["paths"][operation][method.lower()]["responses"]
    schema = responses[str(status)]["content"]["application/json"]["schema"]
    return jsonschema_rs.Draft4Validator(
        {**schema, "components": whole["components"]}, validate_formats=False
    )


@pytest.mark.parametrize(("method", "path", "operation", "form"), CALLS)
def test_answers_are_as_specified(
    method: str, path: str, operation: str, form: dict[str, str]
) -> None:
    """The status of an answer is one the file has, and its body fits the schema."""
    caller = Caller()
    names = {
        "message": caller.send()["sid"],
        "number": "PN" + f"{1:032d}",
        "code": "SC" + f"{7:032d}",
    }
    caller.wait()
    filled = {k: names["code"] if v == "{code}" else v for k, v in form.items()}
    answer = caller.call(method, path.format(**names), filled)
    assert answer.status in (200, 201)
    errors = list(
        validator(method, path, operation, answer.status).iter_errors(body(answer))
    )
    assert [error.message for error in errors] == []


@pytest.mark.parametrize(
    ("method", "path", "operation", "form"),
    [call for call in CALLS if call[:2] == ("POST", MESSAGES)],
)
def test_the_check_can_fail(
    method: str, path: str, operation: str, form: dict[str, str]
) -> None:
    """A Message whose segments are a number and no string does not fit."""
    wrong = {**body(Caller().call(method, path, form)), "num_segments": 1}
    assert not validator(method, path, operation, 201).is_valid(wrong)


@pytest.mark.parametrize(("method", "path", "operation", "form"), CALLS)
def test_no_field_is_missing(
    method: str, path: str, operation: str, form: dict[str, str]
) -> None:
    """Every field that the schema of a single resource has is in the answer."""
    caller = Caller()
    if "{" in path or "{code}" in form.values():
        pytest.skip("the same resource is shown by another row")
    answer = caller.call(method, path, form)
    product = next(prefix for prefix in PRODUCTS if path.startswith(prefix))
    whole = specification(PRODUCTS[product][0])
    responses = whole["paths"][operation][method.lower()]["responses"]
    schema = responses[str(answer.status)]["content"]["application/json"]["schema"]
    if "$ref" in schema:
        schema = whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    assert set(schema["properties"]) - set(body(answer)) == set()
