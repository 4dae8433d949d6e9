"""The Bulk API: one request becomes messages, or is refused whole."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.api.requests import Request
from simulator.engine.worlds import MESSAGING_SERVICE_SID
from tests.simulator.api.caller import (
    ACCOUNT,
    FROM,
    SERVICES,
    TO,
    Caller,
    body,
    snapshot,
)

BULK = "/comms/v1/Messages"
POOL = {"senderPoolId": MESSAGING_SERVICE_SID}
GOOD: dict[str, Any] = {
    "from": POOL,
    "to": [{"address": TO}],
    "content": {"text": "Hello"},
}


def send(caller: Caller, **changes: Any) -> Any:
    """Make a bulk request, as a good one with changes."""
    document = {**GOOD, **changes}
    return caller.api.handle(Request("POST", BULK, document=document), caller.now)


def test_an_operation_is_told_in_headers_and_body() -> None:
    """202 with the id and where to ask for it."""
    answer = send(Caller())
    told = body(answer)
    assert answer.status == 202
    assert answer.headers == told
    assert told["operationId"].startswith("comms_operation_0")
    assert told["operationLocation"] == f"/v1/Messages/Operations/{answer.sid}"


def test_an_operation_is_found_where_it_was_asked_for() -> None:
    """Under the prefix of this machine's address, which comms.twilio.com has not."""
    caller = Caller()
    origin = "http://127.0.0.1:4010"
    asked = Request("POST", BULK, document=GOOD, origin=origin)
    told = body(caller.api.handle(asked, caller.now))
    found = caller.get(told["operationLocation"])
    assert found["id"] == told["operationId"]


def test_each_recipient_gets_a_message_with_its_own_words() -> None:
    """In the order of the recipients, through the service."""
    caller = Caller()
    people = [
        {"address": "+14155550111", "variables": {"name": "Ann", "n": 2}},
        {"address": "+14155550112"},
    ]
    text = "Hi {{ name | default: 'you' }}, {{n}}"
    send(caller, to=people, content={"text": text})
    messages = list(caller.gateway.messages.values())
    assert [m.body for m in messages] == ["Hi Ann, 2", "Hi you, "]
    assert {m.service for m in messages} == {MESSAGING_SERVICE_SID}


def test_an_operation_goes_with_the_last_of_its_messages() -> None:
    """Asked for by then or not: neither it nor its deliveries are there any more."""
    caller = Caller(retain=600.0)
    for asked in (True, False):
        operation = body(send(caller))
        path = f"/comms{operation['operationLocation']}"
        messages = "/comms/v1/Messages"
        if asked:
            (told,) = caller.get(messages, operationId=operation["operationId"])[
                "messages"
            ]
            caller.get(f"{messages}/{told['id']}")
        caller.wait(300.0)
        assert caller.call("GET", path).status == 200
        caller.wait()
        assert caller.call("GET", path).status == 404
    assert not caller.gateway.operations.by_id


def test_the_first_address_that_can_be_sent_to_is_taken() -> None:
    """Of several addresses; where there is none the recipient has no message."""
    caller = Caller()
    several = [{"address": TO, "channel": "WHATSAPP"}, {"address": TO}]
    send(caller, to=[{"addresses": several}, {"address": "nobody"}])
    (operation,) = caller.gateway.operations.by_id.values()
    assert [d.recipient for d in operation.deliveries] == [TO, "nobody"]
    assert [m.recipient for m in operation.messages] == [TO]


def test_each_recipient_is_told_by_the_channel_that_was_named() -> None:
    """Also where nothing can be sent to it; of several it is the one that was taken."""
    caller = Caller()
    rcs, sms = ({"address": TO, "channel": channel} for channel in ("RCS", "SMS"))
    send(caller, to=[rcs, sms, {"addresses": [rcs, {"address": TO}]}])
    told = caller.get(BULK)["messages"]
    assert [one["to"]["channel"] for one in told] == ["RCS", "SMS", "PHONE"]
    assert [one["status"] for one in told] == ["UNADDRESSABLE", "QUEUED", "QUEUED"]


def test_a_channel_that_is_none_is_refused_by_the_name_of_its_field() -> None:
    """The problem says where in the list it stands."""
    answer = send(Caller(), to=[{"address": TO}, {"address": TO, "channel": "FAX"}])
    (error,) = body(answer)["errors"]
    assert error["code"] == 20422
    assert "'FAX'" in error["message"]
    assert "$.to[1].channel" in error["message"]


