"""The customer's end of status callbacks under gevent: each worker has its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Self

import gevent
from gevent.pywsgi import WSGIServer

from sender.postbox import LARGEST_CALLBACK, PATH, Postbox

if TYPE_CHECKING:
    from sender.callbacks import CallbackReceived
    from sender.postbox import Clock

BACKLOG = 1_024

MOST_AT_ONCE = 1_000
"""Callbacks that one receiver is over at a time; above it the answer is 503."""

REASONS = {
    204: "204 No Content",
    400: "400 Bad Request",
    403: "403 Forbidden",
    404: "404 Not Found",
    413: "413 Content Too Large",
    503: "503 Service Unavailable",
}

Start = Callable[[str, list[tuple[str, str]]], Any]


class Receiver:
    """Listens on 127.0.0.1 and hands each callback to a handler as it comes.

    It is `delay` real seconds over each, as a customer's slow program would be.
    `overflowed` counts what was turned away unread, as too many were at hand.
    """

    def __init__(
        self,
        auth_token: str,
        handler: Callable[[CallbackReceived], None],
        clock: Clock,
        *,
        delay: float = 0.0,
    ) -> None:
        self.overflowed = 0
        self._at_hand = 0
        self._handler = handler
        self._delay = delay
        self._server = WSGIServer(
            ("127.0.0.1", 0), self._take, backlog=BACKLOG, log=None
        )
        self._server.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}{PATH}"
        self.postbox = Postbox(auth_token, clock, self.url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening."""
        self._server.stop(timeout=1)

    def _take(self, environ: dict[str, Any], start: Start) -> Iterator[bytes]:
        """Answer a POST, as WSGI has it."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        status, text = 404, "callbacks are posted elsewhere\n"
        if length > LARGEST_CALLBACK:
            status, text = 413, "too large for a callback\n"
        elif environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"] == PATH:
            status, text = self._file(environ, environ["wsgi.input"].read(length))
        start(REASONS[status], [("Content-Type", "text/plain")] if text else [])
        yield text.encode()

    def _file(self, environ: dict[str, Any], body: bytes) -> tuple[int, str]:
        """Hand a callback over, and return the reply."""
        if self._at_hand >= MOST_AT_ONCE:
            self.overflowed += 1
            return 503, "too many callbacks at once\n"
        if self._delay:
            self._at_hand += 1
            gevent.sleep(self._delay)
            self._at_hand -= 1
        target = f"{PATH}?{environ['QUERY_STRING']}"
        signature = environ.get("HTTP_X_TWILIO_SIGNATURE", "")
        reply, callback = self.postbox.take(target, signature, body)
        if callback is not None:
            self._handler(callback)
        return reply.status, reply.text
