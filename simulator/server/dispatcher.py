"""The dispatcher: carries callbacks out, in its own time and never in the API's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from logging import getLogger
from typing import TYPE_CHECKING

from simulator.api.callbacks import (
    delay_quantile,
    delivery_parameters,
    reports,
    status_parameters,
)
from simulator.engine.chance import Delay
from simulator.engine.disorder import disorder
from simulator.engine.events import NotificationFannedOut, StatusChanged

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.api.api import Api
    from simulator.api.callbacks import Parameters
    from simulator.engine.disorder import Disorder
    from simulator.engine.events import Event
    from simulator.server.clock import ScaledClock
    from simulator.server.posting import Poster
    from sms.statuses import MessageStatus
    from sms.units import Seconds

MOST_WAITING = 100_000
"""Callbacks that wait to be posted; one more is dropped, counted and reported."""

MOST_AT_ONCE = 64
"""Callbacks posted at the same time."""

_log = getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackPosted:
    """A callback is done with: answered, given up, or never posted for want of room.

    `sid` is the message's or, of a delivery callback, the notification's; that has no
    `status`.  `due_at` is when what it reports happened, `received_at` when an answer
    came, None where none did.  `attempts` is 0 where there was no room, or where a
    fault on order has lost it; `fault` names the one that struck it, if any.
    """

    sid: str
    status: MessageStatus | None
    error_code: int | None
    due_at: Seconds
    attempts: int
    received_at: Seconds | None
    http_status: int
    problem: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class _Waiting:
    sid: str
    url: str
    parameters: Parameters
    due_at: Seconds
    status: MessageStatus | None = None
    error_code: int | None = None
    later: Seconds = 0.0
    forged: bool = False
    fault: str = ""


class Dispatcher:
    """Posts what the gateway's events call for, each after a delay of its own.

    Delays are the profile's, and as different as chance makes them: nobody promises an
    order.  `posted` counts the callbacks answered with 2xx, `failed` the others, and
    `overflowed` those there was no room for.
    """

    def __init__(
        self,
        api: Api,
        clock: ScaledClock,
        poster: Poster,
        observe: Callable[[CallbackPosted], None] | None = None,
        *,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.posted = self.failed = self.overflowed = 0
        self.waiting = 0
        self._api = api
        self._account_sid = api.gateway.world.account_sid
        self._delay = Delay(api.gateway.profile.callback_latency)
        self._clock = clock
        self._poster = poster
        self._observers = [observe] if observe else []
        self._most_waiting = most_waiting
        self._later: list[tuple[float, int, _Waiting]] = []
        self._added = 0
        self._ready: asyncio.Queue[_Waiting] = asyncio.Queue(most_waiting)
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._workers = [
            self._loop.create_task(self._work()) for _ in range(MOST_AT_ONCE)
        ]

    def add_observer(self, observe: Callable[[CallbackPosted], None]) -> None:
        """Tell one more of each callback that is done with from now on."""
        self._observers.append(observe)

    def take(self, event: Event) -> None:
        """Take note of an event, and post what it calls for."""
        if isinstance(event, StatusChanged):
            if reports(event):
                self._report(event)
            return
        if not isinstance(event, NotificationFannedOut):
            return
        url = event.notification.delivery_callback
        if url is not None:
            for parameters in delivery_parameters(event, self._account_sid):
                sid = event.notification.sid
                self._add(_Waiting(sid, url, parameters, event.at))

    def _report(self, change: StatusChanged) -> None:
        message = change.message
        assert message.status_callback is not None, "nobody asked to be told"
        parameters = status_parameters(change, self._account_sid, self._api.dates)
        callback = _Waiting(
            message.sid,
            message.status_callback,
            parameters,
            change.at,
            change.status,
            change.error_code,
        )
        faults = self._api.gateway.faults
        if faults.rules:
            found = disorder(faults, message, change.status, change.at)
            if found is not None:
                self._suffer(callback, found)
                return
        self._add(callback)

    def _suffer(self, callback: _Waiting, found: Disorder) -> None:
        """Post what a fault has made of a callback; one that is lost is done with."""
        fault = found.fault
        if not found.copies:
            self._done(replace(callback, fault=fault), attempts=0)
        for later, forged in found.copies:
            self._add(replace(callback, later=later, forged=forged, fault=fault))

    def _add(self, callback: _Waiting) -> None:
        """Have a callback posted after its delay, if there is room for it."""
        if self.waiting >= self._most_waiting:
            if not self.overflowed:
                _log.warning("callbacks are dropped: %d wait already", self.waiting)
            self.overflowed += 1
            self._done(callback, attempts=0)
            return
        self.waiting += 1
        self._added += 1
        quantile = delay_quantile(callback.sid, callback.status)
        due_at = callback.due_at + callback.later
        at = self._clock.monotonic_at(due_at + self._delay.at(quantile))
        heappush(self._later, (at, self._added, callback))
        if self._timer is None or at < self._timer.when():
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if self._later:
            self._timer = self._loop.call_at(self._later[0][0], self._release)

    def _release(self) -> None:
        """Give the workers what is due."""
        now = self._loop.time()
        while self._later and self._later[0][0] <= now:
            self._ready.put_nowait(heappop(self._later)[2])
        self._timer = None
        self._set_timer()

    async def _work(self) -> None:
        while True:  # ends by cancellation, when the server stops
            callback = await self._ready.get()
            try:
                reply = await self._poster.post(
                    callback.url, callback.parameters, forged=callback.forged
                )
            except Exception:  # whatever a receiver does, the others get theirs
                _log.exception("a callback could not be posted")
                self.waiting -= 1
                self._done(callback, attempts=1)
                continue
            self.waiting -= 1
            self._done(callback, reply.attempts, reply.http_status, reply.problem)

    def _done(
        self,
        callback: _Waiting,
        attempts: int,
        http_status: int = 0,
        problem: str = "",
    ) -> None:
        if 200 <= http_status < 300:
            self.posted += 1
        elif attempts:
            self.failed += 1
        if not self._observers:
            return
        posted = CallbackPosted(
            sid=callback.sid,
            status=callback.status,
            error_code=callback.error_code,
            due_at=callback.due_at,
            attempts=attempts,
            received_at=self._clock.now() if http_status else None,
            http_status=http_status,
            problem=problem,
            fault=callback.fault,
        )
        for observe in self._observers:
            observe(posted)

    async def close(self) -> None:
        """Stop posting; what waits is dropped."""
        if self._timer is not None:
            self._timer.cancel()
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        if self.waiting:
            _log.info("%d callbacks were still waiting", self.waiting)
        await self._poster.close()
