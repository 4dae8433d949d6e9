"""The pump: lets time into the gateway, and hands on what has happened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from simulator.server.lateness import Lateness

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.engine.events import Event
    from simulator.engine.gateway import Gateway
    from simulator.server.clock import ScaledClock


class Pump:
    """Advances the gateway whenever something is due in it.

    It sleeps until then on one timer of the running event loop.  What is submitted may
    be due earlier: so `wake` it.  Each event goes to all of `observers`, in order, and
    `lateness` counts how long after its instant, while the clock is not paused.
    """

    def __init__(
        self,
        gateway: Gateway,
        clock: ScaledClock,
        observers: list[Callable[[Event], None]],
    ) -> None:
        self.lateness = Lateness()
        self._gateway = gateway
        self._clock = clock
        self._observers = observers
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._woken: asyncio.Handle | None = None
        self._stopped = False
        clock.observe(self._set_timer)

    def wake(self) -> None:
        """Have the gateway looked at once the loop has done what it is at."""
        if self._woken is None and not self._stopped:
            self._woken = self._loop.call_soon(self._wake_up)

    def look(self) -> None:
        """Let time into the gateway, up to now, and hand on what happens."""
        now = self._clock.now()
        add, each = self.lateness.add, 0.0 if self._clock.paused else self._clock.speed
        try:
            for event in self._gateway.advance(now):
                if each:
                    add((now - event.at) / each)
                for observe in self._observers:
                    observe(event)
        finally:
            self._set_timer()

    def add_observer(self, observe: Callable[[Event], None]) -> None:
        """Hand what happens from now on to one more, after the others."""
        self._observers.append(observe)

    def remove_observer(self, observe: Callable[[Event], None]) -> None:
        """Hand nothing to this one any more."""
        self._observers.remove(observe)

    def stop(self) -> None:
        """Let no more time in."""
        self._stopped = True
        self._clock.forget(self._set_timer)
        for handle in (self._timer, self._woken):
            if handle is not None:
                handle.cancel()

    def _wake_up(self) -> None:
        self._woken = None
        self.look()

    def _set_timer(self) -> None:
        if self._stopped:
            return
        due = self._gateway.due()
        at = None if due is None else self._clock.monotonic_at(due)
        if self._timer is not None:
            if self._timer.when() == at and not self._timer.cancelled():
                return
            self._timer.cancel()
        self._timer = None if at is None else self._loop.call_at(at, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self.look()
