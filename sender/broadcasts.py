"""A broadcast under way: what to do next, and what has become of the rest.

Give it the time and it says what to do; give it what happened and it draws its
conclusions.  It makes no call itself and reads no clock, so that the same run goes over
HTTP, under Locust, or through a loop in virtual time.

A refused call (429) is made again after a back-off with full jitter, keeping its slot.
A text that failed with a code of RETRYABLE is sent again later, with a new call.  What
is ambiguous (no answer, a 5xx) is not repeated unless that is asked for: Twilio may
have acted on it, and somebody is then texted twice.
Who is known to have opted out is texted no more, and nobody in the quiet hours, if any.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import blake2b
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from sender.coming import Coming
from sender.plans import (
    Attempt,
    Broadcast,
    Call,
    Done,
    Fate,
    Outcome,
    Step,
    Text,
    Wait,
)
from sender.quiet import Bounds, Quiet, Waking
from sender.strategies import Strategy, StrategyError
from sms.errors import OPTED_OUT, RETRYABLE
from sms.statuses import MessageStatus
from sms.units import MINUTE, Seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sender.pacing import Pacing

FIRST_BACK_OFF: Seconds = 0.1
"""The longest wait after a call's first refusal; it doubles with each further one."""

LONGEST_BACK_OFF: Seconds = 30.0
"""Where that doubling ends."""

GRAINS = 10
"""Re-deliveries are made at multiples of `redelivery_delay / GRAINS`.

Texts that fail close together are then sent again together, as one notification can
carry them; a text waits at most a tenth longer for it.
"""

_FAILED = frozenset({MessageStatus.FAILED, MessageStatus.UNDELIVERED})

