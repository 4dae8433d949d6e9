"""POST Messages refuses what cannot be a message: which code, and which one first."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.api.message_parameters import PARAMETERS
from simulator.engine.permissions import Permissions
from simulator.engine.recipients import RecipientKind
from simulator.engine.worlds import (
    APPLICATION_SID,
    MESSAGING_SERVICE_SID,
    TEMPLATE_SID,
    default_world,
)
from tests.simulator.api.caller import (
    FROM,
    MESSAGES,
    SHORT_CODE,
    TO,
    Caller,
    code,
    snapshot,
)
from tests.simulator.api.test_openapi import FILES
from tests.simulator.engine.builders import alphanumeric

MG = MESSAGING_SERVICE_SID
UNKNOWN_MG = "MG" + "9" * 32
LONG = "x" * 1601
HX = TEMPLATE_SID
SOON = "2026-02-01T00:30:00Z"
GERMAN = "+4915735980001"
GOOD = {"To": TO, "From": FROM, "Body": "Hello"}
THROUGH = {"From": "", "MessagingServiceSid": MG}

REFUSALS: list[tuple[dict[str, Any], int]] = [
    ({"To": ""}, 21604),
    ({"From": ""}, 21603),
    ({"Body": ""}, 21602),
    ({**THROUGH, "Body": ""}, 21619),
    ({"MessagingServiceSid": "MG123"}, 21705),
    ({"From": "MG123"}, 21705),
    ({"To": "14155550123"}, 21211),
    ({"To": "+999123456789"}, 21211),
    ({"To": "12345"}, 21265),
    ({"To": FROM}, 21266),
    ({"From": "not a number at all"}, 21212),
    ({"From": "+14155550109"}, 21606),
    ({"From": "ACME"}, 21606),
    ({"From": "", "MessagingServiceSid": UNKNOWN_MG}, 21701),
    ({"From": SHORT_CODE, "MessagingServiceSid": MG}, 21606),
    ({"From": SHORT_CODE, "To": "+447700900123"}, 21612),
    ({"Body": LONG}, 21617),
    ({"Body": "😀" * 801}, 21617),
    ({"MediaUrl": [f"https://a.test/{n}" for n in range(11)]}, 21623),
    ({"MediaUrl": "a.test/1.png"}, 21620),
    ({"StatusCallback": "ftp://127.0.0.1/"}, 21609),
    ({"StatusCallback": "https://a_b.test/"}, 21609),
    ({"StatusCallback": "https://a.test/" + "x" * 4000}, 21609),
    ({"ValidityPeriod": "0"}, 21624),
    ({"ValidityPeriod": "14401"}, 21624),
    ({"ValidityPeriod": "1.5"}, 21624),
    ({"SmartEncoded": "perhaps"}, 20422),
    ({"MaxPrice": "cheap"}, 21627),
    ({"Attempt": "second"}, 20422),
    ({"TrafficType": "paid"}, 20422),
    ({"RiskCheck": "maybe"}, 20422),
    ({"ApplicationSid": "AP1"}, 20422),
    ({"FallbackFrom": FROM}, 20422),
    ({**THROUGH, "FallbackFrom": "?"}, 20422),
    ({"Tags": "[]"}, 20422),
    ({"ContentRetention": "keep"}, 30029),
    ({"AddressRetention": "keep"}, 30030),
    ({"ContentVariables": "{}"}, 21654),
    ({"Body": "", "ContentVariables": "{}"}, 21654),
    ({"Body": "", "ContentSid": "HX1"}, 21655),
    ({"Body": "", "ContentSid": "HX" + "9" * 32}, 21655),
    ({"Body": "", "ContentSid": HX, "ContentVariables": "{"}, 21656),
    ({"Body": "", "ContentSid": HX}, 21656),
    ({"Body": "", "ContentSid": HX, "ContentVariables": '{"1":""}'}, 21656),
    ({"Body": "", "ContentSid": HX, "ContentVariables": '{"1":"a\\tb"}'}, 21656),
    ({"Body": "", "ContentSid": HX, "ContentVariables": f'{{"1":"{LONG}"}}'}, 21658),
    ({"ContentSid": HX}, 35127),
    ({"From": "+447700900000", "MediaUrl": "https://a.test/1"}, 21621),
    ({**THROUGH, "ScheduleType": "fixed"}, 35111),
    ({**THROUGH, "SendAt": SOON}, 35126),
    ({**THROUGH, "ScheduleType": "later", "SendAt": SOON}, 35126),
    ({"ScheduleType": "fixed", "SendAt": SOON}, 35118),
    ({**THROUGH, "ScheduleType": "fixed", "SendAt": "soon"}, 35115),
    ({**THROUGH, "ScheduleType": "fixed", "SendAt": "2026-01-31T23:59:00Z"}, 35114),
    ({**THROUGH, "ScheduleType": "fixed", "SendAt": "2026-02-08T00:00:00Z"}, 35117),
]


@pytest.mark.parametrize(("changes", "expected"), REFUSALS)
def test_each_fault_has_its_code(changes: dict[str, Any], expected: int) -> None:
    """A form with one fault is refused with that fault's code."""
    assert code(Caller().call("POST", MESSAGES, {**GOOD, **changes})) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"To": "", "From": "", "Body": ""}, 21604),
        ({"From": "", "Body": ""}, 21603),
        ({"From": "?", "Body": ""}, 21602),
        ({"MessagingServiceSid": "MG1", "To": "1"}, 21705),
        ({"To": "1", "From": "+14155550109"}, 21211),
        ({"From": "+14155550109", "Body": LONG}, 21606),
        ({"Body": LONG, "ValidityPeriod": "0", "StatusCallback": "x"}, 21617),
    ],
)
def test_the_first_fault_counts(changes: dict[str, Any], expected: int) -> None:
    """Missing comes before malformed, malformed before unknown, that before content."""
    assert code(Caller().call("POST", MESSAGES, {**GOOD, **changes})) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"Body": "x" * 1600},
        {"Body": "😀" * 800},
        {"ValidityPeriod": "14400"},
        {"SmartEncoded": "TRUE"},
        {"StatusCallback": "http://127.0.0.1:5000/cb?a=_b#rc=2"},
        {"Body": "", "MediaUrl": "https://a.test/1.png"},
        {"Unknown": "parameters are let by"},
        {"MaxPrice": ".05", "Attempt": "2", "TrafficType": "free"},
        {"RiskCheck": "disable", "PersistentAction": ["a", "b"]},
        {"ApplicationSid": APPLICATION_SID},
        {"ApplicationSid": "AP" + "9" * 32},
        {"ForceDelivery": "true", "ProvideFeedback": "false"},
        {"To": [TO, "a second value is not looked at"]},
    ],
)
def test_the_edge_of_what_goes_goes(changes: dict[str, Any]) -> None:
    """The longest, the largest and the unusual that Twilio takes is taken."""
    answer = Caller().call("POST", MESSAGES, {**GOOD, **changes})
    assert answer.status == 201, answer.body


