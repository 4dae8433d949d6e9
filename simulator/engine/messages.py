"""A message: what is asked for, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from simulator.engine.senders import Sender
    from sms.segments import Encoding
    from sms.statuses import MessageStatus
    from sms.units import Seconds


class Direction(StrEnum):
    """Who began: a phone, a request, or a reply to a webhook.

    Source: https://github.com/twilio/twilio-oai (2026-04-14).
    """

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_REPLY = "outbound-reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What few messages ask for: made for those alone, so that others pay nothing."""


class Draft(NamedTuple):
    """A message asked for, its form checked already.

    One of `sender` (an address) and `service` (the SID of a Messaging Service) is
    given, or both: then the sender is a member of the service's pool.  None leaves
    `validity_period` and `smart_encoding` to the service, or to the profile, and
    `country` to the recipient's number.
    """

    recipient: str
    body: str
    sender: str | None = None
    service: str | None = None
    media_urls: tuple[str, ...] = ()
    status_callback: str | None = None
    validity_period: Seconds | None = None
    smart_encoding: bool | None = None
    country: str | None = None
    extras: Extras | None = None
    direction: Direction = Direction.OUTBOUND_API


@dataclass(slots=True, eq=False)
class Message:
    """A message Twilio has taken, as it stands now.

    Instants count from the run's start and are None until they come.  `sent_at` is when
    the last segment has left for the carrier; `ended_at` is when the last status came.
    `ordinal` counts the messages to this recipient from 0: with the seed it decides
    the message's fate.
    """

    sid: str
    recipient: str
    country: str
    body: str
    ordinal: int
    status: MessageStatus
    created_at: Seconds
    validity_period: Seconds
    service: str | None
    sender: Sender | None
    encoding: Encoding
    segments: int
    media_urls: tuple[str, ...]
    status_callback: str | None
    error_code: int | None = None
    updated_at: Seconds = 0.0
    queued_at: Seconds | None = None
    sending_at: Seconds | None = None
    sent_at: Seconds | None = None
    ended_at: Seconds | None = None
    extras: Extras | None = None
    direction: Direction = Direction.OUTBOUND_API

    @property
    def expires_at(self) -> Seconds:
        """When it fails, if its turn has not come by then."""
        return self.created_at + self.validity_period
