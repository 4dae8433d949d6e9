"""The official SDK against a running server, from outside of its event loop."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from simulator.server.running import Running, Settings, running
from simulator.server.serve import client_lines

if TYPE_CHECKING:
    from collections.abc import Iterator


def make_client(settings: Settings, url: str) -> Any:
    """Return the client that the very lines `smslab serve` prints make."""
    names: dict[str, Any] = {}
    exec(client_lines(settings, url), names)
    return names["client"]


@contextmanager
def serving(settings: Settings) -> Iterator[Running]:
    """Run a server in a thread of its own, so that a test may wait for its answers."""
    started, stop = threading.Event(), threading.Event()
    servers: list[Running] = []

    async def run() -> None:
        async with running(settings) as server:
            servers.append(server)
            started.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        assert started.wait(10)
        yield servers[0]
    finally:
        stop.set()
        thread.join()
