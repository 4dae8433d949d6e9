"""How late a server is with what is due, at 1,000 segments a second in real time.

    python -m benchmarks.pacing [--seconds 10]

Ten short codes of 100 segments a second each send what one program posts, a text of one
segment each time, as fast as they leave: first with callbacks to nobody, then with two
or three a message to a receiver beside the program.  Each step of each message is
counted in the server by how long after its instant it was taken: `pacing` of its
health.  Ends with 1 where a hundredth of them came later than the bound.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import deque
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.server import ROOT, Load, pin
from simulator.engine.worlds import MESSAGING_SERVICE_SID

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

RATE = 1_000
"""Segments a second that leave."""

CODES = [f"7234{ordinal}" for ordinal in range(10)]

WORLD = "\n".join(f'[[numbers]]\naddress = "{code}"' for code in CODES) + (
    f'\n[[services]]\nname = "pool"\nsid = "{MESSAGING_SERVICE_SID}"\n'
    f"numbers = {json.dumps(CODES)}\n"
)
DRAIN = 5.0
"""Real seconds that are waited for what still is on its way."""


@contextmanager
def serving(*options: str) -> Iterator[int]:
    """Run `smslab serve` with options on the first core, and tell its port."""
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "world.toml"
        world.write_text(WORLD)
        command = [sys.executable, "-m", "smslab", "serve", "--port=0"]
        command += ["--api-latency=0", f"--config={world}", *options]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as server:
            assert server.stdout, "it is piped"
            try:
                pin(0, server.pid)
                yield int(server.stdout.readline().rpartition(b":")[2])
            finally:
                server.kill()


def ask(port: int) -> dict[str, Any]:
    """Return how the server is."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/_smslab/health")
    told: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return told


class Paced(Load):
    """Posts RATE texts a second and no more, however fast they are answered."""

    def __init__(self, port: int, *, callbacks: bool) -> None:
        self._free: deque[socket.socket] = deque()
        super().__init__(port, callbacks=callbacks)

    def run_paced(self, seconds: float, drain: float = DRAIN) -> None:
        """Post for so long, and take callbacks until `drain` seconds more are over."""
        sent, began = 0, time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds + drain:
            due = int(min(passed, seconds) * RATE)
            while sent < due and self._free:
                sent += 1
                self.send(self._free.popleft())
            self.attend(0.001)

    def _go_on(self, connection: socket.socket) -> None:
        self._free.append(connection)


def measure(seconds: float, *, callbacks: bool) -> list[str]:
    """Return a row: what was sent, how fast it left, how late it was."""
    with serving() as port:
        load = Paced(port, callbacks=callbacks)
        load.run_paced(seconds)
        health = ask(port)
        load.close()
    pacing = health["pacing"]
    left = sum(health["messages"][name] for name in ("sent", "delivered"))
    return [
        "with callbacks" if callbacks else "without",
        f"{load.posts:,}",
        f"{left:,}",
        f"{load.callbacks:,}",
        *(
            f"{pacing[name] * 1_000:.1f}"
            for name in ("late_p50", "late_p99", "longest")
        ),
        f"{pacing['bound'] * 1_000:.0f}",
        "yes" if pacing["held"] else "no",
    ]


def main() -> int:
    """Measure both, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="of posting")
    seconds = parser.parse_args().seconds
    pin(1)
    rows = [measure(seconds, callbacks=callbacks) for callbacks in (False, True)]
    print(
        "| callbacks | posted | left | heard | p50, ms | p99 | longest | bound | held |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    return 0 if all(row[-1] == "yes" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
