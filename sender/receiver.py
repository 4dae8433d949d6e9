"""The customer's end of status callbacks: a small signed-post box on loopback.

A callback may come twice, late or out of order, and may be forged.  Each is checked
against its signature, answered at once and worked on afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from logging import getLogger
from typing import TYPE_CHECKING, Self

from aiohttp import web

from sender.callbacks import CallbackReceived
from sender.postbox import LARGEST_CALLBACK, PATH, SIGNATURE, Clock, Postbox
from sms.traces import where

if TYPE_CHECKING:
    from sms.units import Seconds

MOST_WAITING = 10_000
"""Callbacks taken and not yet worked on; above it the answer is 503."""

KEEPALIVE: Seconds = 15.0

_log = getLogger(__name__)

Handler = Callable[[CallbackReceived], None]


class Receiver:
    """Listens on 127.0.0.1 and hands each callback to a handler, one at a time.

        async with Receiver("token", handler, clock) as receiver:
            broadcast = Broadcast(texts, status_callback=receiver.url)

    `public_url` is the one the account is told, where it is not the receiver's own; the
    signature is over it.  `overflowed` counts what was turned away unread, as too many
    waited.
    """

    def __init__(
        self,
        auth_token: str,
        handler: Handler,
        clock: Clock,
        *,
        public_url: str | None = None,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.overflowed = 0
        self._auth_token = auth_token
        self._public_url = public_url
        self._handler = handler
        self._clock = clock
        self._most_waiting = most_waiting
        self._inbox: asyncio.Queue[CallbackReceived] = asyncio.Queue(most_waiting)
        self._postbox: Postbox | None = None
        self._runner: web.AppRunner | None = None
        self._worker: asyncio.Task[None] | None = None

    @property
    def postbox(self) -> Postbox:
        """What checks and reads the callbacks; it is there once the receiver listens.

        Raises:
            ValueError: the receiver does not listen yet.
        """
        if self._postbox is None:
            raise ValueError("receiver: enter it first, then ask where it listens")
        return self._postbox

    @property
    def url(self) -> str:
        """The URL to give as StatusCallback; it is known once the receiver listens."""
        return self.postbox.url

    @property
    def forged(self) -> int:
        """How many callbacks were turned away for their signature."""
        return self.postbox.forged

    @property
    def port(self) -> int:
        """The port it listens on."""
        if self._runner is None:
            raise ValueError("receiver: enter it first, then ask where it listens")
        return int(self._runner.addresses[0][1])

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_CALLBACK)
        app.router.add_post(PATH, self._take)
        self._runner = web.AppRunner(
            app, access_log=None, auto_decompress=False, keepalive_timeout=KEEPALIVE
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        url = self._public_url or f"http://127.0.0.1:{self.port}{PATH}"
        self._postbox = Postbox(self._auth_token, self._clock, url)
        self._worker = asyncio.create_task(self._work())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening, then work off what was taken."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._worker is not None:
            await self.drained()
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker

    async def drained(self) -> None:
        """Wait till every callback that was taken has been worked on."""
        await self._inbox.join()

    async def _take(self, request: web.Request) -> web.Response:
        """Answer POST /callbacks: 204, or why the callback is not taken."""
        body = await request.read()
        if self._inbox.qsize() >= self._most_waiting:
            self.overflowed += 1
            raise web.HTTPServiceUnavailable(text="too many callbacks wait\n")
        reply, callback = self.postbox.take(
            request.raw_path, request.headers.get(SIGNATURE, ""), body
        )
        if callback is not None:
            self._inbox.put_nowait(callback)
        return web.Response(status=reply.status, text=reply.text or None)

    async def _work(self) -> None:
        """Hand callbacks over, one at a time, for as long as the receiver listens."""
        while True:
            callback = await self._inbox.get()
            try:
                self._handler(callback)
            except Exception as error:  # one bad callback must not lose all that follow
                _log.error("callback of %s failed: %s", callback.sid, where(error))
            finally:
                self._inbox.task_done()
