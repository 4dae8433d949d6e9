"""What came back for a call, and the record of a call made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sender.plans import Attempt, Outcome
    from sms.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for a call.

    `http_status` is 0 where nothing did, and `reached` False where the request cannot
    have left.  `concurrent_requests` is how many Twilio says were in flight, this one
    included; None where it does not say.
    """

    http_status: int
    error_code: int | None = None
    sid: str | None = None
    concurrent_requests: int | None = None
    reached: bool = True


NO_ANSWER = Answer(http_status=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMade:
    """A request that was made, and its answer.

    `answered_at` is None where none came; `in_flight` is what Twilio said of how many
    were, this one included, None where it did not say.
    """

    attempt: Attempt
    started_at: Seconds
    answered_at: Seconds | None
    outcome: Outcome
    in_flight: int | None


OnCall = Callable[[CallMade], None]
