"""Carries a broadcast run out under asyncio, over the official client.

It holds no opinion: the run says what to do and when, the client does it, and what
comes back goes to the run.  Each call's status callback is given the call's number, so
that a callback can be matched to its text even where the answer was lost, or where
there is none to match, as with Notify.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sender import receiver
from sender.client import Answer, perform
from sender.plans import Attempt, Call, Done, Fate, Operation, Outcome, Text, Wait
from sender.receiver import CALL_KEY, CallbackReceived
from sms.statuses import TERMINAL
from sms.units import HOUR, Seconds

if TYPE_CHECKING:
    from twilio.rest import Client

    from sender.broadcasts import BroadcastRun

LONGEST_SILENCE: Seconds = HOUR
"""How long to wait for the next callback once every call is made."""


class Clock(receiver.Clock, Protocol):
    """Tells the time of the run, and how much faster than the wall's it goes."""

    @property
    def speed(self) -> float:
        """Simulated seconds a real second."""


class LoopClock:
    """The event loop's clock, `speed` times as fast, from 0 when it is made."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._loop = asyncio.get_running_loop()
        self._started_at = self._loop.time()

    def now(self) -> Seconds:
        """Return the instant, counted from the clock's making."""
        return (self._loop.time() - self._started_at) * self.speed


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

_NO_ANSWER = Answer(http_status=0)


class Executor:
    """Carries one run out, once.

    `on_call` is told of every request.  Hand `receive` to a Receiver where the
    broadcast asks for status callbacks.  What is known stays in the run and with the
    observers however `carry_out` ends: a call that is cut off counts as unanswered.
    """

    def __init__(
        self,
        run: BroadcastRun,
        client: Client,
        *,
        clock: Clock,
        on_call: OnCall | None = None,
    ) -> None:
        self._run = run
        self._client = client
        self._clock = clock
        self._on_call = on_call
        self._news = asyncio.Event()
        self._heard_at: Seconds = 0.0
        self._texts: dict[int, dict[str, Text]] = {}
        self._open: set[tuple[int, int]] = set()

    @property
    def open_fates(self) -> int:
        """How many texts Twilio has, or may have, whose end no callback has told."""
        return len(self._open)

    async def carry_out(
        self, *, until: Seconds = math.inf, silence: Seconds = LONGEST_SILENCE
    ) -> None:
        """Make all calls, and return once every text has ended.

        No call is begun after the instant `until`, and after the last one no callback
        is waited for longer than `silence`, counted from the one before.

        Raises:
            ExceptionGroup: an observer failed, or a call that the library cannot make.
        """
        async with asyncio.TaskGroup() as calls:
            while (now := self._clock.now()) < until:
                match self._run.step(now):
                    case Attempt() as attempt:
                        calls.create_task(self._make(attempt))
                        await asyncio.sleep(0)
                    case Wait(wake_at):
                        await self._sleep(min(wake_at, until))
                    case Done():
                        give_up_at = self._heard_at + silence
                        if not self._open or now >= give_up_at:
                            return
                        await self._sleep(min(give_up_at, until))

    def receive(self, callback: CallbackReceived) -> None:
        """Take a status callback: how a text ended may make another call due."""
        self._heard_at = self._clock.now()
        text = self.text_of(callback)
        if text is None or callback.duplicate or callback.status not in TERMINAL:
            return
        self._open.discard((text.key, text.attempt))
        fate = Fate(text, callback.status, callback.error_code)
        self._run.report(fate, self._heard_at)
        self._news.set()

    def text_of(self, callback: CallbackReceived) -> Text | None:
        """Return the text that a callback is about, None if it is not of this run."""
        if callback.call_number is None:
            return None
        return self._texts.get(callback.call_number, {}).get(callback.recipient)

    async def _make(self, attempt: Attempt) -> None:
        """Make one call; its outcome is told even where it is cut off."""
        call = name_call(attempt.call, attempt.number)
        started_at = self._clock.now()
        self._expect(call, attempt.number)
        answer = _NO_ANSWER
        try:
            answer = await perform(self._client, call)
        finally:
            self._conclude(attempt, answer, started_at)

    def _expect(self, call: Call, number: int) -> None:
        """Wait for the ends of a call's texts, if it asks to be told."""
        self._texts[number] = {text.recipient: text for text in call.texts}
        if _asks_to_be_told(call):
            self._open.update((text.key, text.attempt) for text in call.texts)

    def _conclude(self, attempt: Attempt, answer: Answer, started_at: Seconds) -> None:
        """Tell the run and the observer how a call ended."""
        now = self._heard_at = self._clock.now()
        outcome = Outcome(
            attempt, answer.http_status, answer.error_code, answer.sid, answer.reached
        )
        if outcome.refused or 400 <= outcome.http_status < 500:
            for text in attempt.call.texts:
                self._open.discard((text.key, text.attempt))
        self._run.settle(outcome, now)
        self._news.set()
        if self._on_call is not None:
            self._on_call(
                CallMade(
                    attempt=attempt,
                    started_at=started_at,
                    answered_at=now if answer.http_status else None,
                    outcome=outcome,
                    in_flight=answer.concurrent_requests,
                )
            )

    async def _sleep(self, until: Seconds) -> None:
        """Wait until an instant of the run, or until there is news."""
        self._news.clear()
        delay = None
        if until < math.inf:
            delay = (until - self._clock.now()) / self._clock.speed
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._news.wait()


def name_call(call: Call, number: int) -> Call:
    """Return the call with its number in the URL of its status callback, if any."""
    if not _asks_to_be_told(call):
        return call
    if call.operation is Operation.CREATE_MESSAGE:
        url = _with_key(str(call.form["StatusCallback"]), number)
        return call._replace(form={**call.form, "StatusCallback": url})
    sms = json.loads(str(call.form["Sms"]))
    sms["status_callback"] = _with_key(sms["status_callback"], number)
    compact = json.dumps(sms, separators=(",", ":"))
    return call._replace(form={**call.form, "Sms": compact})


def _asks_to_be_told(call: Call) -> bool:
    if call.operation is Operation.CREATE_MESSAGE:
        return "StatusCallback" in call.form
    return "status_callback" in json.loads(str(call.form.get("Sms", "{}")))


def _with_key(url: str, number: int) -> str:
    """Return a URL with the call's number in its query; a fragment stays last."""
    address, mark, fragment = url.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{CALL_KEY}={number}{mark}{fragment}"
