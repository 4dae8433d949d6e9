"""Notify: one notification a body, never above what a request may hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sender.matching import LONGEST_NAME, Matching
from sender.plans import Attempt, Broadcast, Call, Text
from sender.strategies.notify import CALL_KEY_ROOM, MOST_BINDINGS, Notify, binding_size
from sms.units import MEGABYTE
from tests.sender.virtual import SENDERS, americans, carried, make_broadcast, outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

CALLBACK = "http://127.0.0.1:4011/callbacks"


def calls(texts: Sequence[Text], callback: str | None = None) -> list[Call]:
    """Return the notifications that carry these texts."""
    broadcast = Broadcast(texts, status_callback=callback)
    return list(Notify(broadcast, SENDERS).calls(texts))


def size(call: Call) -> int:
    """Return the bytes of a call's form, as the library encodes it."""
    return len(urlencode(call.form, doseq=True))


def test_a_notification_has_wire_names() -> None:
    """Body, bindings and callback go under Twilio's names, to the Notify service."""
    [call] = calls(make_broadcast("+14155550123").texts, CALLBACK)
    assert call.service == "IS1"
    assert call.form == {
        "Body": "Hello",
        "Sms": json.dumps({"status_callback": CALLBACK}, separators=(",", ":")),
        "ToBinding": ['{"binding_type":"sms","address":"+14155550123"}'],
    }


def test_texts_are_grouped_by_body() -> None:
    """Each body has a notification, in the order of their first texts."""
    bodies = ["b", "a", "b", "c", "a"]
    texts = [Text(n, f"+1415555000{n}", body) for n, body in enumerate(bodies)]
    made = calls(texts)
    assert [call.form["Body"] for call in made] == ["b", "a", "c"]
    assert carried(made) == [0, 2, 1, 4, 3]


def test_a_notification_has_ten_thousand_recipients() -> None:
    """The next recipient goes into the next one."""
    made = calls(make_broadcast(*americans(2 * MOST_BINDINGS + 1)).texts)
    assert [len(call.texts) for call in made] == [MOST_BINDINGS, MOST_BINDINGS, 1]


@pytest.mark.parametrize("callback", [None, CALLBACK])
def test_a_notification_keeps_to_one_megabyte(callback: str | None) -> None:
    """A huge body leaves room for fewer, and not one fewer than fit."""
    texts = make_broadcast(*americans(9_000), body="ü" * 80_000).texts
    made = calls(texts, callback)
    room = CALL_KEY_ROOM if callback else 0
    assert carried(made) == list(range(9_000))
    assert len(made) == 2
    for call in made[:-1]:
        assert size(call) + room <= MEGABYTE
        assert size(call) + room + binding_size("+14155550123") > MEGABYTE


def test_a_megabyte_may_be_filled_to_the_last_byte() -> None:
    """What fits exactly is not split."""
    texts = make_broadcast(*americans(4)).texts
    size_of_three = 3 * binding_size(texts[0].recipient)
    body = "a" * (MEGABYTE - len("Body=") - size_of_three)
    made = calls([text._replace(body=body) for text in texts])
    assert [len(call.texts) for call in made] == [3, 1]
    assert size(made[0]) == MEGABYTE


def test_the_call_may_still_be_named() -> None:
    """The room kept free takes the longest name a call gets."""
    attempt = Attempt(calls([Text(0, "+14155550123", "Hello")], CALLBACK)[0], 2**40)
    call = Matching("n" * LONGEST_NAME).begin(attempt)
    named = json.loads(str(call.form["Sms"]))
    plain = {"status_callback": CALLBACK}
    longer = len(urlencode({"s": json.dumps(named)}))
    assert longer - len(urlencode({"s": json.dumps(plain)})) <= CALL_KEY_ROOM


@settings(max_examples=300, deadline=None)
@given(
    recipient=st.from_regex(r"\A\+[1-9][0-9]{6,14}\Z") | st.text(max_size=20),
    body=st.text(max_size=30),
)
def test_sizes_are_exact(recipient: str, body: str) -> None:
    """A binding adds as many bytes as urlencode makes of it."""
    [call] = calls(make_broadcast(recipient, body=body).texts)
    without = urlencode({"Body": body})
    assert size(call) == len(without) + binding_size(recipient)
    (binding,) = list(call.form["ToBinding"])
    assert json.loads(binding) == {"binding_type": "sms", "address": recipient}


def test_nobody_is_twice_in_a_notification() -> None:
    """The same number again goes into a later one: callbacks can be told apart."""
    made = calls(make_broadcast("+1415", "+1415", "+1416", "+1415").texts)
    assert [carried([call]) for call in made] == [[0, 2], [1], [3]]


def test_one_text_too_large_is_sent_all_the_same() -> None:
    """A body above a megabyte has a call for each recipient, for the API to refuse."""
    made = calls(make_broadcast("+1415", "+1416", body="a" * MEGABYTE).texts)
    assert [carried([call]) for call in made] == [[0], [1]]


def test_it_learns_nothing() -> None:
    """Outcomes change nothing."""
    strategy = Notify(make_broadcast("+1415"), SENDERS)
    [call] = strategy.calls(make_broadcast("+1415").texts)
    strategy.settle(outcome(call, 201))
    assert list(strategy.calls(make_broadcast("+1415").texts)) == [call]
