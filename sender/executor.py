"""Carries a broadcast run out under asyncio, over the official client.

It holds no opinion: the run says what to do and when, the client does it, and what
comes back goes to the run.
"""

from __future__ import annotations

import asyncio
import math
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from sender import postbox
from sender.calls import NO_ANSWER
from sender.carrying import LONGEST_SILENCE, Carrying
from sender.client import perform
from sender.plans import Attempt, Done, Wait

if TYPE_CHECKING:
    from twilio.rest import Client

    from sender.callbacks import CallbackReceived
    from sender.calls import OnCall
    from sender.carrying import Run
    from sms.units import Seconds


class Clock(postbox.Clock, Protocol):
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


class Executor:
    """Carries one run out, once.

    `on_call` is told of every request.  Hand `receive` to a Receiver where the
    broadcast asks for status callbacks.  What is known stays in the run and with the
    observers however `carry_out` ends: a call that is cut off counts as unanswered.
    """

    def __init__(
        self,
        run: Run,
        client: Client,
        *,
        clock: Clock,
        on_call: OnCall | None = None,
    ) -> None:
        self._carrying = Carrying(run, on_call=on_call)
        self._client = client
        self._clock = clock
        self._news = asyncio.Event()

    @property
    def open_fates(self) -> int:
        """How many texts Twilio has, or may have, whose end no callback has told."""
        return self._carrying.matching.open_fates

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
            while True:  # the run comes to an end, or `until` or `silence` does
                now = self._clock.now()
                match self._carrying.step(now, until=until, silence=silence):
                    case Attempt() as attempt:
                        calls.create_task(self._make(attempt))
                        await asyncio.sleep(0)
                    case Wait(wake_at):
                        await self._sleep(wake_at)
                    case Done():
                        return

    def receive(self, callback: CallbackReceived) -> None:
        """Take a status callback: how a text ended may make another call due."""
        if self._carrying.receive(callback, self._clock.now()) is not None:
            self._news.set()

    async def _make(self, attempt: Attempt) -> None:
        """Make one call; its outcome is told even where it is cut off."""
        call = self._carrying.begin(attempt)
        started_at = self._clock.now()
        answer = NO_ANSWER
        try:
            answer = await perform(self._client, call)
        finally:
            self._news.set()
            self._carrying.conclude(
                attempt, answer, started_at=started_at, now=self._clock.now()
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
