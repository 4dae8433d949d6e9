"""The clock: simulated seconds, a multiple of real ones, or standing still."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sms.units import Seconds


class ScaledClock:
    """Tells simulated time, which runs `speed` times as fast as real time.

    While it is paused it stands still, and goes on only where it is advanced to.
    `monotonic` is in real seconds; by default the one asyncio goes by, so that changes
    of the wall clock do nothing.  Whoever has set a timer by it observes it: what is
    due comes at another real instant once the clock has changed.
    """

    __slots__ = (
        "_at",
        "_monotonic",
        "_observers",
        "_paused",
        "_rate",
        "_real",
        "_speed",
    )

    def __init__(
        self,
        speed: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        paused: bool = False,
    ) -> None:
        self._observers: list[Callable[[], None]] = []
        self._monotonic = monotonic
        self._at: Seconds = 0.0
        self._real = monotonic()
        self._paused = paused
        self._speed = _checked(speed)
        self._rate = 0.0 if paused else self._speed

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        return self._paused

    @property
    def speed(self) -> float:
        """Simulated seconds a real one, while it is not paused; above 0."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._set(self.now(), speed=_checked(speed))

    def now(self) -> Seconds:
        """Return the simulated seconds since the start."""
        return self._at + (self._monotonic() - self._real) * self._rate

    def monotonic_at(self, at: Seconds) -> float | None:
        """Return what `monotonic` says when a simulated instant comes.

        None while it is paused: nobody knows.
        """
        if self._paused:
            return None
        return self._real + (at - self._at) / self._speed

    def pause(self) -> None:
        """Stand still from now on."""
        self._set(self.now(), paused=True)

    def resume(self) -> None:
        """Go on from where it stands."""
        self._set(self.now(), paused=False)

    def advance_to(self, at: Seconds) -> None:
        """Be at a later instant at once.

        Raises:
            ValueError: it is earlier than now: time does not run backwards.
        """
        now = self.now()
        if at < now:
            raise ValueError(f"time does not run backwards: it is {now:g}, not {at:g}")
        self._set(at)

    def restart(self, lead: float = 0.0) -> None:
        """Begin again: it is 0 in `lead` real seconds, and below 0 until then.

        A paused one is at 0 at once.
        """
        self._set(0.0 if self._paused else -lead * self._speed)

    def observe(self, changed: Callable[[], None]) -> None:
        """Have somebody told whenever it goes on otherwise than before."""
        self._observers.append(changed)

    def forget(self, changed: Callable[[], None]) -> None:
        """Tell somebody no more."""
        if changed in self._observers:
            self._observers.remove(changed)

    def _set(
        self, at: Seconds, *, speed: float | None = None, paused: bool | None = None
    ) -> None:
        self._at, self._real = at, self._monotonic()
        if speed is not None:
            self._speed = speed
        if paused is not None:
            self._paused = paused
        self._rate = 0.0 if self._paused else self._speed
        for changed in self._observers:
            changed()


def _checked(speed: float) -> float:
    """Return a speed.

    Raises:
        ValueError: it is 0 or less, or no number.
    """
    if not speed > 0:
        raise ValueError(f"speed must be above 0, not {speed}")
    return speed
