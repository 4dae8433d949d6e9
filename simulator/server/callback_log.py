"""The log of callbacks: what was posted where, every attempt, and how it ended.

Bodies and numbers stand in it, as they do in the callbacks themselves: it is told to
who asks this server, and never written to a log file.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.api.requests import Answer
from simulator.server.controls import OWN
from simulator.server.rings import Ring
from simulator.server.tallies import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.api.callbacks import Parameters
    from simulator.api.requests import Form
    from simulator.server.controls import Asked, Control
    from simulator.server.posting import Attempt, Poster, Reply
    from sms.statuses import MessageStatus
    from sms.units import Seconds

PATH = f"{OWN}callbacks"

MOST_KEPT = 10_000
"""Callbacks that are kept, the newest; what was before them is counted alone."""

MOST_PARAMETERS = 150_000
"""Parameters that are kept in all, so that callbacks of 1,000 deliveries take no more
room than others: there are then fewer of them."""


class Kind(StrEnum):
    """What a callback tells of; a fallback is asked where an inbound webhook failed."""

    STATUS = "status"
    DELIVERY = "delivery"
    WEBHOOK = "webhook"
    FALLBACK = "fallback"


class Callback(NamedTuple):
    """A callback that is done with.

    `sid` is the message's or the notification's, `due_at` when what it reports
    happened, and `reply` how posting it went, None where it never was.  `fault` names
    the one on order that struck it.
    """

    kind: Kind
    sid: str
    status: MessageStatus | None
    method: str
    url: str
    parameters: Parameters
    due_at: Seconds
    outcome: Outcome
    fault: str
    reply: Reply | None
    poster: Poster

    def facts(self, number: int) -> dict[str, Any]:
        """Return it as JSON shows it, the `number`-th that was done with."""
        made = self.reply.made if self.reply else ()
        return {
            "number": number,
            "kind": self.kind,
            "sid": self.sid,
            "status": self.status,
            "method": self.method,
            "url": _plain(self.url),
            "parameters": [[n, _plain(value)] for n, value in self.parameters],
            "due_at": self.due_at,
            "posted_at": made[0].began_at if made else None,
            "attempts": [_attempt(one) for one in made],
            "outcome": self.outcome,
            "problem": _plain(self.reply.problem) or None if self.reply else None,
            "fault": self.fault or None,
            "signature": self._signature(),
        }

    def _signature(self) -> dict[str, Any] | None:
        """Return what the signature sent is worth, None where none was."""
        signed = self.reply.signed if self.reply else None
        if signed is None:
            return None
        verdict = self.poster.judge(signed)
        return {
            "sent": signed.signature,
            "valid": verdict.valid,
            "why_not": verdict.why_not or None,
            "doubts": list(verdict.doubts),
        }


class CallbackLog:
    """Keeps the newest callbacks, numbered from 1 as they were done with."""

    def __init__(
        self, most_kept: int = MOST_KEPT, most_parameters: int = MOST_PARAMETERS
    ) -> None:
        self._ring: Ring[Callback] = Ring(most_kept)
        self._most_parameters = most_parameters
        self._parameters = 0

    def add(self, callback: Callback) -> None:
        """Keep a callback that is done with."""
        forgotten = self._ring.add(callback)
        self._parameters += len(callback.parameters)
        if forgotten is not None:
            self._parameters -= len(forgotten.parameters)
        while self._parameters > self._most_parameters and len(self._ring) > 1:
            self._parameters -= len(self._ring.forget().parameters)

    def controls(self) -> Sequence[Control]:
        """Return the routes."""
        return (("GET", PATH, self.show),)

    def show(self, asked: Asked) -> Answer:
        """List callbacks, the oldest first: a page of those that are asked for."""
        try:
            wanted = _filter(asked.query)
            return Answer(200, self._ring.tell("callbacks", asked.query, wanted))
        except ValueError as error:
            return Answer(400, {"message": str(error)})


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "began_at": attempt.began_at,
        "seconds": attempt.seconds,
        "http_status": attempt.http_status or None,
        "problem": _plain(attempt.problem) or None,
    }


def _plain(text: str) -> str:
    """Return a text without what no JSON can hold."""
    return text.encode(errors="replace").decode()


def _filter(query: Form) -> Callable[[Callback], bool]:
    """Return what says whether a callback is asked for.

    Raises:
        ValueError: names what is wrong with the query.
    """
    for name in query:
        if name not in _FILTERS:
            raise ValueError(f"{name!r} is no filter: there are {', '.join(_FILTERS)}")
    failed = query.get("failed")
    if failed not in _FAILED:
        raise ValueError(f"failed: {failed!r} is neither true nor false")
    outcomes = _FAILED[failed]
    given = [(_OWN[name], query[name]) for name in _OWN if name in query]

    def wanted(callback: Callback) -> bool:
        return callback.outcome in outcomes and all(
            own(callback) == value for own, value in given
        )

    return wanted


_OWN: Mapping[str, Callable[[Callback], str]] = {
    "sid": lambda callback: callback.sid,
    "url": lambda callback: callback.url,
    "kind": lambda callback: callback.kind,
    "outcome": lambda callback: callback.outcome,
}
_FILTERS = ("after", "limit", "failed", *_OWN)

_POSTED = frozenset({Outcome.POSTED})
_FAILED: Mapping[Any, frozenset[Outcome]] = {
    None: frozenset(Outcome),
    "true": frozenset(Outcome) - _POSTED,
    "false": _POSTED,
}
