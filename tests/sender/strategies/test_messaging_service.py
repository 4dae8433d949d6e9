"""Messaging Service: Twilio is left to choose."""

from __future__ import annotations

from sender.strategies.messaging_service import MessagingService
from tests.sender.virtual import SENDERS, carried, make_broadcast, outcome


def test_no_sender_is_named() -> None:
    """Each call names the service, and nothing else to send from."""
    broadcast = make_broadcast("+14155550123", "+447700900123")
    strategy = MessagingService(broadcast, SENDERS)
    calls = list(strategy.calls(broadcast.texts))
    strategy.settle(outcome(calls[0], 201))
    assert carried(calls) == [0, 1]
    assert {call.form["MessagingServiceSid"] for call in calls} == {"MG1"}
    assert not any("From" in call.form for call in calls)
