"""Notices: the log of a notification, as `GET /_smslab/notifications/{sid}` answers.

Notify itself answers nothing about a notification once it is made; its log is what
Twilio's console shows, where the service has its log enabled.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from simulator.api.requests import Answer
from sms.errors import NOT_FOUND, ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.api.api import Api
    from simulator.engine.events import NotificationFannedOut
    from simulator.engine.messages import Message
    from simulator.server.controls import Asked


def notices(api: Api) -> Callable[[Asked], Answer]:
    """Return what answers with the log of the notification that a path names."""

    def answer(asked: Asked) -> Answer:
        fanned_out = api.gateway.notifications.get(asked.names["sid"])
        if fanned_out is None:
            raise ApiError(
                NOT_FOUND, path=f"/_smslab/notifications/{asked.names['sid']}"
            )
        return Answer(200, _record(fanned_out, api))

    return answer


def _record(fanned_out: NotificationFannedOut, api: Api) -> dict[str, Any]:
    """Return the log: which numbers were sent to, which are none, what was skipped."""
    notification = fanned_out.notification
    messages = fanned_out.messages
    return {
        "sid": notification.sid,
        "service_sid": notification.service,
        "date_created": api.dates.iso8601(notification.created_at),
        "recipients": len(notification.recipients),
        "statuses": dict(Counter(message.status.value for message in messages)),
        "sent": [_sent(message) for message in messages],
        "invalid": [
            {"address": one.address, "identity": one.identity}
            for one in fanned_out.deliveries
            if one.message is None
        ],
        "skipped": [
            {"binding_type": one.type, "address": one.address, "identity": one.identity}
            for one in notification.skipped
        ],
    }


def _sent(message: Message) -> dict[str, Any]:
    return {
        "address": message.recipient,
        "sid": message.sid,
        "status": message.status.value,
        "error_code": message.error_code,
    }
