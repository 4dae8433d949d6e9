"""A strategy, the API and the engine in one loop of virtual time: no socket, no clock.

The loop always goes to the next instant at which anything happens: a call may be made,
an answer comes, a status callback arrives, or the engine has something due.  Hours pass
in seconds, and the same scenario and seed give the same run to the last byte.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING, Any

from loadtests.callbacks import Callbacks
from sender.plans import Attempt, Fate, Outcome, Wait
from simulator.api.requests import NOTHING, Request
from simulator.engine.chance import Delay, nth
from simulator.engine.events import StatusChanged
from sms.errors import ApiError
from sms.statuses import MessageStatus
from sms.units import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loadtests.recorder import Recorder
    from sender.broadcasts import BroadcastRun
    from sender.plans import Call, Text
    from simulator.api.api import Api
    from simulator.engine.events import Event
    from sms.units import Seconds

Log = Callable[[dict[str, Any]], None]
"""Takes one line of the event log."""

STRIDE: Seconds = 10 * MINUTE
"""How far the engine may run ahead of a sender that waits for none of its news."""

HORIZON: Seconds = 30 * DAY
"""How long a run may last; what is open then is recorded as it stands."""

BREATH = 2_000
"""How many steps the loop takes between two signs of life."""

_FAILURES = frozenset({MessageStatus.FAILED, MessageStatus.UNDELIVERED})


class Experiment:
    """One strategy's run in virtual time.

    `eager` says that the sender acts on status callbacks, so that the engine must not
    run ahead of it; `log` takes the event log, line by line.
    """

    def __init__(
        self,
        run: BroadcastRun,
        api: Api,
        recorder: Recorder,
        *,
        eager: bool = True,
        log: Log | None = None,
    ) -> None:
        self._run = run
        self._api = api
        self._gateway = api.gateway
        self._recorder = recorder
        self._stride = 0.0 if eager else STRIDE
        self._log = log
        self._latency = Delay(self._gateway.profile.api_latency)
        self._callbacks = Callbacks(self._gateway.profile)
        self._answers: list[tuple[Seconds, int, Attempt, Seconds, int]] = []
        self._fates: list[tuple[Seconds, int, Fate]] = []
        self._texts: dict[str, Text] = {}
        account = self._gateway.world.account_sid
        self._paths: dict[str | None, str] = {
            None: f"/2010-04-01/Accounts/{account}/Messages.json"
        }
        self._calls = 0
        self._heard = 0
        self.now: Seconds = 0.0

    def play(self) -> Iterator[Seconds]:
        """Run to the end; yield the simulated time now and then."""
        answers, fates, gateway = self._answers, self._fates, self._gateway
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
                self._watch(gateway.advance(min(at, due + self._stride)))
                self.now = max(self.now, due)
            elif at > HORIZON:
                return
            else:
                self.now = at
                wake = self._settle(at)

    def _settle(self, now: Seconds) -> Seconds:
        """Take the answers and fates of this instant, then let the sender act."""
        while self._answers and self._answers[0][0] <= now:
            self._answer(*heappop(self._answers))
        while self._fates and self._fates[0][0] <= now:
            self._run.report(heappop(self._fates)[2], now)
        return self._act(now)

    def _act(self, now: Seconds) -> Seconds:
        """Let the sender make all the calls it will now; return when to ask again."""
        step = self._run.step(now)
        while isinstance(step, Attempt):
            self._begin(step, now)
            step = self._run.step(now)
        return step.until if isinstance(step, Wait) else inf

    def _begin(self, attempt: Attempt, now: Seconds) -> None:
        """Put a call in flight, or refuse it at once where too many are."""
        if self._log is not None:
            self._log(
                {
                    "at": now,
                    "event": "call",
                    "call": attempt.number,
                    "attempt": attempt.retries,
                    "operation": attempt.call.operation,
                    "recipients": len(attempt.call.texts),
                }
            )
        try:
            in_flight = self._gateway.limits.enter()
        except ApiError as refusal:
            outcome = Outcome(attempt, refusal.error.http_status, refusal.error.code)
            in_flight = self._gateway.limits.in_flight + 1
            self._end(outcome, now, now, in_flight)
            return
        self._calls += 1
        quantile = nth(self._calls, self._gateway.seed)
        answered_at = now + self._latency.at(quantile)
        heappush(self._answers, (answered_at, self._calls, attempt, now, in_flight))

    def _answer(
        self,
        now: Seconds,
        _: int,
        attempt: Attempt,
        started_at: Seconds,
        in_flight: int,
    ) -> None:
        """Let the API handle a call whose time has come, and tell the sender."""
        call = attempt.call
        path = self._paths.get(call.service) or self._notify_path(call)
        answer = self._api.handle(Request("POST", path, NOTHING, call.form), now)
        self._gateway.limits.leave()
        error_code = None if answer.sid else (answer.body or {}).get("code")
        outcome = Outcome(attempt, answer.status, error_code, answer.sid)
        self._end(outcome, started_at, now, in_flight)

    def _notify_path(self, call: Call) -> str:
        path = f"/notify/v1/Services/{call.service}/Notifications"
        self._paths[call.service] = path
        return path

    def _end(
        self, outcome: Outcome, started_at: Seconds, now: Seconds, in_flight: int
    ) -> None:
        """Record how an attempt ended and tell the sender."""
        attempt = outcome.attempt
        if self._log is not None:
            self._log(
                {
                    "at": now,
                    "event": "answer",
                    "call": attempt.number,
                    "attempt": attempt.retries,
                    "http_status": outcome.http_status,
                    "error_code": outcome.error_code,
                    "sid": outcome.sid,
                    "in_flight": in_flight,
                }
            )
        self._recorder.answer(
            attempt,
            outcome,
            started_at=started_at,
            answered_at=now,
            in_flight=in_flight,
        )
        if outcome.sid is not None:
            self._run.settle(outcome, now)
            self._place(outcome, outcome.sid, started_at)
            return
        self._run.settle(outcome, now)
        if self._run.is_final(outcome):
            self._recorder.lose(attempt, started_at, outcome)

    def _place(self, outcome: Outcome, sid: str, started_at: Seconds) -> None:
        """Find the messages that an accepted call's texts have become."""
        messages = self._gateway.fan_outs.get(sid) or (self._gateway.messages[sid],)
        self._recorder.place(outcome.attempt, started_at, messages)
        if not self._stride:
            texts = outcome.attempt.call.texts
            for text, message in zip(texts, messages, strict=True):
                self._texts[message.sid] = text

    def _watch(self, events: Sequence[Event]) -> None:
        """Take what the engine reports: for the log, and for a sender that re-sends."""
        if self._stride and self._log is None:
            return
        for event in events:
            if isinstance(event, StatusChanged):
                if self._log is not None:
                    self._log(_line(event))
                if not self._stride and event.status in _FAILURES:
                    self._tell(event)

    def _tell(self, event: StatusChanged) -> None:
        """Send a failure to the sender, as its status callback would."""
        message = event.message
        fate = Fate(self._texts[message.sid], event.status, event.error_code)
        self._heard += 1
        at = self._callbacks.received_at(message, event.status, event.at)
        heappush(self._fates, (at, self._heard, fate))


def _line(event: StatusChanged) -> dict[str, Any]:
    message = event.message
    return {
        "at": event.at,
        "event": "status",
        "sid": message.sid,
        "recipient": message.recipient,
        "sender": message.sender.address if message.sender else None,
        "status": event.status,
        "error_code": event.error_code,
    }
