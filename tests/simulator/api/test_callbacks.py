"""Callbacks: what is told, to whom, and in which words."""

from __future__ import annotations

import json

import pytest

from simulator.api.callbacks import (
    REPORTED,
    delivery_parameters,
    reports,
    status_parameters,
)
from simulator.engine.events import NotificationFannedOut, StatusChanged
from simulator.engine.worlds import ACCOUNT_SID, MESSAGING_SERVICE_SID
from sms.statuses import MessageStatus
from tests.simulator.api.caller import FROM, NOTIFY_SERVICE, SAFE, TO, Caller
from tests.simulator.api.test_notifications import to_binding

URL = "http://127.0.0.1:5000/status"


def told(caller: Caller, **form: str) -> list[StatusChanged]:
    """Send a message to its end, and return the changes that are told."""
    caller.send(**{"StatusCallback": URL, **form})
    caller.now += 3600
    events = caller.gateway.advance(caller.now)
    return [e for e in events if isinstance(e, StatusChanged) and reports(e)]


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        (FROM, ["sent", "delivered"]),
        (MESSAGING_SERVICE_SID, ["queued", "sent", "delivered"]),
    ],
)
def test_the_initial_status_is_never_told(sender: str, expected: list[str]) -> None:
    """With From two callbacks follow, through a service three; `sending` is none."""
    assert [change.status for change in told(Caller(), From=sender)] == expected


def test_nothing_is_told_where_nobody_asked() -> None:
    """Without a StatusCallback there is none."""
    assert told(Caller(), StatusCallback="") == []


def test_the_services_callback_stands_in() -> None:
    """A service's callback holds where the message has none of its own."""
    caller = Caller()
    caller.post(f"/messaging/v1/Services/{MESSAGING_SERVICE_SID}", StatusCallback=URL)
    changes = told(caller, From=MESSAGING_SERVICE_SID, StatusCallback="")
    assert {change.message.status_callback for change in changes} == {URL}


def test_a_failure_is_told_with_its_code() -> None:
    """An opted-out recipient's message ends in one callback: failed, 21610, no From."""
    caller = Caller()
    caller.gateway.opt_outs.add(TO)
    (change,) = told(caller, From=MESSAGING_SERVICE_SID)
    parameters = dict(status_parameters(change, ACCOUNT_SID, caller.api.dates))
    assert parameters["MessageStatus"] == "failed"
    assert parameters["ErrorCode"] == "21610"
    assert "From" not in parameters


def test_the_parameters_are_as_documented() -> None:
    """A delivered message's callback has all of Twilio's parameters."""
    caller = Caller()
    change = told(caller, From=MESSAGING_SERVICE_SID)[-1]
    sender = change.message.sender
    assert sender is not None
    sid = change.message.sid
    assert dict(status_parameters(change, ACCOUNT_SID, caller.api.dates)) == {
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": "delivered",
        "SmsStatus": "delivered",
        "AccountSid": ACCOUNT_SID,
        "ApiVersion": "2010-04-01",
        "To": TO,
        "From": sender.address,
        "MessagingServiceSid": MESSAGING_SERVICE_SID,
        "RawDlrDoneDate": "2601312359",
    }


@pytest.mark.parametrize("share", ["without_receipt", "unknown_error"])
def test_a_receipts_date_is_told_only_with_a_receipt(share: str) -> None:
    """Where the carrier sends none, `sent` is the last that is told, without a date."""
    caller = Caller(changes={"mix": {**SAFE["mix"], share: 1.0}})  # type: ignore[dict-item]
    ends = {
        change.status: dict(status_parameters(change, ACCOUNT_SID, caller.api.dates))
        for change in told(caller)
    }
    dated = {s for s, told_ in ends.items() if "RawDlrDoneDate" in told_}
    assert dated == (set() if share == "without_receipt" else {"undelivered"})


def test_what_is_told_is_on_the_way() -> None:
    """Neither a first status nor `sending` is ever told."""
    assert MessageStatus.SENDING not in REPORTED
    assert MessageStatus.ACCEPTED not in REPORTED


def test_deliveries_come_in_batches_of_a_thousand() -> None:
    """2,001 recipients are told in three callbacks; the last says that it is."""
    caller = Caller()
    bindings = [to_binding(f"+1415555{n:04d}") for n in range(2_001)]
    form = {"Body": "x", "ToBinding": bindings}
    caller.call("POST", f"{NOTIFY_SERVICE}/Notifications", form)
    (event,) = (
        e for e in caller.gateway.advance(0.0) if isinstance(e, NotificationFannedOut)
    )
    batches = list(delivery_parameters(event, ACCOUNT_SID))
    heads = [dict(batch[:6]) for batch in batches]
    assert [head["Count"] for head in heads] == ["1000", "1000", "1"]
    assert [head["SequenceId"] for head in heads] == ["0", "1", "2"]
    assert [head["IsFinal"] for head in heads] == ["false", "false", "true"]
    state = json.loads(batches[2][6][1])
    assert state["address"] == "+14155552000"
    assert state["id"] == event.messages[-1].sid
