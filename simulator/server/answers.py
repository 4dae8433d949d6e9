"""An answer on the wire: its bytes, under the headers that Twilio's answers have."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

import orjson
from aiohttp import HttpVersion11

from simulator.api.paths import VERSION_2010

if TYPE_CHECKING:
    from aiohttp.web import BaseRequest

    from simulator.api.requests import Answer
    from sms.units import Seconds

ANSWER_TIMEOUT: Seconds = 30.0
"""Real seconds a caller has to read an answer that does not fit the socket's buffer."""

API_DOMAIN = "X-API-Domain: api.twilio.com\r\n"
"""The line that the 2010 API's answers alone have."""

_KEEP, _CLOSE = "\r\n", "Connection: close\r\n\r\n"
_FIRST_LINES = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n" for s in HTTPStatus}


class Written:
    """A response that has been written: what aiohttp asks of one, and no more.

    Building and writing aiohttp's own takes a quarter of a request's time.
    """

    __slots__ = ("keep_alive",)

    def __init__(self, keep_alive: bool) -> None:
        self.keep_alive = keep_alive

    async def prepare(self, request: BaseRequest) -> None:
        """Do nothing: the head is out."""

    async def write_eof(self) -> None:
        """Do nothing: the body is out."""


class Composed(NamedTuple):
    """An answer ready to go out, and whether its connection stays open after it."""

    head: bytes
    body: bytes
    keep_alive: bool


def compose(
    request: BaseRequest,
    answer: Answer,
    *,
    date: str,
    duration: Seconds,
    in_flight: int,
    number: int,
) -> Composed:
    """Return an answer's bytes, under the headers that it has on the wire.

    Never `Access-Control-Allow-*`, which Twilio does send: no page is to read this; nor
    `Strict-Transport-Security`, which would bind all else on this machine to HTTPS.

    Source: a recorded answer (2023-11).
    """
    keep_alive = request.keep_alive and request.version >= HttpVersion11
    body, content_type = _content(answer)
    head = (
        f"{_FIRST_LINES[answer.status]}"
        f"Content-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"Date: {date}\r\n"
        f"Twilio-Concurrent-Requests: {in_flight}\r\n"
        f"Twilio-Request-Id: RQ{number:032x}\r\n"
        f"Twilio-Request-Duration: {duration:.3f}\r\n"
        "X-Home-Region: us1\r\n"
        "X-Powered-By: AT-5000\r\n"
        "X-Shenanigans: none\r\n"
        f"{API_DOMAIN if request.raw_path.startswith(VERSION_2010) else ''}"
        "Cross-Origin-Resource-Policy: same-origin\r\n"
        f"{_own(answer)}{_KEEP if keep_alive else _CLOSE}"
    )
    sent = b"" if request.method == "HEAD" else body
    return Composed(head.encode("ascii"), sent, keep_alive)


Carry = Callable[["BaseRequest", bytes, bytes], Awaitable[bool]]
"""Carries a head and a body out, and says whether all of it has left."""


async def carry_whole(request: BaseRequest, head: bytes, body: bytes) -> bool:
    """Carry an answer out at once, and wait until the socket has taken it.

    Says whether anybody was there for it.
    """
    transport = request.transport
    if transport is None:
        return False
    transport.write(head + body)
    if transport.get_write_buffer_size():
        await _drain(request)
    return not transport.is_closing()


def _content(answer: Answer) -> tuple[bytes, str]:
    """Return an answer's bytes and their type: a text as it is, all else as JSON."""
    if answer.content is not None:
        return answer.content, answer.headers["Content-Type"]
    content = answer.body
    if isinstance(content, str):
        return content.encode(), answer.headers.get("Content-Type", "text/plain")
    return b"" if answer.status == 204 else orjson.dumps(content), "application/json"


def _own(answer: Answer) -> str:
    """Return the lines of the headers that only this answer has."""
    if not answer.headers:
        return ""
    return "".join(
        f"{name}: {value}\r\n"
        for name, value in answer.headers.items()
        if name != "Content-Type"
    )


async def _drain(request: BaseRequest) -> None:
    """Wait for a slow reader, but not for ever."""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            await request.writer.drain()
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
    except ConnectionError:
        return  # nobody is left to read it
