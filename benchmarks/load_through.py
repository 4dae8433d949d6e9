"""Messages a second end to end: the simulator on one core, Locust on the other.

Each rate is a load of its own, by the open driver from a short code, at a speed at
which no queue holds anything up.  It holds where every message's end came back to its
text and the generator was sound: late by 5 ms at p99 at most, 99 % of the texts begun
in their time.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.load_rig import GENERATOR_CORE, PATIENCE, markdown, on_cores
from loadtests.driving import LOCUST, options
from loadtests.evidence import read_evidence
from loadtests.figures import Figures
from loadtests.loads import Changes, read_load
from loadtests.parts import PARTS
from loadtests.processes import Leash
from loadtests.questions import Source
from loadtests.simulators import start_simulator
from sms.statuses import TERMINAL

if TYPE_CHECKING:
    from loadtests.evidence import Evidence
    from sms.units import Seconds

RATES = (300, 600, 800, 1_000, 1_200)
SPEED = 30
LATEST: Seconds = 0.005
"""Real seconds of lag at p99 up to which the generator was sound."""

SCENARIO = """
name = "end to end"
speed = {speed}
drain = "10m"

[simulator]
concurrency = 1000

[generator]
driver = "open"

[[streams]]
name = "texts"
strategy = "short-code"
kind = "traffic"
pacing = "burst"
count = 5000
body = "Hello Anna, your order 1234 is on its way to you"
arrivals = "steady rate={rate} duration={duration}"
"""


@dataclass(slots=True)
class Busy:
    """What the simulator said of its processor time, by real instants."""

    instants: list[tuple[Seconds, Seconds]] = field(default_factory=list)

    def most(self) -> float:
        """Return the share of a core that it took, in its busiest second or so."""
        three = zip(self.instants, self.instants[2:], strict=False)
        return max(((c1 - c0) / (t1 - t0) for (t0, c0), (t1, c1) in three), default=0)


@dataclass(frozen=True, slots=True)
class Through:
    """What came of one rate; rates are of real seconds, while texts were due."""

    wanted: float
    posts: float
    callbacks: float
    lag_p99: Seconds
    begun: float
    accepted: int
    matched: int
    posted: int
    heard: int
    simulator: float
    generator: float

    @property
    def holds(self) -> bool:
        """Whether nothing was missing and the generator was sound."""
        whole = self.matched == self.accepted and self.heard >= self.posted
        return whole and self.lag_p99 <= LATEST and self.begun >= 0.99

    def row(self) -> list[str]:
        """Return the table's row."""
        return [
            f"{self.wanted:,.0f}",
            f"{self.posts:,.0f}",
            f"{self.callbacks:,.0f}",
            f"{self.matched:,} of {self.accepted:,}",
            f"{self.heard:,} of {self.posted:,}",
            f"{self.lag_p99 * 1_000:.1f}",
            f"{self.begun:.1%}",
            f"{self.simulator:.0%}",
            f"{self.generator:.0%}",
            "yes" if self.holds else "no",
        ]


HEAD = (
    *("wanted/s", "POST/s", "callbacks/s", "ends matched", "callbacks heard"),
    *("lag p99, ms", "begun in time", "simulator", "generator", "holds"),
)


def measure(rate: float, seconds: Seconds) -> Through:
    """Put a load of so many messages a real second on a simulator."""
    text = SCENARIO.format(
        speed=SPEED, rate=rate / SPEED, duration=f"{seconds * SPEED:g}s"
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        parts = folder / PARTS
        parts.mkdir()
        scenario = folder / "through.toml"
        scenario.write_text(text, encoding="utf-8")
        busy = play(scenario, parts)
        return read(read_evidence(parts), busy, rate=rate, seconds=seconds)


def play(scenario: Path, parts: Path) -> Busy:
    """Run a load to its end, the simulator on the core of this process."""
    load = read_load(Source("through.toml", scenario.read_bytes()), lambda _: b"")
    busy = Busy()
    with Leash() as leash:
        simulator = start_simulator(leash, load, beside=parts, parts=parts)
        simulator.wait_until_healthy(lambda: False)
        words = options(
            load, simulator.url, scenario=scenario, changes=Changes(), parts=parts
        )
        command = on_cores([GENERATOR_CORE], [*LOCUST, *words])
        generator = leash.start(command, parts / "locust.log")
        give_up_at = time.monotonic() + (load.duration + load.drain) / SPEED + PATIENCE
        while not generator.wait(0.5) and time.monotonic() < give_up_at:
            health = simulator.health()
            if health is not None:
                used = float(health["process"]["cpu_seconds"])
                busy.instants.append((time.monotonic(), used))
        simulator.stop()
    return busy


def read(evidence: Evidence, busy: Busy, *, rate: float, seconds: Seconds) -> Through:
    """Return what the processes left behind, as figures."""
    calls = list(chain.from_iterable(part.calls for part in evidence.workers))
    heard = list(chain.from_iterable(part.heard for part in evidence.workers))
    looks = list(chain.from_iterable(part.looks for part in evidence.workers))
    began_at = evidence.began_at
    ended_at = began_at + seconds * SPEED
    accepted = {call.sid for call in calls if call.http_status == 201}
    messages = evidence.journal.messages
    ended = {
        line.sid for line in heard if line.text is not None and line.status in TERMINAL
    }
    figures = Figures()
    for call in calls:
        if call.due_at is not None:
            figures.add("lag", max(0.0, call.started_at - call.due_at) / SPEED)
    return Through(
        wanted=rate,
        posts=sum(c.answered_at is not None and c.answered_at < ended_at for c in calls)
        / seconds,
        callbacks=sum(line.received_at < ended_at for line in heard) / seconds,
        lag_p99=figures.quantile("lag", 0.99) or 0.0,
        begun=sum(call.started_at < ended_at for call in calls) / (rate * seconds),
        accepted=len(accepted | messages.keys()),
        matched=len(ended & accepted),
        posted=sum(line.status is not None for line in evidence.journal.posted),
        heard=len(heard),
        simulator=busy.most(),
        generator=max((look.cpu for look in looks), default=0.0),
    )


def run(seconds: Seconds) -> str:
    """Return the table; what does not hold is tried once more, and that counts.

    Whatever else the machine does makes calls late, and nothing makes them early.
    """
    rows = []
    for rate in RATES:
        through = measure(rate, seconds)
        if not through.holds:
            through = measure(rate, seconds)
        rows.append(through.row())
    return markdown(HEAD, rows)
