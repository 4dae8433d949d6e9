"""Matching: callbacks find their texts, and each open text ends once."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sender.callbacks import CallbackReceived
from sender.matching import LONGEST_NAME, Matching
from sender.plans import Attempt, Call, Fate, Operation, Outcome, Text
from tests.sender.virtual import americans

URL = "http://127.0.0.1:1/callbacks"


def make_attempt(*recipients: str, number: int = 5, url: str | None = URL) -> Attempt:
    """Return a notification, whose end is told if there is a URL to tell it to."""
    texts = [Text(key, recipient, "Hello") for key, recipient in enumerate(recipients)]
    form = {"Sms": json.dumps({"status_callback": url})} if url else {}
    return Attempt(Call(Operation.CREATE_NOTIFICATION, texts, form), number)


def told(
    key: str, recipient: str, status: str = "delivered", *, duplicate: bool = False
) -> CallbackReceived:
    """Return a callback that tells a recipient's status."""
    return CallbackReceived(
        call_key=key,
        recipient=recipient,
        sid="SM1",
        status=status,
        error_code=30003 if status == "undelivered" else None,
        received_at=0.0,
        duplicate=duplicate,
    )


def begun(name: str, *recipients: str) -> Matching:
    """Return the matching of a run that has begun one call, the fifth."""
    matching = Matching(name)
    matching.begin(make_attempt(*recipients))
    return matching


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://a/b", "http://a/b?call=5"),
        ("http://a/b?x=1", "http://a/b?x=1&call=5"),
        ("http://a/b#rc=2&rp=all", "http://a/b?call=5#rc=2&rp=all"),
    ],
)
def test_a_call_is_named_in_its_callback(url: str, expected: str) -> None:
    """The number goes into the query, before a fragment meant for Twilio."""
    form: dict[str, Any] = {"StatusCallback": url}
    attempt = Attempt(Call(Operation.CREATE_MESSAGE, (), form), 5)
    assert Matching().begin(attempt).form == {"StatusCallback": expected}
    named = Matching().begin(make_attempt(url=url))
    assert json.loads(str(named.form["Sms"])) == {"status_callback": expected}


@pytest.mark.parametrize("operation", list(Operation))
def test_a_call_that_asks_for_nothing_stays_as_it_is(operation: Operation) -> None:
    """Without a status callback there is none to name, and no end to wait for."""
    matching = Matching()
    call = Call(operation, [Text(0, "+14155550123", "Hello")], {"Body": "Hello"})
    assert matching.begin(Attempt(call, 5)) is call
    assert (matching.open_fates, list(matching.open_texts)) == (0, [])


@given(name=st.text(max_size=2), number=st.integers(0, 2**40))
def test_a_key_comes_back_as_it_went(name: str, number: int) -> None:
    """Whatever the name holds, the text is found by what the query says."""
    matching = Matching(name)
    call = matching.begin(make_attempt("+14155550123", number=number))
    url = json.loads(str(call.form["Sms"]))["status_callback"]
    [key] = parse_qs(urlsplit(url).query)["call"]
    assert key == (f"{name}.{number}" if name else str(number))
    assert matching.text_of(told(key, "+14155550123")) is not None


def test_a_name_has_its_bound() -> None:
    """What would not fit into the room that is kept for it is refused."""
    assert Matching("n" * LONGEST_NAME).open_fates == 0
    for name in ("n" * (LONGEST_NAME + 1), "→→→"):
        with pytest.raises(ValueError, match="is too long for a status callback"):
            Matching(name)


def test_each_text_ends_once() -> None:
    """The first end is told as a fate; what comes later is of no open text."""
    one, other = americans(2)
    matching = begun("", one, other)
    first = told("5", one, "undelivered")
    fate = matching.end(first)
    assert fate == Fate(Text(0, one, "Hello"), "undelivered", 30003)
    assert [text.recipient for text in matching.open_texts] == [other]
    assert (matching.end(first), matching.text_of(first)) == (None, None)
    assert matching.end(told("5", other)) is not None
    assert (matching.end(told("5", other)), matching.open_fates) == (None, 0)


@pytest.mark.parametrize(
    "callback",
    [
        told("5", "+14155550123", "sent"),
        told("5", "+14155550123", duplicate=True),
        told("5", "+14155550199"),
        told("6", "+14155550123"),
        told("w1.5", "+14155550123"),
        told("", "+14155550123"),
    ],
    ids=["sent", "duplicate", "recipient", "call", "run", "nameless"],
)
def test_what_ends_no_text_is_no_fate(callback: CallbackReceived) -> None:
    """On the way, told before, of another run or of nobody: nothing is concluded."""
    matching = begun("", "+14155550123")
    assert (matching.end(callback), matching.open_fates) == (None, 1)


def test_runs_share_a_receiver() -> None:
    """Calls of the same number are told apart by the names of their runs."""
    one, other = begun("one", "+14155550123"), begun("other", "+14155550123")
    callback = told("one.5", "+14155550123")
    assert (other.text_of(callback), other.end(callback)) == (None, None)
    assert one.end(callback) is not None
    assert (one.open_fates, other.open_fates) == (0, 1)


@pytest.mark.parametrize(
    ("http_status", "reached", "left"),
    [
        *((201, True, 2), (0, True, 2), (500, True, 2)),
        *((0, False, 0), (429, True, 0), (400, True, 0)),
    ],
)
def test_what_twilio_has_not_is_not_waited_for(
    http_status: int, reached: bool, left: int
) -> None:
    """A refusal and a rejection have ended; where nobody knows, an end may come."""
    matching, attempt = Matching(), make_attempt(*americans(2))
    matching.begin(attempt)
    matching.conclude(Outcome(attempt, http_status, reached=reached))
    assert matching.open_fates == left


def test_a_call_made_again_is_open_once() -> None:
    """Its second attempt has the key of the first."""
    matching, attempt = begun("", *americans(2)), make_attempt(*americans(2))
    matching.begin(attempt._replace(retries=1))
    assert matching.open_fates == len(list(matching.open_texts)) == 2


def test_what_has_ended_is_forgotten() -> None:
    """A long run remembers no more than is open."""
    matching = Matching()
    for number in range(100):
        matching.begin(make_attempt("+14155550123", number=number))
        matching.end(told(str(number), "+14155550123"))
    assert list(matching.open_texts) == []
    assert matching.text_of(told("99", "+14155550123")) is None


def bulk(*recipients: str, number: int) -> Attempt:
    """Return a bulk call, of which the Messaging Service itself tells."""
    texts = [Text(key, recipient, "Hello") for key, recipient in enumerate(recipients)]
    call = Call(Operation.CREATE_BULK, texts, {}, document={}, told_by_service=True)
    return Attempt(call, number)


def test_a_services_own_callback_is_matched_by_its_recipient() -> None:
    """It names no call: the first open bulk call to the recipient has it, then none."""
    matching = Matching("news")
    one, two = americans(2)
    for number in (1, 2):
        matching.begin(bulk(one, two, number=number))
    assert matching.open_fates == 4
    assert [matching.end(told("", one)) is not None for _ in range(3)] == [
        *(True, True, False)
    ]
    assert matching.end(told("", "+14155550999")) is None
    assert matching.open_fates == 2


def test_a_refused_bulk_call_is_open_no_more() -> None:
    """A callback that comes then is of none of its texts."""
    matching = Matching()
    attempt = bulk(*americans(1), number=1)
    matching.begin(attempt)
    matching.conclude(Outcome(attempt, 400, 20422))
    assert matching.open_fates == 0
    assert matching.text_of(told("", americans(1)[0])) is None
