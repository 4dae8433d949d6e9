"""HTTPS under Twilio's own names: at one port, straight or through CONNECT.

A program that cannot be told of another address comes here by its DNS (then it speaks
TLS at once) or by its proxy (then it says CONNECT first).  Both get the same answer: a
certificate for Twilio's names, and behind it the handler of plain HTTP.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from logging import getLogger
from typing import TYPE_CHECKING

from simulator.keys import ConfigError
from simulator.server.hosts import LOOPBACK
from sms.hosts import PRODUCTS

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from simulator.server.authority import Authority
    from sms.units import Seconds

    Protocols = Callable[[], asyncio.BaseProtocol]
    """What makes the protocol of one connection: aiohttp's server is such."""

DEFAULT_TLS_PORT = 4443

CERTIFICATE_FILE = "ca.pem"
"""What has to be trusted, in the folder of the authority."""

GREETING_TIMEOUT: Seconds = 10.0
"""Real seconds within which a caller must have begun to speak TLS."""

MOST_GREETING = 256
"""Connections that have not begun to speak TLS; more wait to be taken."""

LARGEST_HEAD = 8_192
"""Bytes of a CONNECT's head."""

_TLS_HANDSHAKE = b"\x16"
_GRANTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_REFUSED = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n"
    b"Connection: close\r\n\r\n%s"
)

_log = getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tls:
    """How HTTPS is offered: the folder of the authority, and the port, 0 for any."""

    folder: Path
    port: int = DEFAULT_TLS_PORT

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise ConfigError(f"TLS port {self.port} is none: take 0 to 65535")

    @property
    def certificate(self) -> Path:
        """Return where the certificate to trust is, or will be."""
        return self.folder / CERTIFICATE_FILE


@dataclass(frozen=True, slots=True)
class Secured:
    """Where HTTPS is answered, and the certificate that makes it trusted."""

    port: int
    certificate: Path


@asynccontextmanager
async def secured(
    tls: Tls | None, host: str, protocols: Protocols
) -> AsyncIterator[Secured | None]:
    """Answer over HTTPS within a `with` block, if that is asked for.

    Raises:
        ConfigError: the port cannot be had, or the authority's key is not safe.
        ModuleNotFoundError: the extra `tls` is not installed.
    """
    if tls is None:
        yield None
        return
    authority = _authority(tls.folder)
    names = (*PRODUCTS, *(name.strip("[]") for name in sorted(LOOPBACK)))
    listener = _listen(host, tls.port)
    door = _Door(listener, authority.context(names), protocols)
    try:
        yield Secured(listener.getsockname()[1], authority.certificate)
    finally:
        await door.close()


class _Door:
    """Takes connections, hears how each begins, and hands it on."""

    def __init__(
        self, listener: socket.socket, context: ssl.SSLContext, protocols: Protocols
    ) -> None:
        self._listener = listener
        self._context = context
        self._protocols = protocols
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Semaphore(MOST_GREETING)
        self._greeted: set[asyncio.Task[None]] = set()
        self._accepting = self._loop.create_task(self._accept())

    async def _accept(self) -> None:
        while True:  # ends by cancellation, when the server stops
            await self._room.acquire()
            try:
                caller, _ = await self._loop.sock_accept(self._listener)
            except OSError:
                self._room.release()
                await asyncio.sleep(1)  # no more files may be open: some will close
                continue
            task = self._loop.create_task(self._take(caller))
            self._greeted.add(task)
            task.add_done_callback(self._greeted.discard)

    async def _take(self, caller: socket.socket) -> None:
        """Hand a connection on once it speaks TLS; it is closed where it does not."""
        caller.setblocking(False)
        handed_on = False
        try:
            async with asyncio.timeout(GREETING_TIMEOUT):
                if await self._greet(caller):
                    handed_on = True
                    await self._loop.connect_accepted_socket(
                        self._protocols, caller, ssl=self._context
                    )
        except (OSError, TimeoutError) as error:
            _log.info("no TLS came about: %s", error or "in time")
        finally:
            self._room.release()
            if not handed_on:
                caller.close()

    async def _greet(self, caller: socket.socket) -> bool:
        """Say whether TLS comes next, and answer a CONNECT before that."""
        await _readable(self._loop, caller)
        if caller.recv(1, socket.MSG_PEEK) == _TLS_HANDSHAKE:
            return True
        target = await self._read_target(caller)
        if target in PRODUCTS:
            await self._loop.sock_sendall(caller, _GRANTED)
            return True
        said = f"smslab leads to {', '.join(PRODUCTS)} alone, not to {target!r}\n"
        text = said.encode("ascii", "backslashreplace")
        await self._loop.sock_sendall(caller, _REFUSED % (len(text), text))
        return False

    async def _read_target(self, caller: socket.socket) -> str:
        """Read a CONNECT to its end and return the host it is for, in small letters."""
        head = b""
        while b"\r\n\r\n" not in head and len(head) < LARGEST_HEAD:
            part = await self._loop.sock_recv(caller, LARGEST_HEAD - len(head))
            if not part:
                break
            head += part
        method, _, rest = head.partition(b"\r\n")[0].decode("latin-1").partition(" ")
        host, _, port = rest.partition(" ")[0].lower().rpartition(":")
        return host if (method, port) == ("CONNECT", "443") else rest[:100]

    async def close(self) -> None:
        """Take no more connections; those handed on are their server's to end."""
        tasks = [self._accepting, *self._greeted]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._listener.close()


async def _readable(loop: asyncio.AbstractEventLoop, caller: socket.socket) -> None:
    """Wait until something has come, without taking it."""
    came = asyncio.Event()
    loop.add_reader(caller, came.set)
    try:
        await came.wait()
    finally:
        loop.remove_reader(caller)


def _authority(folder: Path) -> Authority:
    from simulator.server.authority import load_authority  # noqa: PLC0415 - an extra

    return load_authority(folder)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise ConfigError(
            f"TLS port {port} cannot be had ({error.strerror or 'in use'}): "
            "take another, or 0 to have one picked"
        ) from error
    listener.listen(1024)
    listener.setblocking(False)
    return listener
