"""A run as it is carried out: everything but the requests and the waiting.

Whoever has a clock and a client, under asyncio or gevent, needs a loop around it and no
more: ask `step` what to do, make the call that `begin` returns, tell `conclude` what
came back and `receive` what was called back.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from sender.calls import CallMade
from sender.matching import Matching
from sender.plans import Attempt, Done, Outcome, Step, Wait
from sms.units import HOUR, Seconds

if TYPE_CHECKING:
    from sender.callbacks import CallbackReceived
    from sender.calls import Answer, OnCall
    from sender.plans import Call, Fate

LONGEST_SILENCE: Seconds = HOUR
"""How long to wait for the next callback once every call is made."""


class Run(Protocol):
    """What is carried out: a BroadcastRun, or what goes by the same rules."""

    def step(self, now: Seconds) -> Step:
        """Return a call to make now, until when to wait, or that all is done."""

    def settle(self, outcome: Outcome, now: Seconds) -> None:
        """Take the outcome of an attempt that `step` gave."""

    def report(self, fate: Fate, now: Seconds) -> None:
        """Take how a text ended."""


class Carrying:
    """Carries one run's calls and callbacks between it and the world, once.

    `on_call` is told of every request, after the run was.  `name` tells the callbacks
    of runs apart that share a receiver.  All take the instant, which never runs
    backwards.  `matching` knows which text a callback is about: ask it before
    `receive`, which makes it forget those that have ended.
    """

    def __init__(
        self, run: Run, *, name: str = "", on_call: OnCall | None = None
    ) -> None:
        self.matching = Matching(name)
        self._run = run
        self._on_call = on_call
        self._heard_at: Seconds = 0.0

    def step(
        self,
        now: Seconds,
        *,
        until: Seconds = math.inf,
        silence: Seconds = LONGEST_SILENCE,
    ) -> Step:
        """Return an attempt to make now, until when to wait for news, or Done.

        It is done when every text has ended, at the instant `until`, or when every call
        is made and nothing was heard for so long as `silence`.
        """
        if now >= until:
            return Done()
        match self._run.step(now):
            case Attempt() as attempt:
                return attempt
            case Wait(wake_at):
                return Wait(min(wake_at, until))
        give_up_at = self._heard_at + silence
        if not self.matching.open_fates or now >= give_up_at:
            return Done()
        return Wait(min(give_up_at, until))

    def begin(self, attempt: Attempt) -> Call:
        """Return the call of an attempt, as it is to be made."""
        return self.matching.begin(attempt)

    def conclude(
        self, attempt: Attempt, answer: Answer, *, started_at: Seconds, now: Seconds
    ) -> None:
        """Take what came back for an attempt, once each: NO_ANSWER if it is cut off."""
        self._heard_at = now
        outcome = Outcome(
            attempt, answer.http_status, answer.error_code, answer.sid, answer.reached
        )
        self.matching.conclude(outcome)
        self._run.settle(outcome, now)
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

    def receive(self, callback: CallbackReceived, now: Seconds) -> Fate | None:
        """Take a status callback; return the end it tells, if any.

        Where it tells one, another call may be due: it is time to `step` again.
        """
        self._heard_at = now
        fate = self.matching.end(callback)
        if fate is not None:
            self._run.report(fate, now)
        return fate
