"""Strategies, the API and the engine in one loop of virtual time: no socket, no clock.

The loop always goes to the next instant at which anything happens: a call may be made,
an answer comes, a status callback arrives, or the engine has something due.  Hours pass
in seconds, and the same scenario and seed give the same run to the last byte.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from loadtests.callbacks import Callbacks
from loadtests.eventlog import Log, call_answered, call_made, status_changed
from sender.plans import Attempt, Fate, Operation, Outcome, Wait
from simulator.api.bulk import MESSAGES as BULK
from simulator.api.requests import NOTHING, Request
from simulator.engine.chance import Delay, nth
from simulator.engine.events import StatusChanged
from sms.errors import TOO_LARGE, ApiError
from sms.statuses import MessageStatus
from sms.units import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from loadtests.recorder import Recorder
    from sender.plans import Step, Text
    from simulator.api.api import Api
    from simulator.engine.events import Event
    from simulator.engine.messages import Message
    from sms.units import Seconds

STRIDE: Seconds = 10 * MINUTE
"""How far the engine may run ahead of a sender that waits for none of its news."""

HORIZON: Seconds = 30 * DAY
"""How long a run may last; what is open then is recorded as it stands."""

BREATH = 2_000
"""How many steps the loop takes between two signs of life."""

_FAILURES = frozenset({MessageStatus.FAILED, MessageStatus.UNDELIVERED})


class Run(Protocol):
    """What is carried out: a broadcast's run, or one that wraps it."""

    def step(self, now: Seconds) -> Step:
        """Return a call to make now, until when to wait, or that all is done."""

    def settle(self, outcome: Outcome, now: Seconds) -> None:
        """Take the outcome of an attempt."""

    def report(self, fate: Fate, now: Seconds) -> None:
        """Take how a text ended."""

    def is_final(self, outcome: Outcome) -> bool:
        """Say whether an outcome is a call's last."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A run, and who writes it down; `log` takes its events, line by line."""

    run: Run
    recorder: Recorder
    log: Log | None = None


