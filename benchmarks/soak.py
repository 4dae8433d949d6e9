"""Whether a server that lets go of old messages grows, however long it runs.

    python -m benchmarks.soak [--engine 5000000] [--http 300000]

First the engine alone: ten short codes, 900 texts a simulated second, each to somebody
new, kept for a minute after their end.  Then `smslab serve --retain 1m` as a process of
its own, asked a thousand times a second, with callbacks to a receiver beside the
client.  Memory is resident memory, looked at again and again; what it grows by for each
message is the slope of the straight line through what was seen in the second half.
Ends with 1 where that, or the least number of tasks or file descriptors, goes up.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from statistics import linear_regression
from typing import NamedTuple

from benchmarks.pacing import RATE as PACE
from benchmarks.pacing import WORLD, Paced, ask, serving
from benchmarks.server import pin
from simulator.engine.gateway import Gateway
from simulator.engine.messages import Draft
from simulator.setups import set_up

RETAIN = 60.0
"""Simulated seconds that a message is kept after its end."""

RATE = 900
"""Texts of a segment each that the engine is given in a simulated second."""

SPEED = 20.0
"""Simulated seconds of the server's in a real one: a window passes in three."""

LOOKS = 50
"""How often is looked, in each of the two."""

MOST_GROWTH = 10.0
"""Bytes a message that nobody calls growth: one entry of a dictionary has a hundred."""


class Look(NamedTuple):
    """What was seen after so many messages; memory is in bytes."""

    messages: int
    memory: int
    kept: int
    tasks: int
    descriptors: int


def memory(pid: int) -> int:
    """Return a process's resident memory in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def soak_engine(count: int) -> list[Look]:
    """Give the engine so many messages, and look now and then."""
    setup = set_up(WORLD, "soak")
    gateway = Gateway(setup.world, setup.profile, seed=1, retain=RETAIN)
    service = next(iter(gateway.services))
    looks: list[Look] = []
    for number in range(count):
        now = number / RATE
        recipient = f"+1{212 + number // 8_000_000}{2_000_000 + number % 8_000_000}"
        draft = Draft(recipient=recipient, body=f"Order {number}", service=service)
        gateway.submit(draft, now)
        if number % RATE == 0:
            gateway.advance(now)
        if (number + 1) % (count // LOOKS) == 0:
            own = memory(os.getpid())
            looks.append(Look(number + 1, own, len(gateway.messages), 0, 0))
    return looks


def soak_server(count: int) -> list[Look]:
    """Have the server take so many messages, and look now and then."""
    looks: list[Look] = []
    options = (f"--retain={RETAIN:g}", f"--speed={SPEED:g}")
    with serving(*options) as port:
        load = Paced(port, callbacks=True)
        for _ in range(LOOKS):
            load.run_paced(count / LOOKS / PACE, drain=0.0)
            health = ask(port)
            pid, tasks = health["process"]["pid"], health["process"]["tasks"]
            descriptors = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
            one = Look(load.posts, memory(pid), health["kept"], tasks, descriptors)
            looks.append(one)
        load.close()
    return looks


def judge(name: str, looks: list[Look], took: float) -> bool:
    """Print a row, and say whether nothing has grown since half of it was over."""
    late = looks[len(looks) // 2 :]
    messages = [one.messages for one in late]
    slope = linear_regression(messages, [one.memory for one in late]).slope
    quarters = late[: len(late) // 2], late[len(late) // 2 :]
    tasks = [min(one.tasks for one in looks) for looks in quarters]
    files = [min(one.descriptors for one in looks) for looks in quarters]
    cells = (
        name,
        f"{looks[-1].messages:,}",
        f"{took:.0f}",
        f"{late[0].memory / 2**20:.1f}",
        f"{late[-1].memory / 2**20:.1f}",
        f"{slope:+.1f}",
        f"{late[-1].kept:,}",
        " / ".join(map(str, tasks)),
        " / ".join(map(str, files)),
    )
    print(f"| {' | '.join(cells)} |", flush=True)
    grown = tasks[1] > tasks[0] or files[1] > files[0]
    return slope <= MOST_GROWTH and not grown


def main() -> int:
    """Run both, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--engine", type=int, default=5_000_000, help="messages")
    parser.add_argument("--http", type=int, default=300_000, help="messages")
    asked = parser.parse_args()
    pin(1)
    print(
        "| what | messages | took, s | MiB at half | at the end | bytes a message | "
        "kept | tasks | descriptors |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    steady = True
    for name, soak, count in (
        ("engine", soak_engine, asked.engine),
        ("server", soak_server, asked.http),
    ):
        began = time.perf_counter()
        looks = soak(count)
        steady &= judge(name, looks, time.perf_counter() - began)
    return 0 if steady else 1


if __name__ == "__main__":
    sys.exit(main())
