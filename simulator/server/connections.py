"""Connections: how many, how long each may take, and what is said to no HTTP.

aiohttp bounds how long a connection may be idle, not how long a request's head may be
on its way, nor how long a caller may leave unread what was written before the end.  One
timer for all of them looks after both, and it runs only while somebody is connected.
"""

from __future__ import annotations

import asyncio
import resource
from logging import INFO, LogRecord, getLogger
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web
from aiohttp.http import HttpProcessingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sms.units import Seconds

MOST_CONNECTIONS = 4_096
"""Connections at a time; more are told so and closed."""

SPARE_FILES = 256
"""Files that the process opens besides the callers' connections, at most."""

HEAD_TIMEOUT: Seconds = 10.0
"""Real seconds within which a request's head must be here once it has begun."""

UNREAD_TIMEOUT: Seconds = 10.0
"""Real seconds a caller has to take what was written before its connection ended."""

ROUND: Seconds = 1.0
"""Real seconds between two looks at all connections."""

LINGER: Seconds = 2.0
"""Real seconds that a caller who was turned away is still listened to."""

_http_log = getLogger(f"{__name__}.http")

_SERVER: dict[str, Any] = {
    "logger": _http_log,
    "access_log": None,
    "auto_decompress": False,
    "keepalive_timeout": 15.0,
    "lingering_time": LINGER,
    "max_line_size": 8190,
    "max_field_size": 8190,
    "max_headers": 64,
}
"""How aiohttp's server is set: nothing a caller does or leaves undone is unbounded."""

_PLAIN = (
    b"Content-Type: text/plain\r\nContent-Length: %d\r\n"
    b"X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n%s"
)


def _short(first_line: bytes, text: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\n" % first_line + _PLAIN % (len(text), text)


_FULL = _short(b"503 Service Unavailable", b"too many connections\n")
_LATE = _short(b"408 Request Timeout", b"the request's head did not arrive\n")


class Connection(web.RequestHandler):
    """One caller's connection, which knows since when a request's head is half here.

    `half_since` is an instant of the loop's clock, None where no head has begun.  The
    first one counts from the start: who says nothing has no longer than who says half.
    """

    __slots__ = ("half_since",)

    def __init__(self, server: Connections, **settings: Any) -> None:
        super().__init__(server, **settings)
        self.half_since: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to listen, or turn the caller away where there are too many."""
        server = cast("Connections", self._manager)
        if server.is_full():
            server.turn_away(cast("asyncio.Transport", transport))
            return
        super().connection_made(transport)
        self.half_since = self._loop.time()
        server.watch()

    def data_received(self, data: bytes) -> None:
        """Take what has come; what no parser understands is 400 and the end."""
        waiting = self._waiter
        try:
            super().data_received(data)
        except Exception as error:
            self._break_off(error)
            return
        if waiting is None or waiting.done():
            self.half_since = None
        elif self.half_since is None:
            self.half_since = self._loop.time()

    def is_half(self, since: float) -> bool:
        """Say whether a request's head has been half here from this instant on."""
        waiting = self._waiter
        if self.half_since is None or waiting is None or waiting.done():
            return False
        return self.half_since <= since

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what went wrong outside the handler, without repeating what was sent.

        What is no HTTP is one line of log; a mistake of ours keeps its traceback.
        """
        said = message if status >= 500 else "this is no HTTP\n"
        answer = super().handle_error(request, status, exc, said)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    def _break_off(self, error: Exception) -> None:
        """End a connection whose bytes the parser stumbled over."""
        _http_log.info("a request was no HTTP: %s", type(error).__name__)
        transport = self.transport
        if transport is not None and self._current_request is None:
            transport.write(_short(b"400 Bad Request", b"this is no HTTP\n"))
        self.force_close()


class Connections(web.Server):
    """A server that looks after its connections.

    `most` is how many there may be at a time, at most `MOST_CONNECTIONS`.
    """

    def __init__(self, handler: Callable[..., Any], most: int | None = None) -> None:
        super().__init__(cast("Any", handler), **_SERVER)
        self._most = most_connections() if most is None else most
        self._turned_away: dict[asyncio.Transport, float] = {}
        self._closing: dict[asyncio.Transport, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        _http_log.addFilter(be_brief)

    def __call__(self) -> Connection:
        """Return the protocol of a connection to come."""
        return Connection(self, loop=self._loop, **_SERVER)

    def is_full(self) -> bool:
        """Say whether there are as many connections as there may be."""
        return len(self._connections) >= self._most

    def turn_away(self, transport: asyncio.Transport) -> None:
        """Say 503 and close, leaving the caller time to read that."""
        if len(self._turned_away) >= SPARE_FILES // 2:
            transport.abort()
            return
        transport.set_protocol(_TurnedAway(self._turned_away, transport))
        self._turned_away[transport] = self._loop.time()
        transport.write(_FULL)
        if transport.can_write_eof():
            transport.write_eof()
        self.watch()

    def watch(self) -> None:
        """See to it that the connections are looked at."""
        if self._timer is None:
            self._timer = self._loop.call_later(ROUND, self._look)

    def _look(self) -> None:
        """End what has taken too long, and look again while somebody is connected."""
        self._timer = None
        now = self._loop.time()
        for connection, transport in list(self._connections.items()):
            if cast("Connection", connection).is_half(now - HEAD_TIMEOUT):
                transport.write(_LATE)
                connection.force_close()
        self._end_unread(now)
        for transport, since in list(self._turned_away.items()):
            if since <= now - LINGER:
                transport.abort()
        if self._connections or self._turned_away:
            self.watch()

    def _end_unread(self, now: float) -> None:
        """Cut connections that were closed and whose callers read on too slowly."""
        closing = [t for t in self._connections.values() if t.is_closing()]
        self._closing = {t: self._closing.get(t, now) for t in closing}
        for transport, since in self._closing.items():
            if since <= now - UNREAD_TIMEOUT:
                transport.abort()

    async def shutdown(self, timeout: float | None = None) -> None:
        """End every connection; open requests have this many seconds to finish."""
        await super().shutdown(timeout)
        for transport in list(self._turned_away):
            transport.abort()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _TurnedAway(asyncio.Protocol):
    """A caller for whom there is no room: what it says is let go by."""

    def __init__(
        self, among: dict[asyncio.Transport, float], transport: asyncio.Transport
    ) -> None:
        self._among = among
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        """Be forgotten."""
        self._among.pop(self._transport, None)


def most_connections() -> int:
    """Return how many callers there may be: as many as files may be opened for them."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(1, min(MOST_CONNECTIONS, soft - SPARE_FILES))


def allow_files() -> None:
    """Let this process open enough files for all its callers, if the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + SPARE_FILES
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def be_brief(record: LogRecord) -> bool:
    """Keep what is logged of a request that is no HTTP to one line, with none of it."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, (HttpProcessingError, web.RequestPayloadError)):
        record.msg, record.args = "a request was no HTTP: %s", (type(error).__name__,)
        record.exc_info = None
        record.levelno, record.levelname = INFO, "INFO"
    return True
