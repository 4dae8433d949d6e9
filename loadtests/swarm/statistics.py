"""What a worker measures: exact figures of its own, and rows among Locust's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loadtests.figures import CALLS, OPEN, TEXTS, Figures
from loadtests.swarm.clients import named
from sender.plans import Text
from sms.statuses import TERMINAL, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from locust.event import EventHook

    from loadtests.streams import Stream
    from loadtests.swarm.clocks import ServerClock
    from sender.callbacks import CallbackReceived
    from sender.calls import CallMade
    from sender.plans import Attempt, Outcome
    from sms.units import Seconds

SMS = "SMS"
"""The type of our rows in Locust's statistics, where a request has its method."""

SENT_GONE, TO_DELIVERY, TO_END = (
    "accepted→sent",
    "sent→delivered",
    "submitted→terminal",
)

_FAILED = (MessageStatus.FAILED, MessageStatus.UNDELIVERED)


class SmsError(Exception):
    """A text that did not arrive, by Twilio's code."""


@dataclass(slots=True)
class _Stage:
    """When a message was accepted and handed to its carrier, as far as is known."""

    accepted_at: Seconds
    sent_at: Seconds | None = None
    delivered_at: Seconds | None = None


class Statistics:
    """Takes calls and callbacks and tells what they come to.

    Once it is `closed` nothing counts any more: what is left has been counted by then.
    Figures are kept exactly; Locust's own rows, which it rounds, stand beside its
    requests: `SMS`, in milliseconds of simulated time, failures by Twilio's code.
    """

    def __init__(self, clock: ServerClock, request: EventHook) -> None:
        self.figures = Figures()
        self.closed = False
        self.clock = clock
        self._request = request
        self._accepted: dict[tuple[str, int, int], Seconds] = {}
        self._submitted: dict[tuple[str, int], Seconds] = {}
        self._stages: dict[str, _Stage] = {}
        self._latest: dict[tuple[str, int, int], str] = {}
        self._early: set[tuple[str, int, int]] = set()
        self._doubtful: set[tuple[str, int]] = set()
        self._again: dict[tuple[str, int], CallbackReceived] = {}

    def note(self, stream: Stream, made: CallMade, *, final: bool) -> None:
        """Take a request that was made, and its answer."""
        if self.closed:
            return
        outcome = made.outcome
        self.figures.count(CALLS)
        self._time(made)
        if outcome.refused:
            self.figures.count("429")
        if not made.attempt.retries:
            self._submit(stream, made)
        if outcome.accepted:
            self._accept(stream, made)
        elif final:
            self._lose(stream, outcome)

    def _time(self, made: CallMade) -> None:
        """Time a request: from its intention, from its start, and how late it began."""
        attempt, outcome, figures = made.attempt, made.outcome, self.figures
        started_at, answered_at = made.started_at, made.answered_at
        if attempt.due_at is not None:
            figures.add("lag", self.clock.real(started_at - attempt.due_at))
        if answered_at is None or outcome.refused:
            return
        figures.add("service", answered_at - started_at)
        if outcome.accepted and attempt.intended_at is not None:
            figures.add("call", answered_at - attempt.intended_at)

    def _submit(self, stream: Stream, made: CallMade) -> None:
        """Count the texts of a call that is made for the first time."""
        for text in made.attempt.call.texts:
            if not text.attempt:
                self.figures.count(TEXTS)
                due_at = text.due_at
                at = made.started_at if due_at is None else due_at
                self._submitted[stream.name, text.key] = at

    def _accept(self, stream: Stream, made: CallMade) -> None:
        for text in made.attempt.call.texts:
            key = stream.name, text.key, text.attempt
            self._again.pop(key[:2], None)
            if key in self._early:  # its callback overtook the answer
                self._early.discard(key)
            else:
                self._accepted[key] = made.answered_at or made.started_at

    def _lose(self, stream: Stream, outcome: Outcome) -> None:
        """Count texts that became nothing, as failures by their code."""
        texts = len(outcome.attempt.call.texts)
        code = outcome.error_code
        if outcome.rejected:
            self.figures.count("gave_up" if outcome.refused else "refused", texts)
            if code is not None:
                self.figures.count(str(code), texts)
        else:
            self.figures.count("ambiguous", texts)
        problem = named(code) if code else f"HTTP {outcome.http_status or 'none'}"
        for text in outcome.attempt.call.texts:
            if not outcome.rejected:
                self._doubtful.add((stream.name, text.key))
            self._tell(stream, TO_END, None, SmsError(problem))

    def hear(
        self,
        stream: Stream,
        text: Text | None,
        callback: CallbackReceived,
        *,
        again: bool,
    ) -> None:
        """Take a callback; `again` says that its text will be sent once more."""
        if callback.duplicate or self.closed:
            return
        at, status = callback.received_at, callback.status
        if text is not None:
            self._keep(stream, text, status)
        stage = self._stage(stream, text, callback)
        if stage is not None and status == MessageStatus.SENT:
            stage.sent_at = at
            self._tell(stream, SENT_GONE, at - stage.accepted_at)
        if stage is not None and status == MessageStatus.DELIVERED:
            stage.delivered_at = at
        if stage is not None:
            self._deliver(stream, callback.sid, stage, status)
        if text is not None and status in TERMINAL:
            if again:
                self._again[stream.name, text.key] = callback
            else:
                self._end(stream, text, callback)

    def _keep(self, stream: Stream, text: Text, status: str) -> None:
        """Remember the last status of an open message; they may come in any order."""
        key = stream.name, text.key, text.attempt
        if status in TERMINAL:
            self._latest.pop(key, None)
        elif self._latest.get(key) != MessageStatus.SENT:
            self._latest[key] = status

    def leave_unanswered(self, stream: Stream, attempt: Attempt) -> None:
        """Count the texts of a call whose answer nobody waits for any more."""
        for text in attempt.call.texts:
            if not text.attempt:
                self.figures.count(TEXTS, int(not attempt.retries))
                self.figures.count("ambiguous")
                self._doubtful.add((stream.name, text.key))

    def leave_open(self, stream: Stream, texts: Iterable[Text]) -> None:
        """Count texts that have not ended, by what was last told of each."""
        for text in texts:
            key = stream.name, text.key, text.attempt
            if key[:2] not in self._doubtful:
                status = self._latest.get(key, MessageStatus.ACCEPTED)
                self.figures.count(f"{OPEN} {status}")

    def leave_out(self, texts: int) -> None:
        """Count texts that no call was made for."""
        self.figures.count(TEXTS, texts)
        self.figures.count("unsent", texts)

    def leave_waiting(self, stream: Stream, texts: Iterable[Text]) -> None:
        """Count texts that were to be called for again, or sent again."""
        self.figures.count("unsent", sum(not text.attempt for text in texts))
        for name, key in [key for key in self._again if key[0] == stream.name]:
            callback = self._again.pop((name, key))
            self._end(stream, Text(key, callback.recipient, ""), callback)

    def _stage(
        self, stream: Stream, text: Text | None, callback: CallbackReceived
    ) -> _Stage | None:
        """Return what is known of a message on its way, by its SID."""
        stage = self._stages.get(callback.sid)
        if stage is None and text is not None:
            key = stream.name, text.key, text.attempt
            if key not in self._accepted:
                self._early.add(key)
            accepted_at = self._accepted.pop(key, callback.received_at)
            stage = self._stages[callback.sid] = _Stage(accepted_at)
        return stage

    def _deliver(self, stream: Stream, sid: str, stage: _Stage, status: str) -> None:
        """Time the receipt once both ends are told, in whatever order they came."""
        if stage.sent_at is not None and stage.delivered_at is not None:
            span = max(0.0, stage.delivered_at - stage.sent_at)
            self._tell(stream, TO_DELIVERY, span)
            del self._stages[sid]
        elif status in _FAILED or status == MessageStatus.CANCELED:
            self._stages.pop(sid, None)

    def _end(self, stream: Stream, text: Text, callback: CallbackReceived) -> None:
        """Count a text's end, and time it from when it was meant to be submitted."""
        self.figures.count(callback.status)
        if (stream.name, text.key) in self._doubtful:
            self._doubtful.discard((stream.name, text.key))
            self.figures.count("ambiguous", -1)
        problem = None
        if callback.status in _FAILED:
            code = callback.error_code
            problem = SmsError(named(code) if code else callback.status)
            if code is not None:
                self.figures.count(str(code))
        at = callback.received_at
        span = at - self._submitted.pop((stream.name, text.key), at)
        self._tell(stream, TO_END, span, problem)

    def _tell(
        self,
        stream: Stream,
        metric: str,
        span: Seconds | None,
        problem: SmsError | None = None,
    ) -> None:
        """Add a time, if there is one, to our figures, and a row to Locust's."""
        if span is not None:
            self.figures.add(metric, span)
        row: dict[str, Any] = {
            "request_type": SMS,
            "name": f"{stream.name} {metric}",
            "response_time": None if span is None else span * 1_000,
            "response_length": 0,
            "exception": problem,
            "context": {},
        }
        self._request.fire(**row)
