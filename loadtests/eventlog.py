"""The event log: one line of plain data for each thing that happens.

A line holds simulated instants alone, no date and no path, so that the same seed gives
the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sender.plans import Attempt, Outcome
    from simulator.engine.events import StatusChanged
    from sms.units import Seconds

Line = dict[str, Any]
Log = Callable[[Line], None]


def call_made(attempt: Attempt, at: Seconds) -> Line:
    """Return the line of a call being made."""
    return {
        "at": at,
        "event": "call",
        "call": attempt.number,
        "attempt": attempt.retries,
        "operation": attempt.call.operation,
        "recipients": len(attempt.call.texts),
    }


def call_answered(outcome: Outcome, in_flight: int, at: Seconds) -> Line:
    """Return the line of an answer."""
    return {
        "at": at,
        "event": "answer",
        "call": outcome.attempt.number,
        "attempt": outcome.attempt.retries,
        "http_status": outcome.http_status,
        "error_code": outcome.error_code,
        "sid": outcome.sid,
        "in_flight": in_flight,
    }


def status_changed(event: StatusChanged) -> Line:
    """Return the line of a message's change of status."""
    message = event.message
    return {
        "at": event.at,
        "event": "status",
        "sid": message.sid,
        "recipient": message.recipient,
        "sender": message.sender.address if message.sender else None,
        "status": event.status,
        "error_code": event.error_code,
    }


def named(log: Log, strategy: str) -> Log:
    """Return a log whose lines begin with the strategy's name."""
    return lambda line: log({"strategy": strategy, **line})
