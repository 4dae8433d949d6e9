"""What a bad receiver of callbacks costs everybody else.

    python -m benchmarks.receivers [--seconds 5] [--rounds 5]

`smslab serve` takes a thousand texts a second, each with three callbacks to a receiver
that is good, is down, answers after five seconds, never answers, or answers garbage.
They take turns, each time with a server of its own, so that what else the machine does
strikes all alike; a second good one says how far chance goes.  A row has the API's p50
and p99, the ratio of that to the good one's, and how late a hundredth of the engine's
steps were, each the median of the rounds; and what has become of every callback.  Ends
with 1 where one of them is unaccounted for, or pacing is not held.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.half_open import p99
from benchmarks.pacing import Paced, ask, serving
from benchmarks.server import pin

if TYPE_CHECKING:
    import socket

GOOD = "good"
KINDS = (GOOD, "good again", "down", "slow", "hanging", "garbage")

GARBAGE = b"\x00\xff I am no HTTP\r\n\r\n"
ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"

SLOW = 5.0
"""Real seconds until a slow receiver answers."""

SETTLE = 2.0
"""Real seconds after the last post until one looks what has become of all."""

TOLD = {"queued": 1, "sending": 1, "sent": 2, "delivered": 3, "undelivered": 3}
"""How many callbacks a message has called for once it stands in a status."""


class Trying(Paced):
    """Posts at its pace, notes how long each answer took, and receives as its kind."""

    def __init__(self, port: int, kind: str) -> None:
        self.took: list[float] = []
        self._kind = kind
        self._sent_at: dict[socket.socket, float] = {}
        self._late: deque[tuple[float, socket.socket, int]] = deque()
        super().__init__(port, callbacks=True)
        if kind == "down":
            self._selector.unregister(self._listener)
            self._listener.close()

    def send(self, connection: socket.socket) -> None:
        """Ask once, and note when."""
        self._sent_at[connection] = time.perf_counter()
        super().send(connection)

    def attend(self, patience: float) -> None:
        """Take what has come, and answer what has waited for long."""
        super().attend(patience)
        while self._late and self._late[0][0] <= time.perf_counter():
            _, connection, count = self._late.popleft()
            if connection.fileno() >= 0:
                connection.send(ANSWER * count)

    def _go_on(self, connection: socket.socket) -> None:
        if connection in self._sent_at:
            self.took.append(time.perf_counter() - self._sent_at[connection])
        super()._go_on(connection)

    def _answer(self, connection: socket.socket, count: int) -> None:
        match self._kind:
            case "hanging":
                pass
            case "slow":
                self._late.append((time.perf_counter() + SLOW, connection, count))
            case "garbage":
                connection.send(GARBAGE)
            case _:
                connection.send(ANSWER * count)


@dataclass(slots=True)
class Row:
    """What was seen of one kind of receiver, over all rounds."""

    p50s: list[float] = field(default_factory=list)
    p99s: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    held: bool = True
    callbacks: Counter[str] = field(default_factory=Counter)
    called_for: int = 0
    posts: int = 0

    def add(self, load: Trying, health: dict[str, Any]) -> None:
        """Add a round."""
        self.p50s.append(median(load.took))
        self.p99s.append(p99(load.took))
        self.posts += len(load.took)
        self.late.append(health["pacing"]["late_p99"])
        self.held &= health["pacing"]["held"]
        self.callbacks.update(health["callbacks"])
        self.called_for += sum(
            TOLD[status] * count
            for status, count in health["messages"].items()
            if count
        )

    @property
    def accounted(self) -> bool:
        """Whether all that was called for is known to have come to something."""
        counts = dict(self.callbacks)
        generated = counts.pop("generated")
        return generated == self.called_for == sum(counts.values())

    def cells(self, kind: str, good: Row) -> list[str]:
        """Return the row as it is printed."""
        pairs = zip(self.p99s, good.p99s, strict=True)
        counts = self.callbacks
        return [
            kind,
            f"{self.posts:,}",
            f"{median(self.p50s) * 1e3:.2f}",
            f"{median(self.p99s) * 1e3:.2f}",
            f"{median(own / others for own, others in pairs):.2f}",
            f"{median(self.late) * 1e3:.1f}",
            f"{self.called_for:,}",
            *(f"{counts[name]:,}" for name in ("posted", "failed", "waiting")),
            f"{counts['overflowed'] + counts['lost'] + counts['dropped']:,}",
            "all" if self.accounted else "NOT ALL",
        ]


def try_once(kind: str, seconds: float, row: Row) -> None:
    """Put the load on a server whose callbacks go to a receiver of this kind."""
    with serving() as port:
        load = Trying(port, kind)
        load.run_paced(1.0, drain=0.0)
        load.took.clear()
        load.run_paced(seconds, drain=SETTLE)
        row.add(load, ask(port))
        load.close()


def main() -> int:
    """Try all kinds in turn, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=5.0, help="of posting a turn")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each")
    asked = parser.parse_args()
    pin(1)
    rows = {kind: Row() for kind in KINDS}
    for turn in range(asked.rounds):
        for place in range(len(KINDS)):
            kind = KINDS[(turn + place) % len(KINDS)]
            try_once(kind, asked.seconds, rows[kind])
    print(
        "| receiver | posts | p50, ms | p99 | ratio | steps late, p99 | callbacks | "
        "posted | failed | waiting | dropped | accounted for |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|")
    for kind, row in rows.items():
        print(f"| {' | '.join(row.cells(kind, rows[GOOD]))} |")
    return 0 if all(row.accounted and row.held for row in rows.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
