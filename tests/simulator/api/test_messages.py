"""The Messages resource: what Twilio documents of it, by example."""

from __future__ import annotations

import pytest

from simulator.engine.worlds import ACCOUNT_SID, MESSAGING_SERVICE_SID
from tests.simulator.api.caller import (
    ACCOUNT,
    FROM,
    MESSAGES,
    TO,
    Caller,
    body,
    code,
)


def path_of(sid: str) -> str:
    """Return the path of a message."""
    return f"{ACCOUNT}/Messages/{sid}.json"


def test_a_message_is_answered_as_documented() -> None:
    """POST Messages answers with every field of Twilio's own example, and no more."""
    caller = Caller()
    message = caller.send()
    sid = message["sid"]
    assert message == {
        "account_sid": ACCOUNT_SID,
        "api_version": "2010-04-01",
        "body": "Hello",
        "date_created": "Sat, 31 Jan 2026 23:59:00 +0000",
        "date_sent": None,
        "date_updated": "Sat, 31 Jan 2026 23:59:00 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": FROM,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": f"{ACCOUNT}/Messages/{sid}/Media.json"},
        "to": TO,
        "uri": f"{ACCOUNT}/Messages/{sid}.json",
    }


@pytest.mark.parametrize("field", ["MessagingServiceSid", "From"])
def test_a_service_accepts_before_it_chooses(field: str) -> None:
    """Through a service, named in either field, there is no sender and no segment."""
    form = {"From": "", field: MESSAGING_SERVICE_SID}
    message = Caller().send(**form)
    assert message["status"] == "accepted"
    assert message["from"] is None
    assert message["num_segments"] == "0"
    assert message["messaging_service_sid"] == MESSAGING_SERVICE_SID


def test_dates_are_of_simulated_time() -> None:
    """A message is sent a simulated second after it was created, a day later here."""
    caller = Caller()
    caller.now = 60.0
    sid = caller.send()["sid"]
    caller.wait(1.0)
    shown = caller.get(path_of(sid))
    assert shown["status"] == "sent"
    assert shown["date_created"] == "Sun, 01 Feb 2026 00:00:00 +0000"
    assert shown["date_sent"] == "Sun, 01 Feb 2026 00:00:01 +0000"


def test_media_make_an_mms() -> None:
    """A message with media has a SID of MM and counts them."""
    caller = Caller()
    form = {"To": TO, "From": FROM, "MediaUrl": ["https://a.test/1", "http://b.test/2"]}
    message = body(caller.call("POST", MESSAGES, form))
    assert message["sid"].startswith("MM")
    assert message["num_media"] == "2"


def test_what_is_not_there_is_not_found() -> None:
    """An unknown message is 404, and so is any path of another account."""
    caller = Caller()
    other = MESSAGES.replace(ACCOUNT_SID, "AC" + "1" * 32)
    for path in (path_of("SM" + "0" * 32), other):
        answer = caller.call("GET", path)
        assert code(answer) == 20404
        assert body(answer)["message"] == f"The requested resource {path} was not found"


def test_an_empty_body_redacts() -> None:
    """`Body=` empties the text, and only that."""
    caller = Caller()
    caller.send()
    message = caller.send()
    answer = caller.post(path_of(message["sid"]), Body="")
    assert answer.status == 200
    changed = {k for k, v in message.items() if body(answer)[k] != v}
    assert changed == {"body"}


@pytest.mark.parametrize(
    "form",
    [{}, {"Body": "x"}, {"Status": "sent"}, {"Body": "", "Status": "canceled"}],
)
def test_nothing_else_can_be_updated(form: dict[str, str]) -> None:
    """Neither, both, another text or another status are 30400."""
    caller = Caller()
    answer = caller.call("POST", path_of(caller.send()["sid"]), form)
    assert code(answer) == 30400


def test_a_message_on_its_way_cannot_be_canceled() -> None:
    """Canceling after it was queued is 30409."""
    caller = Caller()
    answer = caller.post(path_of(caller.send()["sid"]), Status="canceled")
    assert code(answer) == 30409


def test_only_what_has_ended_is_deleted() -> None:
    """DELETE is 20009 before the end and 204 after it; then the message is gone."""
    caller = Caller()
    path = path_of(caller.send()["sid"])
    assert code(caller.call("DELETE", path)) == 20009
    caller.wait()
    answer = caller.call("DELETE", path)
    assert (answer.status, answer.body) == (204, None)
    assert code(caller.call("GET", path)) == 20404
    assert caller.get(MESSAGES)["messages"] == []


def test_an_error_has_its_words() -> None:
    """A message that failed shows Twilio's code as a number, and its text."""
    caller = Caller()
    caller.gateway.opt_outs.add(TO)
    sid = caller.send(From="", MessagingServiceSid=MESSAGING_SERVICE_SID)["sid"]
    caller.wait()
    shown = caller.get(path_of(sid))
    assert shown["status"] == "failed"
    assert shown["error_code"] == 21610
    assert shown["error_message"] == "Attempt to send to unsubscribed recipient"


def test_a_list_can_be_filtered_by_both_ends() -> None:
    """To and From let through the messages between them, the newest first."""
    caller = Caller()
    caller.send(To="+14155550124")
    caller.send(From="+12125550100")
    first, second = caller.send()["sid"], caller.send()["sid"]
    listed = caller.get(MESSAGES, To=TO, From=FROM)["messages"]
    assert [message["sid"] for message in listed] == [second, first]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DateSent", "2026-01-31", ["a"]),
        ("DateSent", "2026-02-01", ["b"]),
        ("DateSent", "2026-02-01T12:34:56Z", ["b"]),
        ("DateSent", "2026-02-02", []),
        ("DateSent<", "2026-01-31", ["a"]),
        ("DateSent<", "2026-02-01", ["b", "a"]),
        ("DateSent>", "2026-02-01", ["b"]),
        ("DateSent>", "2026-02-01T00:00:31Z", ["b"]),
        ("DateSent>", "2026-02-01T00:00:32Z", []),
        ("DateSent<", "2026-02-01 00:00:30.000", ["a"]),
        ("DateSent<", "Sun, 01 Feb 2026 00:00:31 -0000", ["b", "a"]),
        ("DateSent<", "01/31/2026 17:00:31 MST", ["b", "a"]),
    ],
)
def test_a_list_can_be_filtered_by_date(
    name: str, value: str, expected: list[str]
) -> None:
    """DateSent takes a day; `<` and `>` let the date itself by, in all spellings.

    One message was sent a minute before midnight, one half a minute after, and a third
    not yet.
    """
    caller = Caller()
    caller.send(Body="a")
    caller.wait(90.0)
    caller.send(Body="b")
    caller.wait(30.0)
    caller.send(Body="c")
    listed = caller.get(MESSAGES, **{name: value})["messages"]
    assert [message["body"] for message in listed] == expected


def test_a_date_that_is_none_is_refused() -> None:
    """A filter that is no date is 20422 and says how to write one."""
    answer = Caller().call("GET", MESSAGES, query={"DateSent": "yesterday"})
    assert code(answer) == 20422
    assert "YYYY-MM-DD" in body(answer)["message"]
