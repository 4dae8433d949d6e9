"""Hosting: one server for all tests of a process, in a thread of its own.

Whatever is asked of it is asked in that thread, so tests and the programs under test
may ask from any.
"""

from __future__ import annotations

import asyncio
import atexit
from concurrent.futures import Future
from functools import cache
from threading import Lock, Thread, current_thread
from typing import TYPE_CHECKING, Any, TypeVar

from simulator.server.running import running
from simulator.testing.chronicle import Chronicle
from simulator.testing.premises import Premises
from simulator.testing.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from simulator.engine.events import Event
    from simulator.server.running import Running
    from sms.units import Seconds

T = TypeVar("T")


class Hosting:
    """A server that runs, its receiver, and the chronicle of its account.

    `lock` is held by whoever has the account.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.chronicle = Chronicle()
        self.server: Running
        self.receiver = Receiver(self._now)
        self._ready: Future[None] = Future()
        self._asked: set[Future[Any]] = set()
        self._thread = Thread(target=self._main, name="smslab", daemon=True)
        self._thread.start()
        self._ready.result()

    def do(self, act: Callable[[], T]) -> T:
        """Do something in the server's thread, and return what it returns."""
        if current_thread() is self._thread:
            return act()

        async def acting() -> T:
            return act()

        return self.run(acting())

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the server's thread, and return its result."""
        asked = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        self._asked.add(asked)
        try:
            return asked.result()
        finally:
            asked.cancel()  # nobody waits for it any more
            self._asked.discard(asked)

    def drop(self) -> None:
        """Give up what threads that were left running still wait for."""
        for asked in tuple(self._asked):
            asked.cancel()

    async def pass_until(self, at: Seconds) -> None:
        """Let time go on to an instant, or not at all where that is over.

        To be awaited in the server's thread.
        """
        async with self._passing:
            await self.server.advance(max(at, self.server.clock.now()))

    async def pass_time(self, seconds: Seconds) -> None:
        """Let so much time pass from when nobody else lets any pass."""
        async with self._passing:
            await self.server.advance(self.server.clock.now() + seconds)

    def begin(self, premises: Premises) -> None:
        """Begin anew, with another account.

        Raises:
            ConfigError: the premises are bad.
        """
        settings = premises.settings()

        async def beginning() -> None:
            self.chronicle = Chronicle()
            await self.server.reset(settings)
            world = settings.world
            self.receiver.begin(world.account_sid, world.auth_token)

        self.run(beginning())

    def close(self) -> None:
        """Stop the server."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _main(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._passing = asyncio.Lock()
        settings = Premises.read({}).settings()
        async with running(settings, on_event=self._note) as self.server:
            await self.receiver.start()
            try:
                self._ready.set_result(None)
                await self._stop.wait()
            finally:
                await self.receiver.stop()

    def _now(self) -> Seconds:
        return self.server.clock.now()

    def _note(self, event: Event) -> None:
        self.chronicle.take(event)


@cache
def hosted() -> Hosting:
    """Return this process's server, started the first time."""
    atexit.register(stop)
    return Hosting()


def stop() -> None:
    """Stop this process's server, if it was started."""
    atexit.unregister(stop)
    if hosted.cache_info().currsize:
        hosted().close()
        hosted.cache_clear()
