"""What 2,000 half-open connections do to a server, and how soon they are gone.

    python -m benchmarks.half_open

Starts `smslab serve` as a process of its own, measures a good client alone, opens the
connections, measures the good client beside them, and waits until all are closed.
Prints a table and ends with 1 where a bound is missed.  Takes about 25 s.
"""

from __future__ import annotations

import asyncio
import re
import resource
import sys
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CONNECTIONS = 2_000
ALONE = 300
"""Requests of the good client before the others come; beside them it never stops."""

MOST_P99 = 0.050
MOST_OPEN = 15.0
MOST_MEMORY = 64.0
PATIENCE = 30.0
"""Real seconds until what is still open is counted as never closed."""

HEALTH = b"GET /_smslab/health HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = (
    b"POST /2010-04-01/Accounts/AC00000000000000000000000000000000/Messages.json "
    b"HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Authorization: Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDpzbXNsYWI=\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
)
HALVES = [
    b"",
    b"G",
    HEALTH,
    HEALTH + b"X-Slow: ",
    POST + b"Content-Length: 9\r\n\r\nTo",
]
"""How the bad ones begin: nothing, half a head of several kinds, half a body."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server's port and process."""

    port: int
    pid: int

    def memory(self) -> float:
        """Return its resident memory in MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1_024


@asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    """Run the server as a process."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "smslab", "serve", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        line = (await process.stdout.readline()).decode()
        found = re.search(r":(\d+)\s*$", line)
        if found is None:
            raise SystemExit(f"the server did not start: {line!r}")
        yield Server(int(found[1]), process.pid)
    finally:
        process.terminate()
        await process.wait()


async def ask(server: Server, count: int | None, until: asyncio.Event) -> list[float]:
    """Ask one thing after the other, and return how long each took in seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    took: list[float] = []
    while not until.is_set() and (count is None or len(took) < count):
        began_at = time.perf_counter()
        writer.write(HEALTH + b"\r\n")
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.partition(b"content-length: ")[2].split()[0]))
        took.append(time.perf_counter() - began_at)
        await asyncio.sleep(0.005)
    writer.close()
    return took


async def hold(server: Server, beginning: bytes, opened: asyncio.Semaphore) -> float:
    """Open a connection, begin something, and return how long it was left open."""
    async with opened:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    began_at = time.perf_counter()
    writer.write(beginning)
    with suppress(ConnectionError):
        async with asyncio.timeout(PATIENCE):
            while await reader.read(4_096):
                pass
    writer.close()
    return time.perf_counter() - began_at


def p99(values: list[float]) -> float:
    """Return what 99 of 100 values do not exceed."""
    return sorted(values)[min(len(values) - 1, len(values) * 99 // 100)]


async def measure() -> bool:
    """Measure, print the table, and say whether all bounds are kept."""
    async with serving() as server:
        ended, room = asyncio.Event(), asyncio.Semaphore(100)
        alone = await ask(server, ALONE, ended)
        before = server.memory()
        good = asyncio.create_task(ask(server, None, ended))
        bad = [
            asyncio.create_task(hold(server, HALVES[i % len(HALVES)], room))
            for i in range(CONNECTIONS)
        ]
        most = before
        while not all(task.done() for task in bad):
            await asyncio.wait(bad, timeout=0.25)
            most = max(most, server.memory())
        ended.set()
        lasted = [PATIENCE if t.exception() else t.result() for t in bad]
        rows = [
            ("good client's p99 alone, ms", 1e3 * p99(alone), None),
            (
                "good client's p99 beside them, ms",
                1e3 * p99(await good),
                1e3 * MOST_P99,
            ),
            ("longest that one stayed open, s", max(lasted), MOST_OPEN),
            ("memory added at most, MiB", most - before, MOST_MEMORY),
        ]
    for name, value, bound in rows:
        print(f"{name:36} {value:8.1f}" + (f"   bound {bound:g}" if bound else ""))
    return all(bound is None or value <= bound for _, value, bound in rows)


def main() -> None:
    """Measure; 1 where a bound is missed."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    sys.exit(0 if asyncio.run(measure()) else 1)


if __name__ == "__main__":
    main()
