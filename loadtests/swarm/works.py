"""Works: a worker's part of a stream, carried out by whoever lends a hand.

The run, its matching of callbacks and its pacing are those of `sender/`; here is only
what waits for gevent, and what is measured.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from gevent.event import Event
from gevent.lock import BoundedSemaphore
from gevent.pool import Pool

from loadtests.climbing import ClimbingRun
from loadtests.streams import counts_of
from sender.calls import NO_ANSWER
from sender.carrying import Carrying
from sender.client import perform_sync
from sender.plans import Attempt, Done, Wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from twilio.rest import Client

    from loadtests.loads import Load
    from loadtests.staircases import Knee
    from loadtests.streams import Stream
    from loadtests.swarm.statistics import Statistics
    from sender.broadcasts import BroadcastRun
    from sender.callbacks import CallbackReceived
    from sender.calls import CallMade
    from sender.plans import Step
    from sms.units import Seconds

LOOK = 1.0
"""Real seconds after which one that waits for nothing in particular looks again."""


class Part(NamedTuple):
    """Which part of a stream, of how many, and its texts unless they are endless."""

    place: int
    parts: int
    texts: int


class Work:
    """One worker's part of one stream, from its first call to its last callback.

    Users `take` an attempt and `make` it; one of them at a time waits for the next.  It
    is `over` when every text has ended, or the load's drain after the last
    call, and `drained` if it was the former.
    """

    def __init__(
        self,
        stream: Stream,
        run: BroadcastRun,
        statistics: Statistics,
        *,
        load: Load,
        part: Part,
        on_call: Callable[[str, CallMade], None],
    ) -> None:
        self.stream = stream
        self.run = run
        self.driver = load.driver
        self.over = False
        self.drained = False
        self.hands = 0
        self._clock = statistics.clock
        self._statistics = statistics
        self._drain = load.drain
        self._on_call = on_call
        self._carrying = Carrying(run, name=stream.name, on_call=self._note)
        self._news = Event()
        self._turn = BoundedSemaphore(1)
        self._closed = False
        self._part = part
        self._under_way: dict[int, Attempt] = {}
        self._begun = 0
        self._drains_from: Seconds = 0.0

    @property
    def open_fates(self) -> int:
        """How many texts Twilio has, or may have, whose end no callback has told."""
        return self._carrying.matching.open_fates

    @property
    def broken(self) -> bool:
        """Whether it is a staircase, and its threshold has broken here."""
        return isinstance(self.run, ClimbingRun) and self.run.broken

    @property
    def knee(self) -> Knee | None:
        """What a staircase has come to here; None where it is none."""
        return self.run.knee if isinstance(self.run, ClimbingRun) else None

    def take(self) -> Attempt | None:
        """Wait for the next call that is to be made; None once there is none to come.

        Where the work is closed nothing new is begun: it waits for callbacks alone.
        """
        with self._turn:
            while not self.over:
                self._news.clear()
                now = self._clock.now()
                match self._step(now):
                    case Attempt() as attempt:
                        return attempt
                    case Wait(until):
                        self._sleep(until - now)
                    case _:
                        self._end()
        return None

    def make(self, attempt: Attempt, client: Client) -> None:
        """Make a call; its outcome is told even where it is cut off."""
        self._under_way[attempt.number] = attempt
        call = self._carrying.begin(attempt)
        started_at = self._clock.now()
        answer = NO_ANSWER
        try:
            answer = perform_sync(client, call)
        finally:
            self._drains_from = now = self._clock.now()
            del self._under_way[attempt.number]
            self._carrying.conclude(attempt, answer, started_at=started_at, now=now)
            self._news.set()

    def knows(self, callback: CallbackReceived) -> bool:
        """Say whether a callback is about one of its open texts."""
        return self._carrying.matching.text_of(callback) is not None

    def receive(self, callback: CallbackReceived) -> tuple[int, int] | None:
        """Take a status callback; return the key and attempt of the text it is about.

        None where the text's end has been told before, or is none of this work's.
        """
        now = self._clock.now()
        text = self._carrying.matching.text_of(callback)
        waiting = self.run.awaiting_redelivery
        fate = self._carrying.receive(callback, now)
        again = self.run.awaiting_redelivery > waiting
        self._statistics.hear(self.stream, text, callback, again=again)
        if fate is not None:
            self._news.set()
        return None if text is None else (text.key, text.attempt)

    def stop_new(self) -> None:
        """Let no more texts come; those that are due are still sent."""
        self.run.close()
        self._news.set()

    def close(self) -> None:
        """Begin nothing any more, and wait for what is under way."""
        self._closed = True
        self._drains_from = self._clock.now()
        self.stop_new()

    def give_up(self) -> None:
        """End a closed work whose limit is over, though all hands wait for answers."""
        done = self._closed and isinstance(self._step(self._clock.now()), Done)
        if done and not self.over:
            self._end()

    def settle(self) -> None:
        """Count what is left open, by its last status, and what was never sent."""
        for attempt in self._under_way.values():
            self._statistics.leave_unanswered(self.stream, attempt)
            if not attempt.retries:
                self._begun += sum(not text.attempt for text in attempt.call.texts)
        self._statistics.leave_open(self.stream, self._carrying.matching.open_texts)
        self._statistics.leave_waiting(self.stream, self.run.backing_off)
        if not self.broken:
            self._statistics.leave_out(max(0, self._due() - self._begun))

    def _due(self) -> int:
        """Return how many texts it was to send; of endless traffic, until now."""
        arrivals = self.stream.arrivals
        if arrivals is None or not self.stream.endless:
            return self._part.texts
        place, parts = self._part.place, self._part.parts
        until = self._drains_from if self._closed else self._clock.now()
        return max(
            0, math.ceil((math.floor(arrivals.arrived_by(until)) - place) / parts)
        )

    def summary(self) -> dict[str, Any]:
        """Return what a part says of the work once it is over."""
        return {**counts_of(self.run), "knee": self.knee}

    def _step(self, now: Seconds) -> Step:
        step = Done() if self._closed else self.run.step(now)
        under_way = self.open_fates or self.run.in_flight
        give_up_at = self._drains_from + self._drain
        if isinstance(step, Done) and under_way and now < give_up_at:
            return Wait(give_up_at)
        return step

    def _sleep(self, span: Seconds) -> None:
        """Wait so long, or until there is news."""
        real = LOOK if span == math.inf else min(LOOK, self._clock.real(span))
        self._news.wait(max(real, 0.0))

    def _end(self) -> None:
        self.over = True
        self.drained = not self.open_fates and not self.run.in_flight
        self._news.set()

    def _note(self, made: CallMade) -> None:
        if not made.attempt.retries:
            texts = made.attempt.call.texts
            self._begun += sum(not text.attempt for text in texts)
        self._statistics.note(self.stream, made, final=self.run.is_final(made.outcome))
        self._on_call(self.stream.name, made)


def drive(work: Work, client: Client, most: int) -> None:
    """Begin each call the moment it is due, whether or not earlier ones are back.

    At most `most` are open at a time; it returns once all of them are over.
    """
    pool = Pool(most)
    try:
        while (attempt := work.take()) is not None:
            pool.spawn(work.make, attempt, client)
        pool.join()
    finally:
        pool.kill()


def lend_a_hand(work: Work, client: Client) -> bool:
    """Take one call and make it; say whether there was one."""
    attempt = work.take()
    if attempt is None:
        return False
    work.make(attempt, client)
    return True
