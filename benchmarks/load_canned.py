"""A server that takes every message: as cheap as can be, or as slow as programmed.

    python -m benchmarks.load_canned [--programmed]

It answers as `smslab serve` would where a load generator asks, and decides nothing.
Programmed, it is over each message for a log-normal time and stands still for the first
second of every five, so that what an arrival sees can be worked out beforehand.  What
really happened it tells at /log: to whom, when it came, and when its answer left.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import re
import time
from itertools import count
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from benchmarks.server import CANNED

if TYPE_CHECKING:
    from sms.units import Seconds

MEDIAN, P99 = 0.050, 0.200
"""Of the programmed delays, in real seconds."""

PERIOD, STALL = 5.0, 1.0
"""Every so many seconds it stands still, from the beginning, for so long."""

_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)", re.IGNORECASE)
_TO = re.compile(rb"(?:^|&)To=([^&]*)")
_BEFORE_SID, _AFTER_SID = CANNED.split(b"SM" + b"0" * 32, 1)

_NORMAL = NormalDist()
_SIGMA = math.log(P99 / MEDIAN) / _NORMAL.inv_cdf(0.99)


def quantile_of_delay(share: float) -> Seconds:
    """Return the delay that this share of messages do not exceed."""
    return MEDIAN * math.exp(_SIGMA * _NORMAL.inv_cdf(share))


def delay_of(number: int) -> Seconds:
    """Return the delay of a message, counted from 0: spread as evenly as can be.

    Source: J. G. van der Corput, Verteilungsfunktionen, 1935: the digits of the number
    in base 2, mirrored at the point.
    """
    share, weight = 0.0, 0.5
    rest = number + 1
    while rest:
        rest, digit = divmod(rest, 2)
        share += digit * weight
        weight /= 2
    return quantile_of_delay(share)


def answered_at(came_at: Seconds, delay: Seconds) -> Seconds:
    """Return when an answer is ready that takes so much work, stalls left out."""
    periods, within = divmod(came_at, PERIOD)
    work = PERIOD - STALL
    done = periods * work + max(0.0, within - STALL) + delay
    whole, rest = divmod(done, work)
    return whole * PERIOD + STALL + rest


class Served(NamedTuple):
    """A message as the server saw it; instants count from its own beginning."""

    recipient: str
    came_at: Seconds
    left_at: Seconds


class Desk:
    """What all connections of the server share."""

    def __init__(self, *, programmed: bool) -> None:
        self.programmed = programmed
        self.posts = 0
        self.log: list[Served] = []
        self._zero = time.monotonic()

    def now(self) -> Seconds:
        """Return the seconds since the server's beginning."""
        return time.monotonic() - self._zero

    def told(self, path: bytes) -> bytes:
        """Return what a GET is answered."""
        if path.startswith(b"/log"):
            return json.dumps(self.log).encode()
        state = {
            "status": "ok",
            "speed": 1.0,
            "simulated_seconds": self.now(),
            "posts": self.posts,
            "process": {"cpu_seconds": time.process_time()},
        }
        return json.dumps(state).encode()


class Connection(asyncio.Protocol):
    """One client's connection, on which one request is open at a time."""

    def __init__(self, desk: Desk, created: count[int]) -> None:
        self._desk = desk
        self._created = created
        self._held = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer a request once it is whole."""
        held = self._held = self._held + data
        head, blank, body = held.partition(b"\r\n\r\n")
        if not blank:
            return
        length = _LENGTH.search(head)
        if length is not None and len(body) < int(length[1]):
            return
        self._held = b""
        method, path, _ = head.split(b" ", 2)
        if method == b"GET":
            self._answer(b"200 OK", self._desk.told(path))
        elif path.startswith(b"/_smslab/"):
            self._answer(b"404 Not Found", b"{}")  # its clock goes on as it is
        else:
            self._take(body)

    def _take(self, body: bytes) -> None:
        desk, number = self._desk, next(self._created)
        desk.posts += 1
        if not desk.programmed:
            self._create(number)
            return
        came_at = desk.now()
        found = _TO.search(body)
        recipient = unquote(found[1].decode()) if found else ""
        wait = answered_at(came_at, delay_of(number)) - came_at
        loop = asyncio.get_running_loop()
        loop.call_later(wait, self._leave, number, recipient, came_at)

    def _leave(self, number: int, recipient: str, came_at: Seconds) -> None:
        self._create(number)
        self._desk.log.append(Served(recipient, came_at, self._desk.now()))

    def _create(self, number: int) -> None:
        sid = b"SM%032x" % number
        self._answer(b"201 Created", b"".join((_BEFORE_SID, sid, _AFTER_SID)))

    def _answer(self, status: bytes, body: bytes) -> None:
        self._transport.write(
            b"HTTP/1.1 %b\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (status, len(body), body)
        )


async def serve(desk: Desk) -> None:
    """Listen on a free port, say where, and answer until killed."""
    created = count()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(desk, created), "127.0.0.1", 0, backlog=2_048
    )
    port = server.sockets[0].getsockname()[1]
    print(f"smslab answers for Twilio at http://127.0.0.1:{port}", flush=True)
    await server.serve_forever()


def main() -> None:
    """Serve, cheap or programmed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programmed", action="store_true", help="slow, as it says")
    asyncio.run(serve(Desk(programmed=parser.parse_args().programmed)))


if __name__ == "__main__":
    main()
