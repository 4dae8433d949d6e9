"""The pump: lets time into the gateway, and hands on what has happened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.engine.events import Event
    from simulator.engine.gateway import Gateway
    from simulator.server.clock import ScaledClock


class Pump:
    """Advances the gateway whenever something is due in it.

    It sleeps until then on one timer of the running event loop.  What is submitted may
    be due earlier: so `wake` it.  Each event goes to all of `observers`, in order.
    """

    def __init__(
        self,
        gateway: Gateway,
        clock: ScaledClock,
        observers: list[Callable[[Event], None]],
    ) -> None:
        self._gateway = gateway
        self._clock = clock
        self._observers = observers
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._woken: asyncio.Handle | None = None

    def wake(self) -> None:
        """Have the gateway looked at once the loop has done what it is at."""
        if self._woken is None:
            self._woken = self._loop.call_soon(self._turn)

    def add_observer(self, observe: Callable[[Event], None]) -> None:
        """Hand what happens from now on to one more, after the others."""
        self._observers.append(observe)

    def stop(self) -> None:
        """Let no more time in."""
        for handle in (self._timer, self._woken):
            if handle is not None:
                handle.cancel()

    def _turn(self) -> None:
        self._woken = None
        try:
            for event in self._gateway.advance(self._clock.now()):
                for observe in self._observers:
                    observe(event)
        finally:
            self._set_timer()

    def _set_timer(self) -> None:
        due = self._gateway.due()
        at = None if due is None else self._clock.monotonic_at(due)
        if self._timer is not None:
            if self._timer.when() == at and not self._timer.cancelled():
                return
            self._timer.cancel()
        self._timer = None if at is None else self._loop.call_at(at, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._turn()
