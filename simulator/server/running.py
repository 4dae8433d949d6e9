"""A running server: started, listening, and stopped again."""

from __future__ import annotations

import asyncio
import errno
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from simulator.api.api import Api
from simulator.api.requests import Answer
from simulator.engine.gateway import Gateway
from simulator.engine.profile import LogNormal, Profile
from simulator.engine.worlds import World, default_world
from simulator.keys import ConfigError
from simulator.profiles import load_profile
from simulator.server.arrivals import Arrivals
from simulator.server.branches import Branches
from simulator.server.clock import ScaledClock
from simulator.server.connections import Connections
from simulator.server.controls import Control, Controls
from simulator.server.dispatcher import Dispatcher
from simulator.server.handler import Handler
from simulator.server.health import Health
from simulator.server.holdings import Holdings
from simulator.server.hosts import NO_NAMES, allow_names
from simulator.server.journal import keeping
from simulator.server.mistakes import Mistakes
from simulator.server.notices import notices
from simulator.server.phones import Phones
from simulator.server.posting import Poster
from simulator.server.pump import Pump
from simulator.server.queues import Queues
from simulator.server.restarts import Restart
from simulator.server.tls import Secured, Tls, secured
from simulator.server.tokens import check_token, leaving_note, new_token
from simulator.server.webhooks import Webhooks
from sms.hosts import is_loopback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from simulator.engine.events import Event
    from simulator.server.dispatcher import CallbackPosted
    from sms.units import Seconds

DEFAULT_PORT = 4010

SHUTDOWN: Seconds = 5.0
"""Real seconds that open requests have to finish when the server stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a server is started.

    `speed` is simulated seconds a real one.  `api_latency` is the median of the API's
    own time in simulated seconds, 0 for none, None for the profile's.  Port 0 picks
    one.  `started_at` is the date at which simulated time begins, None for now.
    `journal` is a file for what becomes of every message, None for none.  `tls` is how
    HTTPS is offered besides.  `control_token` is who may change the running server,
    None for one made at random; `notes` is the folder where it says where it is.
    `allowed_hosts` are names that it answers to besides this machine's and Twilio's.
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
    tls: Tls | None = None
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that answers at `url`, and by HTTPS where `secured` says.

    `token` is what may change it, as `X-Smslab-Token`.
    """

    url: str
    api: Api
    gateway: Gateway
    clock: ScaledClock
    dispatcher: Dispatcher
    pump: Pump
    token: str
    secured: Secured | None = None

    def wake(self) -> None:
        """Say that something was put into the gateway without a request."""
        self.pump.wake()


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
    started_at = settings.started_at or datetime.now(UTC)
    gateway = Gateway(
        settings.world, settings.profile, seed=settings.seed, started_at=started_at
    )
    api = Api(gateway, started_at)
    clock = ScaledClock(settings.speed, asyncio.get_running_loop().time)
    poster = Poster(
        settings.world.auth_token,
        settings.profile.callback_retries,
        settings.world.accounts.shared_key,
    )
    dispatcher = Dispatcher(api, clock, poster, on_callback)
    webhooks = Webhooks(gateway, clock, poster)
    pump = Pump(gateway, clock, [dispatcher.take, *([on_event] if on_event else [])])
    pump.add_observer(webhooks.take)
    webhooks.pump = pump
    branches = Branches(api, clock)
    health = Health(api, clock, dispatcher)
    arrivals = Arrivals()
    token = settings.control_token or new_token()
    own: Sequence[Control] = (
        ("GET", "/_smslab/health", lambda _: Answer(200, health())),
        ("POST", "/_smslab/clock", Restart(clock, gateway)),
        *Phones(api, clock, webhooks, branches).controls(),
        ("GET", "/_smslab/notifications/{sid}", notices(api)),
        *arrivals.controls(),
        *Mistakes(gateway, clock).controls(),
        *Queues(api, clock).controls(),
        *Holdings(api).controls(),
    )
    handler = Handler(
        api,
        clock,
        partial(_wake, pump, branches),
        settings=settings,
        controls=Controls(own, token),
        arrivals=arrivals,
    )
    answering = Connections(handler)
    runner = web.ServerRunner(answering, shutdown_timeout=SHUTDOWN)
    async with AsyncExitStack() as stack:
        try:
            server = Running(
                url=await _listen(runner, settings),
                secured=await stack.enter_async_context(
                    secured(settings.tls, settings.host, answering)
                ),
                api=api,
                gateway=gateway,
                clock=clock,
                dispatcher=dispatcher,
                pump=pump,
                token=token,
            )
            stack.enter_context(leaving_note(settings.notes, server.url, token))
            stack.enter_context(keeping(settings.journal, server))
            yield server
        finally:
            await runner.cleanup()
            pump.stop()
            await webhooks.close()
            await branches.close()
            await dispatcher.close()


def _wake(pump: Pump, branches: Branches) -> None:
    """Have every account's gateway looked at soon."""
    pump.wake()
    branches.wake()


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
