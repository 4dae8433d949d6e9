"""Timekeeping: the routes by which a running server's time is told and changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from simulator.api.requests import Answer
from simulator.keys import ConfigError, check_keys, convert
from simulator.server.controls import OWN
from simulator.server.restarts import Restart
from sms.durations import parse_duration
from sms.moments import parse_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.server.controls import Asked, Control
    from simulator.server.stage import Stage
    from sms.units import Seconds

PATH = f"{OWN}clock"

FASTEST = 1_000_000.0
"""Simulated seconds a real one, at most."""

PATIENCE: Seconds = 30.0
"""Real seconds that a way ahead may take where nothing else is asked for."""

MOST_PATIENCE: Seconds = 600.0

FARTHEST: Seconds = 10 * 366 * 86_400.0
"""Simulated seconds that time may be ahead of its start: ten years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeChange:
    """What is to become of time, one or more of these, done in this order.

    `advance` is simulated seconds or a duration as people type them, `advance_to` an
    instant in seconds or a date; either takes `within` real seconds at most.
    """

    speed: float | None = None
    paused: bool | None = None
    advance: float | str | None = None
    advance_to: float | str | None = None
    within: float = PATIENCE


class Timekeeping:
    """Tells the time of a stage, has it stand still, go on, faster, or be later."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._restart = Restart(stage.clock, stage.gateway)

    def controls(self) -> Sequence[Control]:
        """Return the routes."""
        return (("GET", PATH, self.show), ("POST", PATH, self.change))

    def show(self, _: Asked) -> Answer:
        """Tell the time, how fast it goes and whether it does."""
        return Answer(200, self._facts())

    async def change(self, asked: Asked) -> Answer:
        """Do what is asked for, and tell the time: 400 where it cannot be.

        Without a document time begins again, as long as nothing has happened.
        """
        if asked.document is None:
            return self._restart(asked)
        try:
            change = _read(asked.document)
            until = self._until(change)
        except ValueError as error:
            return Answer(400, {"message": str(error)})
        clock = self._stage.clock
        if change.speed is not None:
            clock.speed = change.speed
        if change.paused is not None:
            (clock.pause if change.paused else clock.resume)()
        if until is None:
            return Answer(200, self._facts())
        until = max(until, clock.now())
        complete = await self._stage.advance(until, change.within)
        return Answer(200, {**self._facts(), "complete": complete})

    def _facts(self) -> dict[str, Any]:
        clock = self._stage.clock
        now = clock.now()
        return {
            "simulated_seconds": round(now, 6),
            "simulated_time": self._stage.api.dates.instant(now).isoformat(),
            "speed": clock.speed,
            "paused": clock.paused,
        }

    def _until(self, change: TimeChange) -> Seconds | None:
        """Return the instant that is to be reached, None where time is not advanced.

        Raises:
            ValueError: it is past, too far ahead, or none at all.
        """
        now = self._stage.clock.now()
        if change.advance is not None:
            until = now + _seconds(change.advance)
        elif change.advance_to is not None:
            until = self._instant(change.advance_to)
        else:
            return None
        if not now <= until <= FARTHEST:
            raise ValueError(
                f"advance_to is from now, {now:g}, to {FARTHEST:g} seconds, not "
                f"{until:g}: time does not run backwards, nor for more than ten years"
            )
        return until

    def _instant(self, given: float | str) -> Seconds:
        """Return an instant that is given in seconds or as a date."""
        if not isinstance(given, str):
            return given
        began = self._stage.api.dates.instant(0.0)
        return (parse_moment(given) - began).total_seconds()


def _seconds(given: float | str) -> Seconds:
    """Return a duration that is given in seconds or in words."""
    return parse_duration(given) if isinstance(given, str) else given


def _read(document: Any) -> TimeChange:
    """Return what is asked for.

    Raises:
        ValueError: names what it is that cannot be.
    """
    check_keys(document, TimeChange, "clock")
    try:
        change = convert(document, TimeChange)
    except msgspec.ValidationError as error:
        raise ConfigError(f"clock: {error}") from error
    if change == TimeChange(within=change.within):
        raise ConfigError(
            'clock: say what is to change: {"paused": true}, {"speed": 60}, '
            '{"advance": "4h"} or {"advance_to": 3600}'
        )
    if change.speed is not None and not 0 < change.speed <= FASTEST:
        raise ConfigError(f"clock: speed is above 0, to {FASTEST:g}: {change.speed:g}")
    if change.advance is not None and change.advance_to is not None:
        raise ConfigError("clock: give advance or advance_to, not both")
    if isinstance(change.advance, float | int) and change.advance < 0:
        raise ConfigError(f"clock: advance is 0 or more, not {change.advance:g}")
    if not 0 < change.within <= MOST_PATIENCE:
        raise ConfigError(
            f"clock: within is real seconds, above 0 to {MOST_PATIENCE:g}, not "
            f"{change.within:g}"
        )
    return change
