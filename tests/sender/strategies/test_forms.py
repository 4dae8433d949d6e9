"""Forms: the parameters of one message."""

from __future__ import annotations

from sender.plans import Broadcast, Operation, Text
from sender.strategies.forms import message, options


def test_a_message_has_wire_names() -> None:
    """A call creates one message and keeps the text it carries."""
    text = Text(3, "+14155550123", "Hi")
    call = message(text, {"From": "72345"})
    assert call.operation is Operation.CREATE_MESSAGE
    assert call.texts == (text,)
    assert call.form == {"To": "+14155550123", "Body": "Hi", "From": "72345"}


def test_options_are_text() -> None:
    """A validity period goes over the wire as its digits."""
    assert options(Broadcast([], None, 90)) == {"ValidityPeriod": "90"}
