"""POST Messages over loopback against a bare aiohttp handler, in one run.

    python -m benchmarks.server [--seconds 4]

Three servers, each in a process of its own on one core, are asked in turn, A B C A B C,
by 32 connections from another: a bare handler that parses the same form and answers a
canned Message; ours, with all its checks, queues and progress; and ours with status
callbacks, which a receiver beside the client takes.  Rates are the medians of the
rounds; the ratio is ours to the bare one, round by round.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import platform
import selectors
import socket
import time
from base64 import b64encode
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aiohttp import web

from simulator.engine.worlds import ACCOUNT_SID, AUTH_TOKEN, MESSAGING_SERVICE_SID
from simulator.profiles import load_profile
from simulator.server.running import Settings, running

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

CONNECTIONS = 32
ROUNDS = 4
WARM_UP = 0.5
PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
BARE, OURS, CALLING = "bare aiohttp", "smslab", "smslab, with callbacks"

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


def pin(core: int) -> None:
    """Keep this process on one core, where the system lets it."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core % (os.cpu_count() or 1)})


async def answer_canned(request: web.Request) -> web.Response:
    """Parse the form and answer as though it had been a message."""
    form = await request.post()
    assert form["To"]
    return web.Response(body=CANNED, status=201, content_type="application/json")


async def serve_bare(told: Connection) -> None:
    """Run the bare handler, as anyone would write it, until killed."""
    app = web.Application()
    app.router.add_post("/2010-04-01/Accounts/{sid}/Messages.json", answer_canned)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    told.send(runner.addresses[0][1])
    await asyncio.Event().wait()


async def serve_ours(told: Connection) -> None:
    """Run our server, without API latency, until killed."""
    profile = replace(load_profile(), concurrency=1_000)
    async with running(Settings(profile=profile, port=0, api_latency=0.0)) as server:
        told.send(int(server.url.rpartition(":")[2]))
        await asyncio.Event().wait()


def run_server(name: str, told: Connection) -> None:
    """Run a server in this process, on the first core."""
    pin(0)
    asyncio.run(serve_bare(told) if name == BARE else serve_ours(told))


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
            self._send(connection)

    def run(self, seconds: float) -> Round:
        """Ask for so long, and return the rates."""
        self.posts = self.others = self.callbacks = 0
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds:
            for key, _ in self._selector.select(timeout=1):
                key.data(key.fileobj)
        return Round(self.posts / passed, self.callbacks / passed, self.others)

    def close(self) -> None:
        """Close all connections."""
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]  # all of them are sockets

    def _send(self, connection: socket.socket) -> None:
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
            self._send(connection)

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
            connection.send(b"HTTP/1.1 204 No Content\r\n\r\n" * count)


def measure(name: str, seconds: float) -> Round:
    """Start a server, ask it for so long, and stop it."""
    context = multiprocessing.get_context("spawn")
    told, teller = context.Pipe(duplex=False)
    server = context.Process(target=run_server, args=(name, teller), daemon=True)
    server.start()
    load = Load(told.recv(), callbacks=name == CALLING)
    try:
        load.run(WARM_UP)
        return load.run(seconds)
    finally:
        load.close()
        server.kill()
        server.join()


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
    rounds: dict[str, list[Round]] = {BARE: [], OURS: [], CALLING: []}
    for _ in range(ROUNDS):
        for name, done in rounds.items():
            done.append(measure(name, seconds))
    machine: Any = f"{platform.machine()}, {os.cpu_count()} cores, server on one"
    print(f"Python {platform.python_version()}, {machine}, {CONNECTIONS} connections\n")
    print(table(rounds))


if __name__ == "__main__":
    main()
