"""The strategy `bulk`."""

from __future__ import annotations

import json

import pytest

from sender.plans import Broadcast, Operation, Senders, Text
from sender.strategies.bulk import WHOLE, Bulk
from sender.strategies.face import StrategyError
from sms.units import MEGABYTE
from tests.sender.virtual import SENDERS, americans, carried, make_broadcast


def test_one_body_is_said_once() -> None:
    """A request through the service, its text shared by all."""
    broadcast = make_broadcast(*americans(3))
    (call,) = Bulk(broadcast, SENDERS).calls(broadcast.texts)
    assert call.operation is Operation.CREATE_BULK
    assert call.document == {
        "from": {"senderPoolId": "MG1"},
        "content": {"text": "Hello"},
        "to": [{"address": number} for number in americans(3)],
    }


@pytest.mark.parametrize("bodies", [("Hi Ann", "Hi Ben"), ("{{ x }}", "{{ x }}")])
def test_what_differs_or_is_liquid_goes_as_a_variable(bodies: tuple[str, str]) -> None:
    """So that each gets the text as it stands."""
    numbers = americans(2)
    texts = [Text(n, numbers[n], body) for n, body in enumerate(bodies)]
    (call,) = Bulk(Broadcast(texts), SENDERS).calls(texts)
    assert call.document is not None
    assert call.document["content"] == {"text": WHOLE}
    said = [recipient["variables"]["body"] for recipient in call.document["to"]]
    assert tuple(said) == bodies


def test_a_request_has_ten_thousand_recipients() -> None:
    """The rest goes in the next, and each text in just one."""
    broadcast = make_broadcast(*americans(10_001))
    calls = list(Bulk(broadcast, SENDERS).calls(broadcast.texts))
    assert [len(call.texts) for call in calls] == [10_000, 1]
    assert carried(calls) == list(range(10_001))


def test_a_request_has_a_megabyte() -> None:
    """Long texts, escaped as JSON, are split by their bytes."""
    numbers = americans(300)
    texts = [Text(n, to, f"{n}" + "ü" * 1_500) for n, to in enumerate(numbers)]
    calls = list(Bulk(Broadcast(texts), SENDERS).calls(texts))
    sizes = [len(json.dumps(c.document, separators=(",", ":"))) for c in calls]
    assert len(calls) == 3
    assert max(sizes) <= MEGABYTE
    assert carried(calls) == list(range(300))


def test_a_number_is_once_in_a_request() -> None:
    """Its second text goes in another."""
    to = americans(1)[0]
    broadcast = make_broadcast(to, to)
    calls = list(Bulk(broadcast, SENDERS).calls(broadcast.texts))
    assert [len(call.texts) for call in calls] == [1, 1]


def test_without_a_service_it_cannot_work() -> None:
    """The account must have a Messaging Service."""
    with pytest.raises(StrategyError, match="no Messaging Service"):
        Bulk(make_broadcast(), Senders())
