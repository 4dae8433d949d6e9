"""What becomes of a message: its statuses, and which may follow which."""

from __future__ import annotations

from enum import StrEnum


class MessageStatus(StrEnum):
    """A status in Twilio's own spelling.

    Source: https://www.twilio.com/docs/messaging/api/message-resource (read
    2026-11-23).
    """

    SCHEDULED = "scheduled"
    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    RECEIVING = "receiving"
    RECEIVED = "received"

    # Held by identity in tables a million times over; the enum's own hash is slow.
    __hash__ = str.__hash__


_S = MessageStatus

TRANSITIONS: dict[MessageStatus, frozenset[MessageStatus]] = {
    _S.SCHEDULED: frozenset({_S.ACCEPTED, _S.CANCELED, _S.FAILED}),
    _S.ACCEPTED: frozenset({_S.QUEUED, _S.FAILED, _S.CANCELED}),
    _S.QUEUED: frozenset({_S.SENDING, _S.FAILED, _S.CANCELED}),
    _S.SENDING: frozenset({_S.SENT}),
    _S.SENT: frozenset({_S.DELIVERED, _S.UNDELIVERED}),
    _S.DELIVERED: frozenset(),
    _S.UNDELIVERED: frozenset(),
    _S.FAILED: frozenset(),
    _S.CANCELED: frozenset(),
    _S.RECEIVING: frozenset({_S.RECEIVED}),
    _S.RECEIVED: frozenset(),
}
"""The statuses that may follow each one.

`failed` happens before the carrier has the message; what the carrier answers ends in
`delivered` or `undelivered`.  A message may stay `sent` where the carrier sends no
receipt.

Source: https://www.twilio.com/docs/messaging/guides/
outbound-message-status-in-status-callbacks (read 2026-11-23).
"""

INITIAL = frozenset({_S.SCHEDULED, _S.ACCEPTED, _S.QUEUED, _S.RECEIVING})
"""The statuses a message may be created in; no callback reports them."""

TERMINAL = frozenset(status for status, after in TRANSITIONS.items() if not after)
"""The statuses after which nothing more happens."""

INBOUND = frozenset({_S.RECEIVING, _S.RECEIVED})
"""The statuses of what phones write; no message to one ever has them."""
