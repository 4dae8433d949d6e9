"""POST Messages over loopback against a bare aiohttp handler, in one run.

    python -m benchmarks.server [--seconds 4]

Four servers, each in a process of its own on one core, are asked in turn, A B C D A B,
by 32 connections from another: a bare handler that parses the same form and answers a
canned Message; the same with a heap that is never given back; ours, with all its
checks, queues and progress; and ours with status callbacks, which a receiver beside the
client takes.  Rates are the medians of the rounds; the ratio is ours to the bare one,
round by round.

asyncio asks for 256 KiB at each read.  Where that comes from the top of the heap, glibc
gives it back at once and has it mapped anew the next time, which costs a small process
a fifth of its rate; which process is struck depends on what lies on its heap.  So the
bare one is measured with glibc's thresholds as they are, and out of its reach.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import selectors
import socket
import subprocess
import sys
import time
from base64 import b64encode
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from simulator.engine.worlds import ACCOUNT_SID, AUTH_TOKEN, MESSAGING_SERVICE_SID

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECTIONS = 32
ROUNDS = 4
WARM_UP = 0.5
PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
ROOT = Path(__file__).parent.parent
BARE, HELD, CALLING = (
    "bare aiohttp",
    "bare aiohttp, heap held",
    "smslab, with callbacks",
)
BARE_SERVER = ("benchmarks.server_bare", PATH)
OUR_SERVER = ("benchmarks.server_ours",)
SERVERS = {
    BARE: BARE_SERVER,
    HELD: BARE_SERVER,
    "smslab": OUR_SERVER,
    CALLING: OUR_SERVER,
}
"""The module that serves, and what it is told, by what the table calls it."""

HEAP_HELD = {
    "MALLOC_MMAP_THRESHOLD_": str(2**20),
    "MALLOC_TRIM_THRESHOLD_": str(2**26),
    "MALLOC_TOP_PAD_": str(2**24),
}
"""glibc's settings, in bytes, with which the heap's top is never given back."""

CANNED = json.dumps(
    {
        "account_sid": ACCOUNT_SID,
        "api_version": "2010-04-01",
        "body": "Hello Anna, your order 1234 is on its way to you",
        "date_created": "Mon, 23 Nov 2026 12:00:00 +0000",
        "date_sent": None,
        "date_updated": "Mon, 23 Nov 2026 12:00:00 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": None,
        "messaging_service_sid": MESSAGING_SERVICE_SID,
        "num_media": "0",
        "num_segments": "0",
        "price": None,
        "price_unit": "USD",
        "sid": "SM" + "0" * 32,
        "status": "accepted",
        "subresource_uris": {"media": f"{PATH[:-5]}/SM{'0' * 32}/Media.json"},
        "to": "+14155550123",
        "uri": f"{PATH[:-5]}/SM{'0' * 32}.json",
    }
).encode()


@dataclass(frozen=True, slots=True)
class Round:
    """What one server did in one round: per second, and of answers other than 201."""

    posts: float
    callbacks: float
    others: int


# Servers, each in its own process


def pin(core: int, pid: int = 0) -> None:
    """Keep a process, this one if none is named, on a core, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(pid, {core % (os.cpu_count() or 1)})


