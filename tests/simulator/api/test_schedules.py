"""Scheduled messages through the API: until their time, at it, and canceled."""

from __future__ import annotations

import pytest

from simulator.engine.events import StatusChanged
from simulator.engine.worlds import MESSAGING_SERVICE_SID
from tests.simulator.api.caller import ACCOUNT, FROM, MESSAGES, SAFE, TO, Caller, code

FORM = {
    "To": TO,
    "From": "",
    "MessagingServiceSid": MESSAGING_SERVICE_SID,
    "Body": "Hello",
    "ScheduleType": "fixed",
    "SendAt": "2026-02-01T00:30:00Z",
}
SEND_AT = 31 * 60.0


def path_of(sid: str) -> str:
    """Return the path of a message."""
    return f"{ACCOUNT}/Messages/{sid}.json"


def test_a_scheduled_message_leaves_at_its_time() -> None:
    """It is scheduled until then, and by then accepted, queued and sent."""
    caller = Caller()
    message = caller.send(**FORM)
    assert (message["status"], message["from"]) == ("scheduled", None)
    assert caller.gateway.advance(SEND_AT - 0.1) == []
    events = caller.gateway.advance(SEND_AT + 60)
    statuses = [e.status.value for e in events if isinstance(e, StatusChanged)]
    assert statuses == ["accepted", "queued", "sending", "sent", "delivered"]
    assert events[0].at == SEND_AT


def test_a_named_sender_of_the_pool_sends_it() -> None:
    """With From beside the service the message shows it, and leaves from it."""
    caller = Caller()
    sid = caller.send(**{**FORM, "From": FROM})["sid"]
    caller.wait()
    shown = caller.get(path_of(sid))
    assert (shown["from"], shown["status"]) == (FROM, "delivered")


def test_its_window_goes_with_the_time() -> None:
    """What was far enough ahead at first is too soon later: 35114."""
    caller = Caller()
    caller.now = SEND_AT - 60
    assert code(caller.post(MESSAGES, **FORM)) == 35114


def test_it_can_be_canceled_before_its_time() -> None:
    """Status=canceled cancels it and is told; a second time is 30409."""
    caller = Caller()
    path = path_of(caller.send(**FORM)["sid"])
    assert caller.post(path, Status="canceled").status == 200
    assert code(caller.post(path, Status="canceled")) == 30409
    events = caller.gateway.advance(SEND_AT + 60)
    assert [getattr(e, "status", None) for e in events] == ["canceled"]
    assert caller.get(path)["status"] == "canceled"


def test_it_is_too_late_once_it_has_left() -> None:
    """Canceling after SendAt is 30409."""
    caller = Caller()
    path = path_of(caller.send(**FORM)["sid"])
    caller.wait()
    assert code(caller.post(path, Status="canceled")) == 30409


def test_an_opt_out_meanwhile_fails_it() -> None:
    """Who answers STOP before SendAt gets nothing: the message fails then."""
    caller = Caller()
    sid = caller.send(**FORM)["sid"]
    caller.gateway.opt_outs.add(TO)
    caller.wait()
    shown = caller.get(path_of(sid))
    assert (shown["status"], shown["error_code"]) == ("failed", 21610)


def test_an_account_has_so_many_waiting() -> None:
    """One more than the profile's limit is 35125; a canceled one makes room."""
    caller = Caller(changes={**SAFE, "scheduled_limit": 1})
    path = path_of(caller.send(**FORM)["sid"])
    assert code(caller.call("POST", MESSAGES, FORM)) == 35125
    caller.post(path, Status="canceled")
    caller.send(**FORM)


@pytest.mark.parametrize("send_at", ["2026-02-01T00:14:00Z", "2026-02-07T23:59:00Z"])
def test_the_edges_of_the_window_go(send_at: str) -> None:
    """900 seconds ahead is late enough, and 7 days early enough, in twilio-2021."""
    caller = Caller()
    assert caller.send(**{**FORM, "SendAt": send_at})["status"] == "scheduled"


def test_its_validity_period_begins_at_its_time() -> None:
    """A minute's validity does not run while it waits for SendAt."""
    caller = Caller()
    sid = caller.send(**FORM, ValidityPeriod="60")["sid"]
    assert caller.gateway.messages[sid].expires_at == SEND_AT + 60
    caller.wait()
    assert caller.get(path_of(sid))["status"] == "delivered"


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-08:00", "9999-12-31T23:59:59Z"])
def test_the_last_day_there_is_is_too_late(at: str) -> None:
    """It is well written, and no time to schedule for: 35117 whatever its zone."""
    refused = [code(Caller().post(MESSAGES, **{**FORM, "SendAt": a})) for a in (at,)]
    assert refused == [35117]