def test_an_opted_out_recipient_is_refused_with_from_alone() -> None:
    """With From 21610 comes at once; through a service the message is accepted."""
    caller = Caller()
    caller.gateway.opt_outs.add(TO)
    assert code(caller.post(MESSAGES, **GOOD)) == 21610
    assert caller.send(**THROUGH)["status"] == "accepted"


def test_a_full_queue_is_refused() -> None:
    """21611 answers with 429 once the queue is as long as it may be."""
    caller = Caller(changes={"queue_limit": 2})
    caller.send()
    caller.send()
    assert code(caller.post(MESSAGES, **GOOD)) == 21611


PERMITTED: list[tuple[dict[str, Any], dict[str, Any], int]] = [
    ({"regions": frozenset({"GB"})}, {}, 21408),
    ({"verified": frozenset({FROM})}, {}, 21608),
    ({"mms": False}, {"MediaUrl": "https://a.test/1"}, 21622),
    ({"voice_only": frozenset({FROM})}, {}, 21606),
    ({"landlines": 21614}, {"ForceDelivery": "true"}, 21614),
    ({"landlines": 21635}, {}, 21635),
    ({"landlines": 21635}, {"ForceDelivery": "true"}, 0),
    ({"landlines": 21635}, {"To": "+14155550124"}, 0),
    ({"regions": frozenset({"US"}), "verified": frozenset({TO})}, {}, 0),
]


