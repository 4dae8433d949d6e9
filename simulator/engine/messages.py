"""A message: what is asked for, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

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
class Leg:
    """How a message went before it went out again: who sent it, and how it failed."""

    sender: Sender
    sent_at: Seconds
    error_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What few messages ask for: made for those alone, so that others pay nothing.

    `send_at` is when a scheduled message is to leave; `failure` is the code with which
    one fails as soon as a sender would be chosen; `as_mms` makes a text an MMS.
    `automatic` is a reply to a keyword: free, and sent to whoever has opted out.
    `discard` empties its text once it has ended, `obfuscate` masks its recipient in
    what is shown.  `feedback` lets its Feedback be told.  `first_leg` tells of a short
    code that it left from in vain.  The rest is kept as given, and nothing comes of it
    here.
    """

    direction: Direction = Direction.OUTBOUND_API
    first_leg: Leg | None = None

    send_at: Seconds | None = None
    failure: int | None = None
    automatic: bool = False
    as_mms: bool = False
    shorten_urls: bool = False
    discard: bool = False
    obfuscate: bool = False
    feedback: bool = False
    force_delivery: bool = False
    fallback_from: str | None = None
    template: str | None = None
    application: str | None = None
    attempt: int | None = None
    max_price: float | None = None
    persistent_actions: tuple[str, ...] = ()
    traffic_type: str | None = None
    risk_check: str | None = None
    tags: Mapping[str, Any] | None = None


REPLY = Extras(direction=Direction.OUTBOUND_REPLY)


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

    @property
    def direction(self) -> Direction:
        """Who began."""
        extras = self.extras
        return Direction.OUTBOUND_API if extras is None else extras.direction

    @property
    def is_mms(self) -> bool:
        """Whether it goes out as an MMS."""
        return bool(self.media_urls) or (self.extras is not None and self.extras.as_mms)

    def failing(self, error_code: int) -> Draft:
        """Return the same, to be taken and then to fail with a code."""
        extras = replace(self.extras or Extras(), failure=error_code)
        return self._replace(extras=extras)


@dataclass(slots=True, eq=False)
class Message:
    """A message Twilio has taken, as it stands now.

    Instants count from the run's start and are None until they come.  `sent_at` is when
    the last segment has left for the carrier; `ended_at` is when the last status came.
    `ordinal` counts the messages to this recipient from 0: with the seed it decides
    the message's fate.  Where it has left from a short code in vain, its `first_leg`,
    `sender`, `sending_at` and `sent_at` are of the long code that followed.
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

    @property
    def direction(self) -> Direction:
        """Who began."""
        extras = self.extras
        return Direction.OUTBOUND_API if extras is None else extras.direction

    @property
    def first_leg(self) -> Leg | None:
        """How it went before it went out again, None where it left once at most."""
        return None if self.extras is None else self.extras.first_leg

    def leave_again(self, sender: Sender, first_leg: Leg, at: Seconds) -> None:
        """Hand it to another sender, the first having failed to deliver it."""
        self.extras = replace(self.extras or Extras(), first_leg=first_leg)
        self.sender = sender
        self.updated_at = at

    @property
    def expires_at(self) -> Seconds:
        """When it fails, if its turn has not come by then; scheduled, by `send_at`."""
        extras = self.extras
        if extras is not None and extras.send_at is not None:
            return extras.send_at + self.validity_period
        return self.created_at + self.validity_period

    @property
    def is_mms(self) -> bool:
        """Whether it goes out as an MMS."""
        return self.sid.startswith("MM")
