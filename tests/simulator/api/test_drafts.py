"""POST Messages refuses what cannot be a message: which code, and which one first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.worlds import MESSAGING_SERVICE_SID
from tests.simulator.api.caller import (
    FROM,
    MESSAGES,
    SHORT_CODE,
    TO,
    Caller,
    code,
    snapshot,
)

MG = MESSAGING_SERVICE_SID
UNKNOWN_MG = "MG" + "9" * 32
LONG = "x" * 1601
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
    ({"SmartEncoded": "perhaps"}, 20001),
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
        *("ValidityPeriod", "SmartEncoded"),
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