_DONE = Done()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How stubborn a run is.

    `redeliver` is how often a text is sent again after a failure that may pass, the
    first time after `redelivery_delay`, which doubles from then on.  `max_retries` is
    how often a refused call is made again, `max_open` how many calls may be open, and
    `seed` decides the jitter.  `resend_ambiguous` has a call be made again, as often
    as a refused one, that had no certain answer.  In `quiet` hours no call is begun to
    whom they hold for, and no message waits at Twilio into them: what expires so is
    sent again afterwards, which is no re-delivery of those allowed.
    """

    redeliver: int = 0
    redelivery_delay: Seconds = 5 * MINUTE
    max_retries: int = 20
    max_open: int = 1_000
    resend_ambiguous: bool = False
    seed: int = 0
    quiet: Quiet | None = None

    def __post_init__(self) -> None:
        for name, least in (
            ("redeliver", 0),
            ("redelivery_delay", 0),
            ("max_retries", 0),
            ("max_open", 1),
        ):
            if not getattr(self, name) >= least:
                raise ValueError(
                    f"broadcast: {name} must be {least} or more, "
                    f"not {getattr(self, name)}"
                )


@dataclass(slots=True)
class _Supply:
    """Calls that a strategy has promised, and the texts it has not yet put in one."""

    calls: Iterator[Call]
    texts_left: int

    def next_call(self) -> Call:
        """Return the next call.

        Raises:
            StrategyError: the strategy left out a text, or sent one more.
        """
        call = next(self.calls, None)
        if call is None or not 0 < len(call.texts) <= self.texts_left:
            raise StrategyError(
                f"a strategy must carry each text in exactly one call: with "
                f"{self.texts_left} texts left, the next call is {call}"
            )
        self.texts_left -= len(call.texts)
        return call


class BroadcastRun:
    """Carries a broadcast from its first call to its last re-delivery.

    Ask `step` what to do; tell `settle` how each attempt it gave ended, once, and
    `report` what the status callbacks say.  All take the instant, which never runs
    backwards.  Once `step` says Done it may still give an Attempt after a `report`.
    `texts` are those it sends where they are not the broadcast's own: one sender's part
    of them, or such as are made on demand and without end.

    It counts, in texts: `redelivered`, sent again, each time counting; `not_retryable`,
    failed with a code that sending again does not mend; `exhausted`, failed with one it
    may mend when no re-delivery was left; `gave_up`, refused beyond `max_retries`;
    `ambiguous`, without an answer or with a 5xx, so perhaps sent and perhaps not; and
    `withheld`, not sent because the recipient was known to have opted out (21610).
    """

    def __init__(
        self,
        broadcast: Broadcast,
        strategy: Strategy,
        pacing: Pacing,
        options: RunOptions | None = None,
        *,
        texts: Iterable[Text] | None = None,
    ) -> None:
        self.redelivered = 0
        self.not_retryable = 0
        self.exhausted = 0
        self.gave_up = 0
        self.ambiguous = 0
        self.withheld = 0
        self.in_flight = 0
        self._options = options or RunOptions()
        self._max_open = self._options.max_open
        self._strategy = strategy
        self._pacing = pacing
        self._quiet = quiet = self._options.quiet
        texts = broadcast.texts if texts is None else texts
        self._coming = Coming(texts) if quiet is None else Waking(texts, quiet)
        self._opted_out: set[str] = set()
        self._choosy = quiet is not None
        self._fresh = self._repeats = _Supply(iter(()), 0)
        self._refused: list[tuple[Seconds, int, Attempt]] = []
        self._later: list[tuple[Seconds, int, Text]] = []
        self._latest: dict[int, float] = {}
        self._bounds = Bounds(quiet)
        self._calls_made = 0

    @property
    def open_calls(self) -> int:
        """How many calls hold a slot: those in flight and those backing off."""
        return self.in_flight + len(self._refused)

    @property
    def backing_off(self) -> Iterator[Text]:
        """The texts of refused calls that are to be made again."""
        for _, _, attempt in self._refused:
            yield from attempt.call.texts

    @property
    def awaiting_redelivery(self) -> int:
        """How many texts wait for their next delivery."""
        return len(self._later) + self._repeats.texts_left

    def close(self) -> None:
        """Begin nothing new: texts not yet given to the strategy are never sent."""
        self._coming.stop()

    def step(self, now: Seconds) -> Step:
        """Return a call to make now, until when to wait, or that all is done.

        An attempt given is in flight until `settle` tells its outcome.
        """
        while self._refused and self._refused[0][0] <= now:
            refused = heappop(self._refused)[2]
            if not self._choosy or self._fits(refused.call, now):
                self.in_flight += 1
                return refused._replace(call=self._bounds.bind(refused.call, now))
            self._pacing.settled(now)
        while self.behind(now):
            if self.in_flight + len(self._refused) >= self._max_open:
                return Wait(self._refused_until())
            ready_at = self._pacing.ready_at(now)
            if ready_at > now:
                return Wait(min(ready_at, self._refused_until()))
            attempt = self._start(ready_at, now)
            if attempt is not None:
                return attempt
        return self._idle()

    def settle(self, outcome: Outcome, now: Seconds) -> None:
        """Take the outcome of an attempt that `step` gave."""
        assert self.in_flight > 0, "an attempt was settled twice"
        self.in_flight -= 1
        attempt, refused = outcome.attempt, outcome.refused
        if refused:
            self._pacing.refused(now)
        if not self.is_final(outcome):
            self._back_off(attempt, now)
            return
        if refused:
            self.gave_up += len(attempt.call.texts)
        self._pacing.settled(now)
        self._strategy.settle(outcome)
        if not refused and not outcome.accepted:
            self._conclude(outcome, now)

    def is_final(self, outcome: Outcome) -> bool:
        """Say whether an outcome is a call's last: it will not be made again."""
        again = outcome.refused or (
            self._options.resend_ambiguous
            and not outcome.accepted
            and not outcome.rejected
        )
        return not again or outcome.attempt.retries >= self._options.max_retries

    def report(self, fate: Fate, now: Seconds) -> None:
        """Take how a text ended; what is told again, or too late, changes nothing."""
        if fate.status in _FAILED:
            self._end(fate.text, fate.error_code, now)

    def _supply(self, texts: Sequence[Text]) -> _Supply:
        return _Supply(iter(self._strategy.calls(texts)), len(texts))

    def behind(self, now: Seconds) -> bool:
        """Return whether a text is due that no call has been made for."""
        return bool(
            self._fresh.texts_left
            or self._coming.here(now)
            or self._repeats.texts_left
            or (self._later and self._later[0][0] <= now)
        )

    def _start(self, ready_at: Seconds, now: Seconds) -> Attempt | None:
        """Begin a new call, of texts to send again before new ones, if it may go."""
        if not self._repeats.texts_left:
            self._gather(now)
        supply = self._repeats if self._repeats.texts_left else self._arrived(now)
        call = supply.next_call()
        if self._choosy and not self._fits(call, now):
            return None
        due_at = call.texts[-1].due_at
        if due_at is not None:
            due_at = max(due_at, ready_at)
        attempt = Attempt(self._bounds.bind(call, now), self._calls_made, 0, due_at)
        self._calls_made += 1
        self.in_flight += 1
        self._pacing.started(now)
        return attempt

    def _fits(self, call: Call, now: Seconds) -> bool:
        """Say whether a call may go now, to all it is for; else take it apart."""
        unwanted = not self._opted_out.isdisjoint(text.recipient for text in call.texts)
        if unwanted or (self._quiet and self._quiet.holds(call.texts, now)):
            self._put_back(call.texts, now)
            return False
        return True

    def _put_back(self, texts: Iterable[Text], now: Seconds) -> None:
        """Keep texts for later, without those whose recipient has opted out."""
        for text in texts:
            if text.recipient in self._opted_out:
                self.withheld += not text.attempt
                continue
            over_at = now
            if self._quiet is not None:
                over_at = self._quiet.over_at(text.recipient, now)
            later = text._replace(due_at=over_at) if over_at > now else text
            heappush(self._later, (over_at, text.key, later))

    def _arrived(self, now: Seconds) -> _Supply:
        """Return the new texts; once all are in calls, those that have come since."""
        if not self._fresh.texts_left:
            self._fresh = self._supply(self._coming.take(now))
        return self._fresh

    def _gather(self, now: Seconds) -> None:
        """Hand all texts that were put off until now to the strategy, together."""
        due = []
        while self._later and self._later[0][0] <= now:
            due.append(heappop(self._later)[2])
        if due:
            self.redelivered += sum(text.attempt > 0 for text in due)
            self._repeats = self._supply(due)

    def _idle(self) -> Step:
        """Return what there is to wait for when no text could be sent now."""
        until = min(self._refused_until(), self._coming.due_at)
        if self._later:
            until = min(until, self._later[0][0])
        return Wait(until) if self.in_flight or until < math.inf else _DONE

    def _refused_until(self) -> Seconds:
        """Return when the next refused call is to be made again."""
        return self._refused[0][0] if self._refused else math.inf

    def _back_off(self, attempt: Attempt, now: Seconds) -> None:
        """Make a call again later; it keeps its slot."""
        longest = min(
            LONGEST_BACK_OFF, FIRST_BACK_OFF * 2.0 ** min(attempt.retries, 30)
        )
        number, retries = attempt.number, attempt.retries
        again_at = now + longest * _chance(self._options.seed, number, retries)
        again = Attempt(attempt.call, number, retries + 1, again_at)
        heappush(self._refused, (again_at, number, again))

    def _conclude(self, outcome: Outcome, now: Seconds) -> None:
        """Take a call that Twilio did not accept: rejected, or nobody knows."""
        texts = outcome.attempt.call.texts
        if not outcome.rejected:
            self.ambiguous += len(texts)
            return
        for text in texts:
            self._end(text, outcome.error_code, now)

    def _end(self, text: Text, error_code: int | None, now: Seconds) -> None:
        """Take a text's failure: send it again, if that may help and is still allowed.

        A text that ends twice (a callback told twice, or after its successor was sent)
        counts once.
        """
        if self._latest.get(text.key, 0) != text.attempt:
            return
        self._latest[text.key] = math.inf
        if self._bounds.expired(text, error_code, now):
            self._latest[text.key] = text.attempt + 1
            self._put_back((text._replace(attempt=text.attempt + 1),), now)
            return
        if error_code == OPTED_OUT.code:
            self._opted_out.add(text.recipient)
            self._choosy = True
        if error_code not in RETRYABLE:
            self.not_retryable += 1
        elif (failures := self._bounds.failures(text)) >= self._options.redeliver:
            self.exhausted += 1
        else:
            self._latest[text.key] = text.attempt + 1
            due_at = self._redelivery_at(failures, now)
            again = text._replace(attempt=text.attempt + 1, due_at=due_at)
            heappush(self._later, (due_at, text.key, again))

    def _redelivery_at(self, attempt: int, now: Seconds) -> Seconds:
        delay = self._options.redelivery_delay
        due_at = now + delay * 2.0 ** min(attempt, 60)
        grain = delay / GRAINS
        return max(due_at, math.ceil(due_at / grain) * grain) if grain else due_at


def _chance(seed: int, number: int, retries: int) -> float:
    """Return a number from 0 to below 1 that these three decide, and nothing else."""
    drawn = blake2b(f"{seed}/{number}/{retries}".encode(), digest_size=7).digest()
    return int.from_bytes(drawn, "big") / 2**56
