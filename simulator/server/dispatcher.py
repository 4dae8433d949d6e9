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
from simulator.server.callback_log import Callback, Kind
from simulator.server.posting import HTTP_FAILURE
from simulator.server.tallies import Outcome, Tally
from sms.traces import where

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.api.api import Api
    from simulator.api.callbacks import Parameters
    from simulator.engine.disorder import Disorder
    from simulator.engine.events import Event
    from simulator.server.callback_log import CallbackLog
    from simulator.server.clock import ScaledClock
    from simulator.server.posting import Poster, Reply
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
    kind: Kind
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
    order.  `tally` counts what has become of them, and `log` keeps it.
    """

    def __init__(
        self,
        api: Api,
        clock: ScaledClock,
        poster: Poster,
        observe: Callable[[CallbackPosted], None] | None = None,
        *,
        log: CallbackLog | None = None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.tally = Tally()
        self._log = log
        self._api = api
        self._account_sid = api.gateway.world.account_sid
        self._delay = Delay(api.gateway.profile.callback_latency)
        self._clock = clock
        self._poster = poster
        self._observers = [observe] if observe else []
        self._most_waiting = most_waiting
        self._later: list[tuple[Seconds, int, _Waiting]] = []
        self._added = 0
        self._ready: asyncio.Queue[_Waiting] = asyncio.Queue(most_waiting)
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._settled = asyncio.Event()
        clock.observe(self.rearm)
        self._workers = [
            self._loop.create_task(self._work()) for _ in range(MOST_AT_ONCE)
        ]

    @property
    def waiting(self) -> int:
        """How many wait for their time, for a worker or for an answer."""
        return self.tally.waiting

    @property
    def posted(self) -> int:
        """How many were answered with 2xx."""
        return self.tally.ended[Outcome.POSTED]

    @property
    def failed(self) -> int:
        """How many were posted, and not answered so."""
        return self.tally.ended[Outcome.FAILED]

    @property
    def overflowed(self) -> int:
        """How many there was no room for."""
        return self.tally.ended[Outcome.OVERFLOWED]

    @property
    def left(self) -> int:
        """How many wait, or did when this was closed."""
        return self.tally.waiting + self.tally.ended[Outcome.DROPPED]

    def counts(self) -> dict[str, int]:
        """Return what has become of all callbacks, as JSON shows it."""
        return self.tally.facts()

    def add_observer(self, observe: Callable[[CallbackPosted], None]) -> None:
        """Tell one more of each callback that is done with from now on."""
        self._observers.append(observe)

    def remove_observer(self, observe: Callable[[CallbackPosted], None]) -> None:
        """Tell this one no more."""
        self._observers.remove(observe)

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
                self._add(_Waiting(Kind.DELIVERY, sid, url, parameters, event.at))

    def _report(self, change: StatusChanged) -> None:
        message = change.message
        assert message.status_callback is not None, "nobody asked to be told"
        parameters = status_parameters(change, self._account_sid, self._api.dates)
        callback = _Waiting(
            Kind.STATUS,
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
            self.tally.generated += 1
            self._done(replace(callback, fault=fault), Outcome.LOST)
        for later, forged in found.copies:
            self._add(replace(callback, later=later, forged=forged, fault=fault))

    def _add(self, callback: _Waiting) -> None:
        """Have a callback posted after its delay, if there is room for it."""
        self.tally.generated += 1
        if self.tally.waiting >= self._most_waiting:
            if not self.overflowed:
                _log.warning("callbacks are dropped: %d wait already", self.waiting)
            self._done(callback, Outcome.OVERFLOWED)
            return
        self.tally.waiting += 1
        self._added += 1
        quantile = delay_quantile(callback.sid, callback.status)
        due_at = callback.due_at + callback.later
        at = due_at + self._delay.at(quantile)
        heappush(self._later, (at, self._added, callback))
        if self._later[0][1] == self._added:
            self.rearm()

    def due(self) -> Seconds | None:
        """Return the simulated instant of the next post, None where none waits."""
        return self._later[0][0] if self._later else None

    def rearm(self) -> None:
        """Set the timer anew: what is due first, or the clock, has changed.

        There is none while the clock is paused.
        """
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if self._later:
            at = self._clock.monotonic_at(self._later[0][0])
            if at is not None:
                self._timer = self._loop.call_at(at, self.release)

    def release(self) -> None:
        """Give the workers what is due by the clock."""
        while self._later and self._is_due(self._later[0][0]):
            self._ready.put_nowait(heappop(self._later)[2])
        self.rearm()

    def _is_due(self, at: Seconds) -> bool:
        """Say whether an instant has come, by the clock or by the timer set for it.

        The way from one to the other and back is rounded: going by both, a timer that
        has rung is never set again for the same instant.
        """
        if at <= self._clock.now():
            return True
        moment = self._clock.monotonic_at(at)
        return moment is not None and moment <= self._loop.time()

    async def settled(self) -> None:
        """Wait until nothing is being posted; what is due later may still wait."""
        while self.waiting > len(self._later):
            self._settled.clear()
            await self._settled.wait()

    async def _work(self) -> None:
        while True:  # ends by cancellation, when the server stops
            callback = await self._ready.get()
            reply = await self._post(callback)
            self.tally.waiting -= 1
            good = 200 <= reply.http_status < 300
            self._done(callback, Outcome.POSTED if good else Outcome.FAILED, reply)
            if self.tally.waiting == len(self._later):
                self._settled.set()

    async def _post(self, callback: _Waiting) -> Reply:
        """Post a callback, and return how that went."""
        poster = self._poster
        try:
            return await poster.post(
                callback.url, callback.parameters, forged=callback.forged
            )
        except asyncio.CancelledError:
            self._drop(callback)
            raise
        except Exception as error:  # whatever a receiver does, the others get theirs
            _log.error("a callback could not be posted: %s", where(error))
            return poster.never(f"{HTTP_FAILURE} {type(error).__name__}")

    def _done(
        self, callback: _Waiting, outcome: Outcome, reply: Reply | None = None
    ) -> None:
        """Count a callback that is done with, keep it, and tell of it."""
        self._keep(callback, outcome, reply)
        if not self._observers:
            return
        http_status = reply.http_status if reply else 0
        posted = CallbackPosted(
            sid=callback.sid,
            status=callback.status,
            error_code=callback.error_code,
            due_at=callback.due_at,
            attempts=reply.attempts if reply else 0,
            received_at=self._clock.now() if http_status else None,
            http_status=http_status,
            problem=reply.problem if reply else "",
            fault=callback.fault,
        )
        for observe in self._observers:
            observe(posted)

    def _keep(
        self, callback: _Waiting, outcome: Outcome, reply: Reply | None = None
    ) -> None:
        self.tally.ended[outcome] += 1
        if self._log is not None:
            self._log.add(
                Callback(
                    callback.kind,
                    callback.sid,
                    callback.status,
                    "POST",
                    callback.url,
                    callback.parameters,
                    callback.due_at,
                    outcome,
                    callback.fault,
                    reply,
                    self._poster,
                )
            )

    def _drop(self, callback: _Waiting) -> None:
        """Give up a callback that waits: nobody is told, it is kept and counted."""
        self.tally.waiting -= 1
        self._keep(callback, Outcome.DROPPED)

    async def close(self) -> None:
        """Stop posting; what waits is dropped, and counted."""
        self._clock.forget(self.rearm)
        if self._timer is not None:
            self._timer.cancel()
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        while not self._ready.empty():
            self._drop(self._ready.get_nowait())
        while self._later:
            self._drop(heappop(self._later)[2])
        self._settled.set()
        if dropped := self.tally.ended[Outcome.DROPPED]:
            _log.info("%d callbacks were still waiting", dropped)
        await self._poster.close()
