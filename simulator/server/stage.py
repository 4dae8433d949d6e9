"""A stage: one run of one world, and everything below the listening socket."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulator.api.api import Api
from simulator.engine.gates import Gates
from simulator.engine.gateway import Gateway
from simulator.server.advancing import advance
from simulator.server.arrivals import Arrivals
from simulator.server.branches import Branches
from simulator.server.callback_log import CallbackLog
from simulator.server.clock import ScaledClock
from simulator.server.controls import Controls
from simulator.server.description import Description
from simulator.server.dispatcher import Dispatcher
from simulator.server.handler import Handler
from simulator.server.happenings import Happenings
from simulator.server.health import Health
from simulator.server.holdings import Holdings
from simulator.server.metrics import Metrics
from simulator.server.mistakes import Mistakes
from simulator.server.notices import notices
from simulator.server.phones import Phones
from simulator.server.posting import Poster
from simulator.server.pump import Pump
from simulator.server.queues import Queues
from simulator.server.timekeeping import Timekeeping
from simulator.server.webhooks import Webhooks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.engine.events import Event
    from simulator.server.controls import Control
    from simulator.server.dispatcher import CallbackPosted
    from simulator.server.running import Settings
    from sms.units import Seconds


class Stage:
    """A gateway, its clock, and all that goes by them; `token` is who may change it.

    `on_event` sees what happens in the gateway, `on_callback` each callback once it is
    done with; `controls` are routes besides its own, `routes` all below `/_smslab/`.  A
    stage is never begun again: a server that is reset has another one.
    """

    def __init__(
        self,
        settings: Settings,
        token: str,
        *,
        controls: Sequence[Control] = (),
        on_event: Callable[[Event], None] | None = None,
        on_callback: Callable[[CallbackPosted], None] | None = None,
    ) -> None:
        world, profile = settings.world, settings.profile
        started_at = settings.started_at or datetime.now(UTC)
        loop = asyncio.get_running_loop()
        self.settings = settings
        self._closed = False
        self._advancing = asyncio.Lock()
        self.clock = ScaledClock(settings.speed, loop.time, paused=settings.paused)
        self.gateway = Gateway(
            world,
            profile,
            seed=settings.seed,
            gates=Gates(world.rules, profile, started_at),
            retain=settings.retain,
        )
        self.api = Api(self.gateway, started_at)
        self.arrivals = Arrivals()
        self.callbacks = CallbackLog()
        poster = Poster(
            world.auth_token,
            profile.callback_retries,
            world.accounts.shared_key,
            now=self.clock.now,
        )
        self.dispatcher = Dispatcher(
            self.api, self.clock, poster, on_callback, log=self.callbacks
        )
        self.webhooks = Webhooks(self.gateway, self.clock, poster, log=self.callbacks)
        observers = [self.dispatcher.take, *([on_event] if on_event else [])]
        self.pump = Pump(self.gateway, self.clock, observers)
        self.pump.add_observer(self.webhooks.take)
        self.webhooks.pump = self.pump
        self.happenings = Happenings(self.pump, self.dispatcher)
        self.branches = Branches(self.api, self.clock, self.callbacks)
        own = (*self._controls(), *controls)
        self.routes = [(method, path) for method, path, _ in own]
        self.handler = Handler(
            self.api,
            self.clock,
            self.wake,
            settings=settings,
            controls=Controls(own, token),
            arrivals=self.arrivals,
        )

    def _controls(self) -> Sequence[Control]:
        """Return the routes of what is below `/_smslab/` and knows this run alone."""
        api, clock = self.api, self.clock
        health = Health(api, clock, self.dispatcher, self.pump.lateness)
        return (
            *health.controls(),
            *Timekeeping(self).controls(),
            *Phones(api, clock, self.webhooks, self.branches).controls(),
            ("GET", "/_smslab/notifications/{sid}", notices(api)),
            *self.arrivals.controls(),
            *self.callbacks.controls(),
            *self.happenings.controls(),
            *Metrics(self).controls(),
            *Description().controls(),
            *Mistakes(self.gateway, clock).controls(),
            *Queues(api, clock).controls(),
            *Holdings(api).controls(),
        )

    def wake(self) -> None:
        """Have every account's gateway looked at soon."""
        self.pump.wake()
        self.branches.wake()

    def look(self) -> None:
        """Do what is due now, in every account."""
        if self._closed:
            return
        self.pump.look()
        self.dispatcher.release()
        self.branches.look()

    def due(self) -> Seconds | None:
        """Return the next instant at which anything is due, None where nothing is."""
        if self._closed:
            return None
        instants = (self.gateway.due(), self.dispatcher.due(), self.branches.due())
        return min((at for at in instants if at is not None), default=None)

    async def advance(self, until: Seconds, patience: Seconds) -> bool:
        """Let simulated time pass up to an instant, and all that is due on the way.

        Says whether that took no more than `patience` real seconds; see `advancing`.

        Raises:
            ValueError: `until` is before now.
        """
        async with self._advancing:
            return await advance(self, until, patience)

    async def settle(self, limit: float) -> bool:
        """Wait until nothing is being posted and no webhook is asked.

        Says whether that came about before the event loop's time was `limit`.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout_at(limit):
                await self.dispatcher.settled()
                await self.webhooks.settled()
                await self.branches.settled()
                return True
        return False

    async def close(self) -> None:
        """Let no more time in and post no more; what waits is dropped."""
        self._closed = True
        self.happenings.close()
        self.pump.stop()
        await self.webhooks.close()
        await self.branches.close()
        await self.dispatcher.close()
