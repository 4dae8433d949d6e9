"""What a simulation tells: messages, callbacks and requests, as plain rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.engine.messages import Message
    from sms.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message as it stood when it was asked for; it does not change any more.

    `from_` is None until a service has chosen a sender.  `statuses` are all that it has
    had, in order, the last being `status`.  Instants are simulated seconds since the
    test began, None until they come; `left_at` is when a sender began to send it, and
    `ended_at` when its last status came.  `automatic` is Twilio's own reply to a
    keyword.
    """

    sid: str
    to: str
    from_: str | None
    body: str
    status: MessageStatus
    statuses: tuple[MessageStatus, ...]
    error_code: int | None
    direction: str
    automatic: bool
    segments: int
    messaging_service_sid: str | None
    media_urls: tuple[str, ...]
    status_callback: str | None
    created_at: Seconds
    left_at: Seconds | None
    sent_at: Seconds | None
    ended_at: Seconds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRow:
    """What was posted to the simulation's own webhook, status or inbound message.

    `sid` is the message's, `status` what became of it, None for an inbound message.
    `genuine` says whether the signature is that of this account's token; `at` is when
    it came, in simulated seconds since the test began.
    """

    at: Seconds
    sid: str
    status: str | None
    error_code: int | None
    genuine: bool
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A POST that came to the API, refusals included, with what it has made.

    `sid` is the message, notification or operation it created, None for nothing.
    `status` is what the answer said or would have said, 0 for none; `answered` says
    whether the whole answer left.  `hash` is the SHA-256 of its body, None where that
    was not read; `faults` are the faults that struck it.
    """

    number: int
    at: Seconds
    method: str
    path: str
    hash: str | None
    sid: str | None
    status: int
    answered: bool
    faults: Sequence[str]


def message_row(message: Message, changes: Sequence[MessageStatus]) -> MessageRow:
    """Return a message as a row; `changes` are the statuses it has come to."""
    extras = message.extras
    return MessageRow(
        sid=message.sid,
        to=message.recipient,
        from_=message.sender.address if message.sender else None,
        body=message.body,
        status=message.status,
        statuses=(began_as(message, changes), *changes),
        error_code=message.error_code,
        direction=message.direction.value,
        automatic=extras is not None and extras.automatic,
        segments=message.segments,
        messaging_service_sid=message.service,
        media_urls=message.media_urls,
        status_callback=message.status_callback,
        created_at=message.created_at,
        left_at=message.sending_at,
        sent_at=message.sent_at,
        ended_at=message.ended_at,
    )


def began_as(message: Message, changes: Sequence[MessageStatus]) -> MessageStatus:
    """Return the status in which a message was created, of which nobody is told."""
    if not changes:
        return message.status
    extras = message.extras
    if extras is not None and extras.send_at is not None:
        return MessageStatus.SCHEDULED
    if changes[0] is MessageStatus.RECEIVED:
        return MessageStatus.RECEIVING
    if changes[0] is MessageStatus.QUEUED or message.queued_at is None:
        return MessageStatus.ACCEPTED
    return MessageStatus.QUEUED