def test_a_number_sends_by_its_address_or_its_sid() -> None:
    """Then no service has anything to do with it."""
    caller = Caller()
    sid = next(s.sid for s in caller.gateway.senders.values() if s.address == FROM)
    send(caller, **{"from": {"address": FROM, "channel": "SMS"}})
    send(caller, **{"from": {"senderId": sid}})
    senders = [m.sender and m.sender.address for m in caller.gateway.messages.values()]
    assert senders == [FROM, FROM]


def test_a_refusal_for_one_recipient_fails_that_one_alone() -> None:
    """Who is the sender itself has a failed delivery, nobody else has."""
    caller = Caller()
    send(caller, **{"from": {"address": FROM}, "to": [{"address": FROM}, *GOOD["to"]]})
    (operation,) = caller.gateway.operations.by_id.values()
    assert [d.error_code for d in operation.deliveries] == [21266, None]
    assert operation.deliveries[0].status == "FAILED"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"to": []}, 20422),
        ({"to": [{"address": TO}] * 10_001}, 20422),
        ({"to": "x"}, 20422),
        ({"to": [{"addresses": [{"address": TO}] * 11}]}, 20422),
        ({"tags": {str(n): "" for n in range(11)}}, 20422),
        ({"tags": {"": "x"}}, 20422),
        ({"tags": {"x": "y" * 257}}, 20422),
        ({"schedule": {"sendAt": []}}, 20422),
        ({"schedule": {"sendAt": ["soon"]}}, 20422),
        ({"schedule": {"sendAt": ["2026-02-01T00:10:00Z"]}}, 35114),
        ({"schedule": {"sendAt": ["2025-02-01"]}}, 35114),
        ({"schedule": {"sendAt": ["2027-02-01"]}}, 35117),
        ({"to": [{"address": TO, "channel": "FAX"}]}, 20422),
        ({"to": [{"address": TO, "channel": ""}]}, 20422),
        ({"to": [{"addresses": [{"address": TO, "channel": "phone"}]}]}, 20422),
        ({"content": {"text": "{% if x %}"}}, 20422),
        ({"content": {"text": "{{ x | upcase }}"}}, 20422),
        ({"content": {"contentSid": "HX1"}}, 20422),
        ({"content": {}}, 21619),
        ({"content": {"text": "x" * 1601}}, 21617),
        ({"from": {}}, 21603),
        ({"from": {"address": "+14155559999"}}, 21606),
        ({"from": {"address": FROM, "channel": "RCS"}}, 20422),
        ({"from": {"senderPoolId": "MG1"}}, 21701),
    ],
)
def test_a_bad_request_is_refused_whole(changes: dict[str, Any], expected: int) -> None:
    """Each fault has its code in a list of errors, and not one message is made."""
    caller = Caller()
    before = snapshot(caller)
    answer = send(caller, **changes)
    (error,) = body(answer)["errors"]
    assert (answer.status, error["code"]) == (400, expected)
    assert set(error) == {"code", "message", "infoUrl", "context"}
    assert snapshot(caller) == before


def test_a_pool_of_nobody_is_refused() -> None:
    """Nobody is in it who might send: 21704."""
    caller = Caller()
    service = body(caller.post(SERVICES, FriendlyName="empty"))["sid"]
    answer = send(caller, **{"from": {"senderPoolId": service}})
    assert body(answer)["errors"][0]["code"] == 21704


def test_an_operation_whose_messages_are_all_canceled_is_canceled() -> None:
    """Scheduled, it can be called off message by message."""
    caller = Caller()
    answer = send(caller, schedule={"sendAt": ["2026-02-01T06:00:00Z"]})
    operation = caller.gateway.operations.by_id[answer.sid]
    for message in list(caller.gateway.messages.values()):
        path = f"{ACCOUNT}/Messages/{message.sid}.json"
        assert caller.post(path, Status="canceled").status == 200
    assert operation.status == "CANCELED"


def test_a_body_that_is_no_object_is_refused() -> None:
    """Neither nothing nor a list is a request."""
    caller = Caller()
    for document in (None, [1]):
        answer = caller.api.handle(Request("POST", BULK, document=document), 0.0)
        assert body(answer)["errors"][0]["code"] == 20001


def test_a_scheduled_operation_leaves_when_it_is_to() -> None:
    """Until then it is scheduled; afterwards it is over."""
    caller = Caller()
    sid = send(caller, schedule={"sendAt": ["2026-02-01T01:00:00Z"]}).sid
    path = f"{BULK}/Operations/{sid}"
    assert caller.get(path)["status"] == "SCHEDULED"
    caller.wait(7_200)
    assert caller.get(path)["status"] == "COMPLETED"