class Experiment:
    """The run of one strategy, or of several lanes beside each other.

    `eager` says that a sender acts on status callbacks, so that the engine must not
    run ahead of it; changes of status go to the `log` of the lane they are of.
    `callbacks` knows when each status callback comes.
    """

    def __init__(self, lanes: Sequence[Lane], api: Api, *, eager: bool = True) -> None:
        self.now: Seconds = 0.0
        self._lanes = lanes
        self._api = api
        self._gateway = api.gateway
        self._eager = eager
        self._logs = any(lane.log for lane in lanes)
        self._latency = Delay(self._gateway.profile.api_latency)
        self.callbacks = Callbacks(self._gateway.profile, self._gateway.faults)
        self._answers: list[tuple[Seconds, int, Lane, Attempt, Seconds, int]] = []
        self._fates: list[tuple[Seconds, int, Lane, Fate]] = []
        self._origins: dict[str, tuple[Lane, Text]] = {}
        self._requests = 0
        self._failures = 0
        account = self._gateway.world.account_sid
        self._messages_path = f"/2010-04-01/Accounts/{account}/Messages.json"

    def play(self) -> Iterator[Seconds]:
        """Run to the end; yield the simulated time now and then."""
        answers, fates, gateway = self._answers, self._fates, self._gateway
        stride = 0.0 if self._eager else STRIDE
        wake = self._act(0.0)
        steps = 0
        while True:
            steps += 1
            if not steps % BREATH:
                yield self.now
            at = min(
                wake,
                answers[0][0] if answers else inf,
                fates[0][0] if fates else inf,
            )
            due = gateway.due()
            if due is not None and due <= at:
                self._watch(gateway.advance(min(at, due + stride)))
                self.now = max(self.now, due)
            elif at > HORIZON:
                return
            else:
                self.now = at
                wake = self._settle(at)

    def _settle(self, now: Seconds) -> Seconds:
        """Take the answers and fates of this instant, then let the senders act."""
        while self._answers and self._answers[0][0] <= now:
            self._answer(*heappop(self._answers))
        while self._fates and self._fates[0][0] <= now:
            _, _, lane, fate = heappop(self._fates)
            lane.run.report(fate, now)
        return self._act(now)

    def _act(self, now: Seconds) -> Seconds:
        """Let every sender make all the calls it will; return when to ask again."""
        wake = inf
        for lane in self._lanes:
            step = lane.run.step(now)
            while isinstance(step, Attempt):
                self._begin(lane, step, now)
                step = lane.run.step(now)
            if isinstance(step, Wait) and step.until < wake:
                wake = step.until
        return wake

    def _begin(self, lane: Lane, attempt: Attempt, now: Seconds) -> None:
        """Put a call in flight, or refuse it at once where too many are."""
        if lane.log is not None:
            lane.log(call_made(attempt, now))
        limits = self._gateway.limits
        try:
            in_flight = limits.enter()
        except ApiError as refusal:
            error = refusal.error
            outcome = Outcome(attempt, error.http_status, error.code)
            self._end(lane, outcome, now, now, limits.in_flight + 1)
            return
        self._requests += 1
        quantile = nth(self._requests, self._gateway.seed)
        answered_at = now + self._latency.at(quantile)
        pending = (answered_at, self._requests, lane, attempt, now, in_flight)
        heappush(self._answers, pending)

    def _answer(
        self,
        now: Seconds,
        _: int,
        lane: Lane,
        attempt: Attempt,
        started_at: Seconds,
        in_flight: int,
    ) -> None:
        """Let the API handle a call whose time has come, and tell the sender."""
        outcome = self._handle(attempt, now)
        self._gateway.limits.leave()
        self._end(lane, outcome, started_at, now, in_flight)

    def _handle(self, attempt: Attempt, now: Seconds) -> Outcome:
        call = attempt.call
        path = self._messages_path
        if call.operation is Operation.CREATE_NOTIFICATION:
            path = f"/notify/v1/Services/{call.service}/Notifications"
            if self._too_large(urlencode(call.form, doseq=True)):
                return Outcome(attempt, TOO_LARGE.http_status, TOO_LARGE.code)
        elif call.document is not None:
            return self._handle_bulk(attempt, call.document, now)
        answer = self._api.handle(Request("POST", path, NOTHING, call.form), now)
        if answer.sid is not None:
            return Outcome(attempt, answer.status, None, answer.sid)
        return Outcome(attempt, answer.status, (answer.body or {}).get("code"))

    def _handle_bulk(
        self, attempt: Attempt, document: Mapping[str, Any], now: Seconds
    ) -> Outcome:
        if self._too_large(json.dumps(document, separators=(",", ":"))):
            return Outcome(attempt, TOO_LARGE.http_status, TOO_LARGE.code)
        request = Request("POST", BULK, document=document)
        answer = self._api.handle(request, now)
        if answer.sid is not None:
            return Outcome(attempt, answer.status, None, answer.sid)
        (error,) = (answer.body or {})["errors"]
        return Outcome(attempt, answer.status, error["code"])

    def _too_large(self, body: str) -> bool:
        """Say whether a call's body is over the limit; a text's alone never is."""
        return len(body) > self._gateway.profile.body_bytes

    def _end(
        self,
        lane: Lane,
        outcome: Outcome,
        started_at: Seconds,
        now: Seconds,
        in_flight: int,
    ) -> None:
        """Write down how an attempt ended and tell the sender."""
        run, recorder = lane.run, lane.recorder
        if lane.log is not None:
            lane.log(call_answered(outcome, in_flight, now))
        answered_at = now if outcome.http_status else None
        recorder.answer(outcome, started_at, answered_at, in_flight)
        run.settle(outcome, now)
        if outcome.sid is not None:
            self._place(lane, outcome, outcome.sid, started_at)
        elif run.is_final(outcome):
            recorder.lose(outcome, started_at)

    def _place(
        self, lane: Lane, outcome: Outcome, sid: str, started_at: Seconds
    ) -> None:
        """Find the messages that an accepted call's texts have become."""
        messages = self._made(sid)
        lane.recorder.place(outcome.attempt, started_at, messages)
        self._trace(lane, outcome, messages)

    def _made(self, sid: str) -> Sequence[Message]:
        """Return the messages that a call has made, by the SID it was answered with."""
        message = self._gateway.messages.get(sid)
        return self._gateway.fan_outs[sid] if message is None else (message,)

    def _trace(self, lane: Lane, outcome: Outcome, messages: Sequence[Message]) -> None:
        """Remember which text a message is of, where somebody will ask."""
        if self._eager or self._logs:
            texts = outcome.attempt.call.texts
            for text, placed in zip(texts, messages, strict=True):
                self._origins[placed.sid] = lane, text

    def _watch(self, events: Sequence[Event]) -> None:
        """Take what the engine tells: for the log, and for a sender that re-sends."""
        for event in events:
            if isinstance(event, StatusChanged):
                lane, text = self._origins.get(event.message.sid, (None, None))
                if lane is None or text is None:
                    continue
                if lane.log is not None:
                    lane.log(status_changed(event))
                if self._eager and event.status in _FAILURES:
                    self._tell(lane, text, event)

    def _tell(self, lane: Lane, text: Text, event: StatusChanged) -> None:
        """Send a failure to the sender, as its status callback would."""
        message = event.message
        fate = Fate(text, event.status, event.error_code)
        self._failures += 1
        at = self.callbacks.received_at(message, event.status, event.at)
        if at is not None:
            heappush(self._fates, (at, self._failures, lane, fate))
