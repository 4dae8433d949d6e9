"""Streams: an answer that goes on, as server-sent events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from simulator.server.answers import ANSWER_TIMEOUT, Written

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp.web import BaseRequest

_HEAD = (
    b"HTTP/1.1 200 OK\r\n"
    b"Content-Type: text/event-stream; charset=utf-8\r\n"
    b"Cache-Control: no-store\r\n"
    b"X-Content-Type-Options: nosniff\r\n"
    b"Cross-Origin-Resource-Policy: same-origin\r\n"
    b"Connection: close\r\n\r\n"
)


class Stream:
    """An answer whose pieces are written as they come, until there are no more.

    It ends where nobody reads any longer, or nothing for too long.
    """

    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces

    async def carry(self, request: BaseRequest) -> Written:
        """Write all of it; the connection is closed behind it."""
        transport = request.transport
        if transport is not None:
            transport.write(_HEAD)
            async for piece in self._pieces:
                transport.write(piece)
                if not await _taken(request) or transport.is_closing():
                    break
        return Written(keep_alive=False)


async def _taken(request: BaseRequest) -> bool:
    """Wait for the reader to take what was written; say whether it did."""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            await request.writer.drain()
    except (TimeoutError, ConnectionError):
        return False
    return True