@contextmanager
def serving(name: str) -> Iterator[int]:
    """Run a server on the first core, and tell its port; it is killed at the end."""
    environment = os.environ | (HEAP_HELD if name == HELD else {})
    with subprocess.Popen(
        [sys.executable, "-m", *SERVERS[name]],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as server:
        assert server.stdin, "it is piped"
        assert server.stdout, "it is piped"
        try:
            pin(0, server.pid)
            server.stdin.write(CANNED)
            server.stdin.close()
            yield int(server.stdout.readline())
        finally:
            server.kill()


# The client and the receiver, in this process: as little work as can be


def request_of(number: int, port: int, callback: str) -> bytes:
    """Return a request, as twilio-python writes it."""
    form = {
        "To": f"+1415555{number % 10_000:04d}",
        "MessagingServiceSid": MESSAGING_SERVICE_SID,
        "Body": f"Hello Anna, your order {number} is on its way to you",
        **({"StatusCallback": callback} if callback else {}),
    }
    body = urlencode(form)
    credentials = b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
    return (
        f"POST {PATH} HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{port}\r\n"
        f"Authorization: Basic {credentials}\r\n"
        "User-Agent: twilio-python/9.13.0 (Linux x86_64) Python/3.11\r\n"
        "X-Twilio-Client: python-9.13.0\r\n"
        "Accept-Charset: utf-8\r\n"
        "Accept: application/json\r\n"
        "Accept-Encoding: gzip, deflate\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


class Load:
    """32 connections, each with one request open, and a receiver of callbacks."""

    def __init__(self, port: int, *, callbacks: bool) -> None:
        self.posts = self.others = self.callbacks = 0
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/status"
        callback = address if callbacks else ""
        self._requests = [request_of(n, port, callback) for n in range(10_000)]
        self._next = 0
        for _ in range(CONNECTIONS):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(connection, selectors.EVENT_READ, self._answered)
            self._go_on(connection)

    def run(self, seconds: float) -> Round:
        """Ask for so long, and return the rates."""
        self.posts = self.others = self.callbacks = 0
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds:
            self.attend(1.0)
        return Round(self.posts / passed, self.callbacks / passed, self.others)

    def attend(self, patience: float) -> None:
        """Take what has come, or comes within so many seconds."""
        for key, _ in self._selector.select(timeout=patience):
            key.data(key.fileobj)

    def close(self) -> None:
        """Close all connections."""
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]  # all of them are sockets

    def _go_on(self, connection: socket.socket) -> None:
        """Ask again on a connection that is free."""
        self.send(connection)

    def send(self, connection: socket.socket) -> None:
        """Ask once."""
        self._next = (self._next + 1) % len(self._requests)
        connection.send(self._requests[self._next])

    def _answered(self, connection: socket.socket) -> None:
        """Count an answer that is whole, and ask again."""
        data = connection.recv(65_536)
        if not data:
            self._selector.unregister(connection)
            connection.close()
        elif data.endswith(b"}"):
            self.posts += 1
            self.others += data[9:12] != b"201"
            self._go_on(connection)

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        self._selector.register(connection, selectors.EVENT_READ, self._receive)

    def _receive(self, connection: socket.socket) -> None:
        """Count the callbacks in what came, and answer each."""
        data = connection.recv(65_536)
        if not data:
            self._selector.unregister(connection)
            connection.close()
        elif count := data.count(b"AccountSid="):
            self.callbacks += count
            self._answer(connection, count)

    def _answer(self, connection: socket.socket, count: int) -> None:
        """Answer so many callbacks that came on a connection."""
        connection.send(b"HTTP/1.1 204 No Content\r\n\r\n" * count)


def measure(name: str, seconds: float) -> Round:
    """Start a server, ask it for so long, and stop it."""
    with serving(name) as port:
        load = Load(port, callbacks=name == CALLING)
        try:
            load.run(WARM_UP)
            return load.run(seconds)
        finally:
            load.close()


def table(rounds: dict[str, list[Round]]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "| server | POST/s | callbacks/s | ratio to bare | other than 201 |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, done in rounds.items():
        pairs = zip(done, rounds[BARE], strict=True)
        ratio = median(own.posts / bare.posts for own, bare in pairs)
        lines.append(
            f"| {name} | {median(r.posts for r in done):,.0f} "
            f"| {median(r.callbacks for r in done):,.0f} "
            f"| {ratio:.2f} | {sum(r.others for r in done)} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Ask all servers in turn, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=2.5, help="of each round")
    seconds = parser.parse_args().seconds
    pin(1)
    rounds: dict[str, list[Round]] = {name: [] for name in SERVERS}
    for _ in range(ROUNDS):
        for name, done in rounds.items():
            done.append(measure(name, seconds))
    machine: Any = f"{platform.machine()}, {os.cpu_count()} cores, server on one"
    print(f"Python {platform.python_version()}, {machine}, {CONNECTIONS} connections\n")
    print(table(rounds))


if __name__ == "__main__":
    main()
