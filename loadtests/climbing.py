"""A run up a staircase: it watches a threshold at each step, and stops at a break."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from loadtests.figures import CALLS, TEXTS, Figures
from loadtests.staircases import Climb
from sender.broadcasts import BroadcastRun
from sender.plans import Attempt, Done

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loadtests.arrivals import Level
    from loadtests.checks import Check
    from sender.plans import Outcome, Step, Text
    from sms.units import Seconds

KNOWN = ("call", "service", CALLS, TEXTS, "429", "refused", "ambiguous")
"""What a step can be judged by: what a call's own answer tells."""


class ClimbingRun(BroadcastRun):
    """A broadcast's run that begins nothing new once a step has broken the threshold.

    A call belongs to the step in which it was meant to be made.

    Raises:
        ValueError: the threshold is on something that no call's answer tells.
    """

    def __init__(
        self,
        *parts: Any,
        texts: Iterable[Text] | None = None,
        levels: Sequence[Level],
        check: Check,
    ) -> None:
        super().__init__(*parts, texts=texts)
        if check.name not in KNOWN:
            raise ValueError(
                f"until {str(check)!r}: a step is judged by its calls alone, by one of "
                f"{', '.join(KNOWN)}"
            )
        self._check = check
        self._climb = Climb(levels)
        self._figures = [Figures() for _ in levels]
        self._answers_due = [0] * len(levels)
        self._begun: dict[int, tuple[Seconds, int | None]] = {}
        self._reached: Seconds = 0.0

    @property
    def broken(self) -> bool:
        """Whether a step has broken the threshold."""
        return self._climb.broken_at is not None

    @property
    def knee(self) -> dict[str, Any]:
        """What the manifest says of the climb: arrival rates, 1/s, None for no such."""
        held, broken = self._climb.knee, self._climb.broken_at
        return {
            "check": str(self._check),
            "rate": held and held.rate,
            "broken_at": broken and broken.rate,
        }

    def step(self, now: Seconds) -> Step:
        """Return a call to make now, until when to wait, or that all is done."""
        self._climb.judge(now, lambda level: self._held(level, now))
        if self.broken:
            self.close()
        step = super().step(now)
        if isinstance(step, Attempt):
            self._enter(step, now)
        elif isinstance(step, Done):  # nothing more will tell of the last step
            self._climb.judge(math.inf, lambda level: self._held(level, now))
        return step

    def settle(self, outcome: Outcome, now: Seconds) -> None:
        """Take the outcome of an attempt, and count it in its step."""
        attempt = outcome.attempt
        begun_at, level = self._begun.pop(attempt.number)
        if level is not None:
            self._answers_due[level] -= 1
            intended_at = attempt.intended_at
            self._note(level, outcome)
            if outcome.http_status and not outcome.refused:
                self._figures[level].add("service", now - begun_at)
            if outcome.accepted and intended_at is not None:
                self._figures[level].add("call", now - intended_at)
        super().settle(outcome, now)

    def _enter(self, attempt: Attempt, now: Seconds) -> None:
        intended_at = attempt.intended_at
        level = None if intended_at is None else self._climb.level_of(intended_at)
        self._begun[attempt.number] = now, level
        if level is None:
            return
        self._answers_due[level] += 1
        self._reached = max(self._reached, intended_at or 0.0)
        self._figures[level].count(CALLS)
        if not attempt.retries:
            self._figures[level].count(TEXTS, len(attempt.call.texts))

    def _note(self, level: int, outcome: Outcome) -> None:
        """Count what was refused, and what nobody knows of."""
        texts = len(outcome.attempt.call.texts)
        if outcome.refused:
            self._figures[level].count("429")
        elif outcome.rejected:
            self._figures[level].count("refused", texts)
        elif not outcome.accepted:
            self._figures[level].count("ambiguous", texts)

    def _held(self, level: Level, now: Seconds) -> bool | None:
        """Say whether a step held; None while calls of it are to come or answered."""
        index = self._climb.levels.index(level)
        begins_later = self.behind(now) and self._reached < level.ended_at
        if self._answers_due[index] or begins_later:
            return None
        return self._check.judge(self._figures[index]).met
