"""Carries the official client's requests under asyncio, over aiohttp."""

from __future__ import annotations

import asyncio
from logging import getLogger
from typing import TYPE_CHECKING, Any

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from yarl import URL

from sender.client import CONNECT_TIMEOUT, READ_TIMEOUT, Base

if TYPE_CHECKING:
    from sms.units import Seconds

KEEPALIVE: Seconds = 15.0
"""How long an idle connection is kept."""

MOST_OPEN = 1_000
"""Requests open at a time; further ones wait."""


class HttpClient(AsyncHttpClient):  # type: ignore[misc]  # the library has no types
    """Carries the library's requests to one base on loopback, over one session.

    It repeats nothing and follows no redirect.  Use it within one event loop, and
    `close` it there.

    Raises:
        ValueError: the base is not an HTTP URL of this very machine.
    """

    def __init__(self, base_url: str, *, most_open: int = MOST_OPEN) -> None:
        super().__init__(getLogger(__name__), is_async=True)
        self._base = Base(base_url)
        self._slots = asyncio.Semaphore(most_open)
        self._session: aiohttp.ClientSession | None = None

    async def request(self, method: str, uri: str, **options: Any) -> Response:
        """Make a request; `options` are those of the library's own client.

        Raises:
            ValueError: the host is none of Twilio's.
            ConnectionRefusedError: no connection was to be had, nothing has left.
            ConnectionError: no answer came.
        """
        url, headers, body = self._base.prepare(uri, options)
        target = URL(url, encoded=True)
        try:
            async with (
                self._slots,
                self._open_session().request(
                    method, target, data=body, headers=headers, allow_redirects=False
                ) as answer,
            ):
                return Response(answer.status, await _text(answer), answer.headers)
        except aiohttp.ClientConnectorError as error:
            raise ConnectionRefusedError(str(error)) from error
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise ConnectionError(f"no answer from {url}: {error!r}") from error

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> aiohttp.ClientSession:
        """Return the session, opened with the first request: it needs the loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEPALIVE),
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=CONNECT_TIMEOUT, sock_read=READ_TIMEOUT
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _text(answer: aiohttp.ClientResponse) -> str:
    """Return the body; none where a success breaks off: it was created all the same."""
    try:
        return await answer.text(encoding="utf-8", errors="replace")
    except (aiohttp.ClientError, TimeoutError, ConnectionError):
        if answer.ok:
            return ""
        raise