@pytest.mark.parametrize(("permissions", "form", "expected"), PERMITTED)
def test_what_an_account_may_not_do_is_refused(
    permissions: dict[str, Any], form: dict[str, Any], expected: int
) -> None:
    """Regions, trials, MMS, voice-only numbers and landlines have a code each."""
    world = replace(
        default_world(),
        permissions=Permissions(**permissions),
        kinds={TO: RecipientKind.LANDLINE},
    )
    answer = Caller(world).call("POST", MESSAGES, {**GOOD, **form})
    assert (code(answer) if expected else answer.status) == (expected or 201)


@pytest.mark.parametrize(
    ("permissions", "sender", "expected"),
    [
        (None, "+14155550109", 21659),
        (Permissions(elsewhere=frozenset({"+14155550109"})), "+14155550109", 21660),
        (Permissions(voice_only=frozenset({FROM})), FROM, 21661),
    ],
)
def test_why_a_sender_is_refused_may_be_told_apart(
    permissions: Permissions | None, sender: str, expected: int
) -> None:
    """A setting of the profile splits 21606 into its three causes."""
    world = replace(default_world(), permissions=permissions)
    caller = Caller(world, {"finer_from_codes": True})
    form = {**GOOD, "From": sender}
    assert code(caller.call("POST", MESSAGES, form)) == expected


def test_every_parameter_of_the_openapi_file_has_its_row() -> None:
    """All 25 are in the table, and Tags."""
    path = FILES / "twilio_api_v2010.json"
    if not path.is_file():
        pytest.skip(f"Twilio's OpenAPI file is not at {path}")
    post = json.loads(path.read_text("utf-8"))["paths"][
        "/2010-04-01/Accounts/{AccountSid}/Messages.json"
    ]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
    names = {row.name for row in PARAMETERS}
    assert names == {*post["schema"]["properties"], "Tags"}
    assert len(names) == 26


values = st.one_of(
    st.sampled_from(
        [
            *("", TO, FROM, "+1", SHORT_CODE, "ACME", MG, UNKNOWN_MG, "MG1", LONG),
            *(
                "http://127.0.0.1/",
                "0",
                "60",
                "true",
                "+447700900123",
                "+4915735980000",
            ),
        ]
    ),
    st.text(max_size=20),
)
names = st.sampled_from(
    [
        *("To", "From", "MessagingServiceSid", "Body", "MediaUrl", "StatusCallback"),
        *("ValidityPeriod", "SmartEncoded", "ScheduleType", "SendAt", "ContentSid"),
    ]
)
forms = st.dictionaries(names, st.one_of(values, st.lists(values, max_size=12)))


@settings(max_examples=500, deadline=None)
@given(form=forms)
def test_a_refusal_changes_nothing(form: dict[str, Any]) -> None:
    """Whatever the form, an answer of 400 or more leaves everything as it was."""
    caller = Caller(changes={"queue_limit": 1})
    caller.send()
    caller.wait(0.0)
    before = snapshot(caller)
    answer = caller.call("POST", MESSAGES, form)
    assert answer.status in (201, 400, 429)
    assert (snapshot(caller) == before) is (answer.status >= 400)


def test_a_trial_account_sends_from_no_name() -> None:
    """An alphanumeric sender is 21267 before the account is paid for."""
    world = default_world()
    world = replace(
        world,
        senders=(*world.senders, alphanumeric()),
        permissions=Permissions(verified=frozenset({GERMAN})),
    )
    form = {**GOOD, "To": GERMAN, "From": alphanumeric().address}
    assert code(Caller(world).call("POST", MESSAGES, form)) == 21267
