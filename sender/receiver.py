"""The customer's end of status callbacks: a small signed-post box on loopback.

A callback may come twice, late or out of order, and may be forged.  Each is checked
against its signature, answered at once and worked on afterwards.

Source: https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
(read 2026-11-23).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from logging import getLogger
from typing import TYPE_CHECKING, Protocol, Self

from aiohttp import web
from twilio.request_validator import RequestValidator
from yarl import URL

from sms.statuses import TERMINAL

if TYPE_CHECKING:
    from multidict import MultiDictProxy

    from sms.units import Seconds

PATH = "/callbacks"

CALL_KEY = "call"
"""The query parameter that tells which call a callback belongs to."""

MOST_WAITING = 10_000
"""Callbacks taken and not yet worked on; above it the answer is 503."""

LARGEST_CALLBACK = 65_536
"""Bytes of a callback's body."""

KEEPALIVE: Seconds = 15.0

_log = getLogger(__name__)


class Clock(Protocol):
    """Tells the time of the run."""

    def now(self) -> Seconds:
        """Return the instant, counted from the run's start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackReceived:
    """A status callback that was rightly signed.

    `call_number` is that of the attempt in whose URL it was named.  `duplicate` is
    True where it tells nothing new: the same status was told before, or another end.
    """

    call_number: int | None
    recipient: str
    sid: str
    status: str
    error_code: int | None
    received_at: Seconds
    duplicate: bool


class Statuses:
    """What was told of each message, so that nothing counts twice."""

    def __init__(self) -> None:
        self._told: dict[str, frozenset[str]] = {}
        # Few distinct sets exist: shared, they take next to no memory a message.
        self._sets: dict[frozenset[str], frozenset[str]] = {}

    def is_news(self, sid: str, status: str) -> bool:
        """Return whether a message's status is news, and remember it.

        The first terminal status stays the last word; what came before it may still be
        told after it.
        """
        told = self._told.get(sid, frozenset())
        if status in told or (status in TERMINAL and not TERMINAL.isdisjoint(told)):
            return False
        now_told = told | {status}
        self._told[sid] = self._sets.setdefault(now_told, now_told)
        return True


Handler = Callable[[CallbackReceived], None]


class Receiver:
    """Listens on 127.0.0.1 and hands each callback to a handler, one at a time.

        async with Receiver("token", handler, clock) as receiver:
            broadcast = Broadcast(texts, status_callback=receiver.url)

    `public_url` is the one the account is told, where it is not the receiver's own; the
    signature is over it.  `forged` and `overflowed` count what was turned away.
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
        self.forged = 0
        self.overflowed = 0
        self._url = public_url
        self._validator = RequestValidator(auth_token)
        self._handler = handler
        self._clock = clock
        self._statuses = Statuses()
        self._most_waiting = most_waiting
        self._inbox: asyncio.Queue[CallbackReceived] = asyncio.Queue(most_waiting)
        self._runner: web.AppRunner | None = None
        self._worker: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The URL to give as StatusCallback; it is known once the receiver listens."""
        if self._url is None:
            raise ValueError("receiver: enter it first, then ask where it listens")
        return self._url

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
        if self._url is None:
            self._url = f"http://127.0.0.1:{self.port}{PATH}"
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
        form = _parse(await request.read())
        if not self._is_signed(request, form):
            self.forged += 1
            raise web.HTTPForbidden(text="X-Twilio-Signature does not fit\n")
        if self._inbox.qsize() >= self._most_waiting:
            self.overflowed += 1
            raise web.HTTPServiceUnavailable(text="too many callbacks wait\n")
        self._inbox.put_nowait(self._read(request.query.get(CALL_KEY, ""), form))
        return web.Response(status=204)

    def _is_signed(self, request: web.Request, form: MultiDictProxy[str]) -> bool:
        """Return whether the sender knew the token; no header names the URL for us."""
        _, mark, query = request.raw_path.partition("?")
        url = self.url.partition("?")[0] + mark + query
        signature = request.headers.get("X-Twilio-Signature", "")
        return bool(self._validator.validate(url, form, signature))

    def _read(self, call_key: str, form: MultiDictProxy[str]) -> CallbackReceived:
        try:
            sid, status = form["MessageSid"], form["MessageStatus"]
        except KeyError as missing:
            raise web.HTTPBadRequest(text=f"{missing} is missing\n") from missing
        return CallbackReceived(
            call_number=_number(call_key),
            recipient=form.get("To", ""),
            sid=sid,
            status=status,
            error_code=_number(form.get("ErrorCode", "")),
            received_at=self._clock.now(),
            duplicate=not self._statuses.is_news(sid, status),
        )

    async def _work(self) -> None:
        """Hand callbacks over, one at a time, for as long as the receiver listens."""
        while True:
            callback = await self._inbox.get()
            try:
                self._handler(callback)
            except Exception:  # one bad callback must not lose all that follow
                _log.exception("callback of %s failed", callback.sid)
            finally:
                self._inbox.task_done()


def _parse(body: bytes) -> MultiDictProxy[str]:
    """Return a form's parameters; a byte that is no UTF-8 spoils the signature only."""
    text = body.decode("utf-8", errors="replace")
    return URL.build(query_string=text, encoded=True).query


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None
