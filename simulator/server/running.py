"""A running server: started, listening, and stopped again."""

from __future__ import annotations

import errno
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

from aiohttp import web

from simulator.engine.profile import LogNormal, Profile
from simulator.engine.worlds import World, default_world
from simulator.keys import ConfigError
from simulator.profiles import load_profile
from simulator.server.connections import Connections
from simulator.server.hosts import NO_NAMES, allow_names
from simulator.server.journal import keeping
from simulator.server.resets import Resets
from simulator.server.stage import Stage
from simulator.server.tls import Secured, Tls, secured
from simulator.server.tokens import check_token, leaving_note, new_token
from sms.hosts import is_loopback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime
    from pathlib import Path

    from aiohttp.web import BaseRequest

    from simulator.api.api import Api
    from simulator.engine.events import Event
    from simulator.engine.gateway import Gateway
    from simulator.server.answers import Written
    from simulator.server.arrivals import Arrivals
    from simulator.server.clock import ScaledClock
    from simulator.server.dispatcher import CallbackPosted, Dispatcher
    from simulator.server.pump import Pump
    from sms.units import Seconds

DEFAULT_PORT = 4010

LEAST_RETAINED: Seconds = 60.0
"""What a message is kept at least after its end, in simulated seconds."""

SHUTDOWN: Seconds = 5.0
"""Real seconds that open requests have to finish when the server stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a server is started.

    `speed` is simulated seconds a real one.  `api_latency` is the median of the API's
    own time in simulated seconds, 0 for none, None for the profile's.  Port 0 picks
    one.  `started_at` is the date at which simulated time begins, None for now.
    `journal` is a file for what becomes of every message, None for none.  `retain` is
    how long a message is kept after its end in simulated seconds, None for as long as
    the server runs.  `tls` is how HTTPS is offered besides.  The time of a `paused` one
    stands still until it is advanced.  `control_token` is who may change the running
    server, None for one made at random; `notes` is the folder where it says where it
    is.  `allowed_hosts` are names that it answers to besides this machine's and
    Twilio's.
    """

    world: World = field(default_factory=default_world)
    profile: Profile = field(default_factory=load_profile)
    seed: int = 0
    speed: float = 1.0
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    api_latency: Seconds | None = None
    started_at: datetime | None = None
    journal: Path | None = None
    retain: Seconds | None = None
    tls: Tls | None = None
    paused: bool = False
    control_token: str | None = None
    notes: Path | None = None
    allowed_hosts: frozenset[str] = NO_NAMES

    def __post_init__(self) -> None:
        if not is_loopback(self.host):
            raise ConfigError(
                f"host {self.host!r} is not this machine alone: take 127.0.0.1 or ::1"
            )
        if not 0 <= self.port <= 65_535:
            raise ConfigError(f"port {self.port} is none: take 0 to 65535")
        allow_names(self.allowed_hosts)
        if self.control_token is not None:
            check_token(self.control_token)
        if not self.speed > 0:
            raise ConfigError(f"speed must be above 0, not {self.speed}")
        if self.retain is not None and not self.retain >= LEAST_RETAINED:
            raise ConfigError(
                f"retain is {LEAST_RETAINED:g} s or more, not {self.retain}"
            )
        if self.api_latency is not None and self.api_latency < 0:
            raise ConfigError(f"api_latency is 0 or more, not {self.api_latency}")

    @property
    def latency(self) -> LogNormal:
        """Return the distribution of the API's own time."""
        latency, median = self.profile.api_latency, self.api_latency
        if median is None:
            return latency
        spread = latency.p99 / latency.median if latency.median else 1.0
        return LogNormal(median=median, p99=median * spread)


class Running:
    """A server that answers at `url`, and by HTTPS where `secured` says.

    `token` is what may change it, as `X-Smslab-Token`.  What happens in it happens on
    its `stage`; a reset puts another one in its place, and address and token stay.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        on_callback: Callable[[CallbackPosted], None] | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        self.url = ""
        self.secured: Secured | None = None
        self.token = settings.control_token or new_token()
        self._on_callback, self._on_event = on_callback, on_event
        self._observers: list[Callable[[Stage], None]] = []
        self.stage = self._make_stage(settings)

    @property
    def api(self) -> Api:
        """What answers."""
        return self.stage.api

    @property
    def gateway(self) -> Gateway:
        """The main account's gateway."""
        return self.stage.gateway

    @property
    def clock(self) -> ScaledClock:
        """The simulated time."""
        return self.stage.clock

    @property
    def dispatcher(self) -> Dispatcher:
        """What posts the main account's callbacks."""
        return self.stage.dispatcher

    @property
    def pump(self) -> Pump:
        """What lets time into the main account's gateway."""
        return self.stage.pump

    @property
    def arrivals(self) -> Arrivals:
        """The requests that came."""
        return self.stage.arrivals

    def answer(self, request: BaseRequest) -> Awaitable[Written]:
        """Answer a request, on the stage there is when it comes."""
        return self.stage.handler(request)

    def wake(self) -> None:
        """Say that something was put into the gateway without a request."""
        self.stage.wake()

    def due(self) -> Seconds | None:
        """Return the next instant at which anything is due, None where nothing is."""
        return self.stage.due()

    async def advance(self, until: Seconds, patience: Seconds = inf) -> bool:
        """Let simulated time pass up to an instant, as `Stage.advance` does.

        Raises:
            ValueError: `until` is before now.
        """
        return await self.stage.advance(until, patience)

    async def reset(self, settings: Settings | None = None) -> None:
        """Begin anew, with other settings where some are given.

        Requests under way are still answered, from what was.  Address, names, journal
        and token stay as they are.
        """
        before = self.stage
        self.stage = self._make_stage(settings or before.settings)
        await before.close()
        for observe in self._observers:
            observe(before)

    def observe_resets(self, observe: Callable[[Stage], None]) -> None:
        """Have somebody told of each reset, and given the stage that was."""
        self._observers.append(observe)

    def _make_stage(self, settings: Settings) -> Stage:
        return Stage(
            settings,
            self.token,
            controls=Resets(self).controls(),
            on_event=self._on_event,
            on_callback=self._on_callback,
        )


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    on_callback: Callable[[CallbackPosted], None] | None = None,
    on_event: Callable[[Event], None] | None = None,
) -> AsyncIterator[Running]:
    """Run a server within a `with` block.

    `on_event` sees what happens in the gateway, `on_callback` each callback once it is
    done with.  At the end open requests may finish; callbacks that wait are dropped.

    Raises:
        ConfigError: the port is in use.
        OSError: the journal cannot be written.
    """
    server = Running(settings, on_callback=on_callback, on_event=on_event)
    answering = Connections(server.answer)
    runner = web.ServerRunner(answering, shutdown_timeout=SHUTDOWN)
    async with AsyncExitStack() as stack:
        try:
            server.url = await _listen(runner, settings)
            server.secured = await stack.enter_async_context(
                secured(settings.tls, settings.host, answering)
            )
            stack.enter_context(leaving_note(settings.notes, server.url, server.token))
            stack.enter_context(keeping(settings.journal, server))
            yield server
        finally:
            server.stage.happenings.close()
            await runner.cleanup()
            await server.stage.close()


async def _listen(runner: web.ServerRunner, settings: Settings) -> str:
    """Open the port and return the address it answers at."""
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port, backlog=1024).start()
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise ConfigError(
            f"port {settings.port} cannot be had ({error.strerror or 'in use'}): "
            "take another, or 0 to have one picked"
        ) from error
    port = runner.addresses[0][1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{port}"
