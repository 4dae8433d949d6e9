"""The loop of virtual time with faults on order: answers that are lost, late or wrong.

A sender is told what it would see over HTTP: a status, or no answer at all, which is 0.
What became of the call in truth is found out once the run is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappush
from typing import TYPE_CHECKING

from loadtests.experiment import Experiment
from sender.plans import Operation, Outcome
from simulator.api.bulk import MESSAGES as BULK
from simulator.engine.faults import Stage, Struck
from sms.errors import INTERNAL_ERROR, TOO_MANY_REQUESTS
from sms.units import MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadtests.experiment import Lane
    from sender.plans import Attempt
    from simulator.api.api import Api
    from simulator.engine.faults import Fault
    from sms.units import Seconds

PATIENCE: Seconds = MINUTE
"""How long a sender waits for an answer, as `sender.client` does."""

_INSTEAD = {
    "too-many-requests": (TOO_MANY_REQUESTS.http_status, TOO_MANY_REQUESTS.code),
    "error-before": (INTERNAL_ERROR.http_status, INTERNAL_ERROR.code),
    "error-after": (INTERNAL_ERROR.http_status, INTERNAL_ERROR.code),
    "cut-answer": (201, None),
    "reset": (0, None),
}
"""What a sender sees in place of the answer: HTTP status and Twilio's code."""

_LATER = ("late-acceptance", "latency")
"""What has a request wait before it is handled."""


@dataclass(slots=True)
class _Trouble:
    """A request that faults have struck, before it is handled or in its answer.

    `seen` is what the sender is told apart from when the request is handled.
    """

    about: Struck
    before: Fault | None
    after: Fault | None
    waited: bool = False
    given_up: bool = False
    seen: Outcome | None = None


class FaultyExperiment(Experiment):
    """An experiment whose requests and status callbacks may go wrong on order.

    Each request is struck when it is begun, as over HTTP.  The second instant of one,
    when the sender is told apart from the handling, goes by its number below 0.
    """

    def __init__(self, lanes: Sequence[Lane], api: Api, *, eager: bool = True) -> None:
        super().__init__(lanes, api, eager=eager)
        self._faults = api.gateway.faults
        self._troubles: dict[int, _Trouble] = {}

    def _begin(self, lane: Lane, attempt: Attempt, now: Seconds) -> None:
        before = self._requests
        super()._begin(lane, attempt, now)
        if self._requests == before:
            return  # refused at once: too many are in flight
        faults, about = self._faults, self._about(attempt)
        early = faults.strike(Stage.REQUEST, about, now)
        after = None
        if early is None or early.what in _LATER:
            after = faults.strike(Stage.ANSWER, about, now)
        if early is not None or after is not None:
            self._troubles[self._requests] = _Trouble(about, early, after)

    def _about(self, attempt: Attempt) -> Struck:
        call = attempt.call
        if call.operation is Operation.CREATE_MESSAGE:
            sender = str(call.form.get("From", ""))
            recipient = call.texts[0].recipient
            return self._faults.request(self._messages_path, recipient, sender)
        if call.operation is Operation.CREATE_BULK:
            return self._faults.request(BULK)
        path = f"/notify/v1/Services/{call.service}/Notifications"
        return self._faults.request(path)

    def _answer(
        self,
        now: Seconds,
        number: int,
        lane: Lane,
        attempt: Attempt,
        started_at: Seconds,
        in_flight: int,
    ) -> None:
        trouble = self._troubles.get(abs(number))
        if trouble is None:
            super()._answer(now, number, lane, attempt, started_at, in_flight)
        elif number < 0:
            seen = self._tell_apart(-number, trouble, attempt)
            self._end(lane, seen, started_at, now, in_flight)
        elif trouble.before is not None and not trouble.waited:
            if trouble.before.what in _LATER:
                trouble.waited = True
                self._put_off(
                    trouble, (now, number, lane, attempt, started_at, in_flight)
                )
                return
            del self._troubles[number]
            self._gateway.limits.leave()
            status, code = _INSTEAD[trouble.before.what]
            self._end(lane, Outcome(attempt, status, code), started_at, now, in_flight)
        else:
            truth = self._handle(attempt, now)
            self._gateway.limits.leave()
            self._tell_amiss(
                trouble, truth, (now, number, lane, attempt, started_at, in_flight)
            )

    def _put_off(self, trouble: _Trouble, request: _Request) -> None:
        """Handle a request later; a sender that has no answer till then gives it up."""
        now, number, lane, attempt, started_at, in_flight = request
        assert trouble.before is not None, "something puts it off"
        at = now + self._faults.seconds(trouble.before, trouble.about)
        heappush(self._answers, (at, number, lane, attempt, started_at, in_flight))
        give_up_at = max(started_at + PATIENCE, now)
        if at > give_up_at:
            given_up = (give_up_at, -number, lane, attempt, started_at, in_flight)
            heappush(self._answers, given_up)

    def _tell_apart(self, number: int, trouble: _Trouble, attempt: Attempt) -> Outcome:
        """Return what a sender is told at another instant than its call is handled."""
        if trouble.seen is None:
            trouble.given_up = True
            return Outcome(attempt, 0)
        del self._troubles[number]
        return trouble.seen

    def _tell_amiss(self, trouble: _Trouble, truth: Outcome, request: _Request) -> None:
        """Tell a sender what it sees of a call that was handled, now or later."""
        now, number, lane, attempt, started_at, in_flight = request
        after = trouble.after
        if not trouble.given_up and after is not None and after.what == "slow-body":
            trouble.seen = truth
            at = now + self._faults.seconds(after, trouble.about)
            later = (at, -number, lane, attempt, started_at, in_flight)
            heappush(self._answers, later)
            return
        del self._troubles[number]
        if not trouble.given_up:
            seen = truth
            if after is not None:
                seen = Outcome(attempt, *_INSTEAD[after.what])
            self._end(lane, seen, started_at, now, in_flight)
            if seen is truth:
                return
        if truth.sid is not None:
            # no answer told of these messages, but their callbacks do
            self._trace(lane, truth, self._made(truth.sid))


_Request = tuple["Seconds", int, "Lane", "Attempt", "Seconds", int]
"""When it is due, its number, whose it is, when it began, how many were in flight."""
