"""What Twilio tells of its own accord: which changes, and in which parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from simulator.api.messages import VERSION
from simulator.engine.chance import last_draw_of
from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.api.dates import Dates
    from simulator.engine.events import NotificationFannedOut, StatusChanged
    from simulator.engine.notifications import Handed

Parameters = Sequence[tuple[str, str]]
"""A callback's parameters in their order; a name may come more than once."""

MOST_DELIVERIES = 1_000
"""Deliveries in one delivery callback.

Source: https://www.twilio.com/docs/notify/api/notification-resource (read 2026-11-23).
"""

REPORTED = frozenset(
    {
        MessageStatus.QUEUED,
        MessageStatus.CANCELED,
        MessageStatus.SENT,
        MessageStatus.FAILED,
        MessageStatus.DELIVERED,
        MessageStatus.UNDELIVERED,
    }
)
"""Statuses whose coming is told.

Not `sending`, and never the status a message is created in: that makes no event, so
`queued` is told of messages sent through a service alone.

Source: https://www.twilio.com/docs/messaging/guides/
outbound-message-status-in-status-callbacks (read 2026-11-23).
"""

TURNS: Mapping[MessageStatus | None, float] = {
    MessageStatus.QUEUED: 0.0,
    MessageStatus.SENT: 0.38,
}
"""How far a status turns its message's quantile round, so that its callbacks differ."""

LAST_TURN = 0.76

_RECEIPTS = (MessageStatus.DELIVERED, MessageStatus.UNDELIVERED)
_DONE_DATE = "%y%m%d%H%M"


def reports(change: StatusChanged) -> bool:
    """Say whether a change of status is told: asked for, and of the kind that is."""
    return change.message.status_callback is not None and change.status in REPORTED


def delay_quantile(sid: str, status: MessageStatus | None) -> float:
    """Return which quantile of its delays a callback gets, the same by every clock."""
    return (last_draw_of(sid) + TURNS.get(status, LAST_TURN)) % 1.0


def status_parameters(
    change: StatusChanged, account_sid: str, dates: Dates
) -> list[tuple[str, str]]:
    """Return the parameters of a status callback.

    Source: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
    (read 2026-11-23); RawDlrDoneDate by the changelog of 2023-02-14.
    """
    message, status = change.message, change.status
    parameters = [
        ("MessageSid", message.sid),
        ("SmsSid", message.sid),
        ("MessageStatus", status.value),
        ("SmsStatus", status.value),
        ("AccountSid", account_sid),
        ("ApiVersion", VERSION),
        ("To", message.recipient),
    ]
    if message.sender is not None:
        parameters.append(("From", message.sender.address))
    if message.service is not None:
        parameters.append(("MessagingServiceSid", message.service))
    if change.error_code is not None:
        parameters.append(("ErrorCode", str(change.error_code)))
    if status in _RECEIPTS:
        done = dates.instant(change.at).strftime(_DONE_DATE)
        parameters.append(("RawDlrDoneDate", done))
    return parameters


def delivery_parameters(
    fanned_out: NotificationFannedOut, account_sid: str
) -> Iterator[list[tuple[str, str]]]:
    """Yield the parameters of each delivery callback of a notification.

    They come in batches; the last one says so.  What is no number has failed.  The keys
    of DeliveryState are known in part only [unverified].

    Source: https://www.twilio.com/docs/notify/api/notification-resource (read
    2026-11-23).
    """
    notification, deliveries = fanned_out.notification, fanned_out.deliveries
    for start in range(0, len(deliveries), MOST_DELIVERIES):
        batch = deliveries[start : start + MOST_DELIVERIES]
        final = start + MOST_DELIVERIES >= len(deliveries)
        yield [
            ("NotificationSid", notification.sid),
            ("AccountSid", account_sid),
            ("ServiceSid", notification.service),
            ("Count", str(len(batch))),
            ("SequenceId", str(start // MOST_DELIVERIES)),
            ("IsFinal", "true" if final else "false"),
            *(("DeliveryState", _state(delivery)) for delivery in batch),
        ]


def _state(delivery: Handed) -> str:
    message = delivery.message
    state = {
        "type": "sms",
        "address": delivery.address,
        "identity": delivery.identity,
        "status": "FAILED" if message is None else "SENT",
        "id": None if message is None else message.sid,
    }
    return msgspec.json.encode(state).decode()
