"""The receiver: a webhook for tests of programs that have none to listen at."""

from __future__ import annotations

import asyncio
from logging import getLogger
from typing import TYPE_CHECKING, Any

from aiohttp import web

from simulator.testing.official import is_genuine
from simulator.testing.rows import CallbackRow
from sms.traces import where

if TYPE_CHECKING:
    from collections.abc import Callable

    from sms.units import Seconds

MOST_KEPT = 100_000
"""Callbacks that are kept; more are answered with 503."""

LARGEST_BODY = 1_048_576

_log = getLogger(__name__)


class Receiver:
    """Listens on 127.0.0.1 and keeps what is posted below the account's own path.

    `handler` is called for each, in a thread of its own; what it returns is the
    answer's body: TwiML or text, None for nothing.  Where it raises, the answer is 500
    and the first such error stands in `failed`.
    """

    def __init__(self, now: Callable[[], Seconds]) -> None:
        self.kept: list[CallbackRow] = []
        self.handler: Callable[[CallbackRow], str | None] | None = None
        self.failed: Exception | None = None
        self._now = now
        self._path = self._token = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/{path:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()

    def begin(self, account_sid: str, auth_token: str) -> None:
        """Take what is an account's from here on, and forget all before."""
        self.kept, self.handler, self.failed = [], None, None
        self._path, self._token = f"/{account_sid}", auth_token

    @property
    def url(self) -> str:
        """The account's own webhook."""
        assert self._runner is not None, "it listens"
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}{self._path}"

    async def _take(self, request: web.Request) -> web.Response:
        """Keep a callback and answer it; 404 where it is another account's."""
        if request.path != self._path:
            raise web.HTTPNotFound
        if len(self.kept) >= MOST_KEPT:
            raise web.HTTPServiceUnavailable
        callback = self._row(request, await request.post())
        self.kept.append(callback)
        said = None
        if self.handler is not None:
            try:
                said = await asyncio.to_thread(self.handler, callback)
            except Exception as error:  # whatever a program does, the server goes on
                self.failed = self.failed or error
                _log.debug("a handler of webhooks failed: %s", where(error))
                raise web.HTTPInternalServerError from error
        return _answer(said)

    def _row(self, request: web.Request, form: Any) -> CallbackRow:
        url = f"http://{request.host}{request.raw_path}"
        given = form if request.method == "POST" else request.query
        parameters = {str(name): str(value) for name, value in given.items()}
        code = parameters.get("ErrorCode", "")
        return CallbackRow(
            at=self._now(),
            sid=parameters.get("MessageSid", parameters.get("NotificationSid", "")),
            status=parameters.get("MessageStatus"),
            error_code=int(code) if code.isdecimal() else None,
            genuine=is_genuine(url, form, request.headers, self._token),
            parameters=parameters,
        )


def _answer(said: str | None) -> web.Response:
    if not said:
        return web.Response(status=204)
    is_xml = said.lstrip().startswith("<")
    return web.Response(text=said, content_type="text/xml" if is_xml else "text/plain")
