"""What strategies and executors say to each other.

A strategy turns texts into calls; whoever carries it out makes the call and comes back
with its outcome.  Nothing here knows who that is: asyncio, gevent or a loop in virtual
time.

What is made anew for every call is a named tuple: a frozen dataclass takes twice as
long to make.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from sms.errors import QUEUE_FULL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sms.units import Seconds


class Text(NamedTuple):
    """One body for one recipient: the unit that must arrive, once.

    `key` counts a broadcast's texts from 0 and names this one in every record;
    `attempt` is 0 at first and grows by one with each re-delivery.  `due_at` is when it
    is meant to be submitted, None for as soon as may be.
    """

    key: int
    recipient: str
    body: str
    attempt: int = 0
    due_at: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Broadcast:
    """All that is to be sent, in order."""

    texts: Sequence[Text]
    status_callback: str | None = None
    validity_period: int | None = None


@dataclass(frozen=True, slots=True)
class Senders:
    """What an account has to send from, as its owner knows it.

    `numbers` are long codes and toll-free numbers, `short_codes` maps a country to its
    code, and the two SIDs name the services that `messaging-service` and `notify` use.
    """

    numbers: Sequence[str] = ()
    short_codes: Mapping[str, str] = field(default_factory=dict)
    messaging_service: str | None = None
    notify_service: str | None = None


class Operation(StrEnum):
    """Which of Twilio's operations a call is."""

    CREATE_MESSAGE = "create_message"
    CREATE_NOTIFICATION = "create_notification"
    CREATE_BULK = "create_bulk"


class Call(NamedTuple):
    """One request to make, now.

    `form` holds the parameters by their names on the wire; a list is a repeated one.
    `texts` are the texts this call carries: one, or a notification's thousands.  A bulk
    request has a JSON `document` in place of a form, and is `told_by_service` where the
    Messaging Service it goes through has been set to report to this run.
    """

    operation: Operation
    texts: Sequence[Text]
    form: Mapping[str, str | Sequence[str]]
    service: str | None = None
    document: Mapping[str, Any] | None = None
    told_by_service: bool = False


class Attempt(NamedTuple):
    """A call to make now: the `number`-th planned, made `retries` times before.

    A call is made again only after a 429, which was never processed.  `due_at` is since
    when it might have been made, for all that arrivals, pacing and back-off say; None
    where nothing says.
    """

    call: Call
    number: int
    retries: int = 0
    due_at: Seconds | None = None

    @property
    def intended_at(self) -> Seconds | None:
        """When its first text was meant to be submitted, whatever held it up since."""
        return self.call.texts[0].due_at


class Wait(NamedTuple):
    """Nothing to do before `until`; infinity is until something settles."""

    until: Seconds


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing to do any more, unless a failed message is to be sent again."""


Step = Attempt | Wait | Done


class Outcome(NamedTuple):
    """How an attempt ended: `http_status` is 0 where no answer came.

    A call without an answer is ambiguous (Twilio may have acted on it), and so is one
    answered with a 5xx: neither is made again unless that is asked for.  `reached` is
    False where not a byte of the request can have left, as when no connection was to be
    had.
    """

    attempt: Attempt
    http_status: int
    error_code: int | None = None
    sid: str | None = None
    reached: bool = True

    @property
    def accepted(self) -> bool:
        """Whether Twilio has taken the call."""
        return 200 <= self.http_status < 300

    @property
    def rejected(self) -> bool:
        """Whether Twilio has said no: nothing was created, whatever may work later."""
        return 400 <= self.http_status < 500

    @property
    def refused(self) -> bool:
        """Whether nothing has happened for sure, and it may work in a moment.

        Too many requests were in flight, or nobody was there to take this one.
        """
        if self.http_status == 429:
            return self.error_code != QUEUE_FULL.code
        return not self.reached


@dataclass(frozen=True, slots=True)
class Fate:
    """How a text ended, as a status callback tells it."""

    text: Text
    status: str
    error_code: int | None = None
