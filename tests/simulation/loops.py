"""An event loop in which time jumps: nothing ever waits, and every wait is over.

What is at work goes on at the instant it is; once nothing is, the clock stands at the
next timer.  Connections between what runs in the loop are pairs of sockets, on which a
byte can be read as soon as it is written, so that no time passes under a byte on its
way.  All else is asyncio's own, and so are server and client.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
from contextlib import contextmanager
from ipaddress import ip_address
from math import inf, nextafter
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp.connector
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from sms.units import Seconds

LATE: Seconds = 1e-9
"""How much later than its timer the clock stands, as a real one would."""

FIRST_PORT = 40_000

Address = tuple[str, int]
T = TypeVar("T")


class StuckError(RuntimeError):
    """Nothing is at work, and nothing will ever be."""


class _Selector(selectors.DefaultSelector):
    """Tells what is ready and, where nothing is, lets the loop's time jump."""

    jump: Callable[[Seconds], None]

    def select(self, timeout: float | None = None) -> Any:
        """Return what is ready; never wait."""
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise StuckError("everything waits for something that nobody does")
        self.jump(timeout)
        return ready


class _Place:
    """Where a listener would be, as a socket says it."""

    family = socket.AF_INET

    def __init__(self, address: Address) -> None:
        self._address = address

    def getsockname(self) -> Address:
        """Return host and port."""
        return self._address


class Listener(asyncio.AbstractServer):
    """Takes connections at an address of the loop's own."""

    def __init__(self, address: Address, factory: Callable[[], Any]) -> None:
        self.sockets = [_Place(address)]
        self.factory = factory
        self.listens = True

    def close(self) -> None:
        """Take no more connections."""
        self.listens = False

    async def wait_closed(self) -> None:
        """Return at once: connections are their owners' own."""

    def is_serving(self) -> bool:
        """Say whether connections are taken."""
        return self.listens

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop it listens in."""
        return asyncio.get_running_loop()

    async def start_serving(self) -> None:
        """Do nothing: it has begun."""

    async def serve_forever(self) -> None:
        """Wait for ever."""
        await asyncio.Event().wait()


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop whose clock begins at 0 and jumps from timer to timer.

    It knows its own addresses alone: connecting to another is refused, and a name is
    looked up among `localhost` and numbers.  There are no threads.
    """

    def __init__(self) -> None:
        selector = _Selector()
        super().__init__(selector)
        selector.jump = self._jump
        self.connections = 0
        self._now: Seconds = 0.0
        self._listeners: dict[int, Listener] = {}
        self._wanted: dict[socket.socket, Address] = {}

    def time(self) -> Seconds:
        """Return the seconds since the loop was made."""
        return self._now

    def _jump(self, wait: Seconds) -> None:
        timers = self._scheduled  # type: ignore[attr-defined]
        due = timers[0].when() if timers else self._now + wait
        self._now = nextafter(max(self._now, due) + LATE, inf)

    async def create_server(  # type: ignore[override]
        self, factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> Any:
        """Listen at a port that nobody else has: the one wanted, or the next."""
        if options.get("ssl") is not None:
            raise NotImplementedError("there is no TLS here")
        port = port or FIRST_PORT + len(self._listeners)
        listener = Listener((str(host), port), factory)
        self._listeners[port] = listener
        return listener

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        """Find who listens at an address.

        Raises:
            ConnectionRefusedError: nobody does.
        """
        host, port = address[:2]
        listener = self._listeners.get(port)
        if not ip_address(host).is_loopback or listener is None or not listener.listens:
            raise ConnectionRefusedError(f"nobody listens at {host}:{port}")
        self._wanted[sock] = (host, port)

    async def create_connection(  # type: ignore[override]
        self, factory: Any, *given: Any, **options: Any
    ) -> Any:
        """Join a client to the listener that its socket was connected to."""
        sock = options["sock"]
        address = self._wanted.pop(sock)
        sock.close()
        self.connections += 1
        caller = ("127.0.0.1", FIRST_PORT - self.connections % 20_000)
        ours, theirs = socket.socketpair()
        self._join(self._listeners[address[1]].factory(), theirs, caller)
        protocol = factory()
        transport = self._join(protocol, ours, address)
        await asyncio.sleep(0)
        return transport, protocol

    def _join(self, protocol: Any, end: socket.socket, peer: Address) -> Any:
        end.setblocking(False)
        make = self._make_socket_transport  # type: ignore[attr-defined]
        return make(end, protocol, extra={"peername": peer})

    async def getaddrinfo(self, host: Any, port: Any, **_: Any) -> Any:
        """Return the address of `localhost` or of a number.

        Raises:
            socket.gaierror: of any other name.
        """
        try:
            address = "127.0.0.1" if host == "localhost" else str(ip_address(host))
        except ValueError as error:
            raise socket.gaierror(f"no such name: {host}") from error
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    def run_in_executor(self, *_: Any) -> Any:  # type: ignore[override]
        """Refuse: a thread would work while time jumps.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("there are no threads here")


@contextmanager
def jumping() -> Iterator[JumpingLoop]:
    """Make a loop within a `with` block; aiohttp's idle connections go by its time."""
    loop = JumpingLoop()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(aiohttp.connector, "monotonic", loop.time)
            yield loop
    finally:
        loop.close()


def play(work: Callable[[JumpingLoop], Coroutine[Any, Any, T]]) -> T:
    """Return what some work comes to in a loop of its own."""
    with jumping() as loop:
        try:
            return loop.run_until_complete(work(loop))
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
