"""Two Locust processes against one: what they offer before they are the bottleneck.

The open driver climbs a staircase of arrival rates against a canned server.  A step
holds while calls begin 5 ms late at p99 at most, and 99 % of them within the step.  On
two cores the server and Locust's master take their share from the two processes, so the
processor time of a call is told as well.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING

from benchmarks.load_rig import BODY, canned, locust, markdown
from benchmarks.load_through import LATEST
from loadtests.evidence import read_evidence
from loadtests.figures import Figures

if TYPE_CHECKING:
    from loadtests.evidence import Evidence
    from sms.units import Seconds

HOLD: Seconds = 2.0
FIRST, FACTOR, STEPS = 1_500.0, 1.1, 13
RATES = tuple(round(FIRST * FACTOR**step) for step in range(STEPS))
BEGUN = 0.99
CORES = (0, 1)
LONGEST: Seconds = 90.0


@dataclass(frozen=True, slots=True)
class Climb:
    """How far so many processes came, and what a call cost them there."""

    rate: float
    call: Seconds


def instants() -> list[Seconds]:
    """Return when each text of the staircase is due."""
    return [
        (step + n / (rate * HOLD)) * HOLD
        for step, rate in enumerate(RATES)
        for n in range(round(rate * HOLD))
    ]


def climb(processes: int) -> Climb:
    """Let so many processes climb, and read from their parts how far they came."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        levels = folder / "levels.csv"
        levels.write_text("at\n" + "\n".join(f"{at:.6f}" for at in instants()))
        several = ("--processes", str(processes)) if processes > 1 else ()
        with canned(folder) as (leash, server):
            words = locust(
                *("--host", server.url, "--driver", "open", "--pacing", "burst"),
                *("--kind", "traffic", "--arrivals", f"replay file={levels}"),
                *("--body", BODY, "--drain", "1", "--parts", str(folder), *several),
                *("--users", str(processes), "MessagingServiceUser"),
                cores=CORES,
            )
            generator = leash.start(words, folder / "locust.log")
            if not generator.wait(STEPS * HOLD + LONGEST):
                raise RuntimeError(f"it {generator.last_words}")
        return read(read_evidence(folder))


def read(evidence: Evidence) -> Climb:
    """Return the highest step that held, and the processor time of a call on it."""
    began_at = evidence.began_at
    lags: list[Figures] = [Figures() for _ in RATES]
    begun = [0] * STEPS
    for call in chain.from_iterable(part.calls for part in evidence.workers):
        if call.due_at is None:
            continue
        step = int((call.due_at - began_at) / HOLD)
        lags[step].add("lag", max(0.0, call.started_at - call.due_at))
        begun[step] += call.started_at - began_at < (step + 1) * HOLD
    held = [
        step
        for step, rate in enumerate(RATES)
        if (lags[step].quantile("lag", 0.99) or 1.0) <= LATEST
        and begun[step] >= BEGUN * round(rate * HOLD)
    ]
    if not held:
        raise RuntimeError(f"not one step held, not even {RATES[0]} calls/s")
    return Climb(RATES[held[-1]], cost(evidence, held[-1]))


def cost(evidence: Evidence, step: int) -> Seconds:
    """Return the processor time that a call took all workers, on a step."""
    looks = chain.from_iterable(part.looks for part in evidence.workers)
    busy = [
        look.cpu
        for look in looks
        if step * HOLD + 1 <= look.at - evidence.began_at <= (step + 1) * HOLD
    ]
    return mean(busy) * len(evidence.workers) / RATES[step] if busy else float("nan")


def run(rounds: int) -> str:
    """Return the table; one and two processes take turns."""
    pairs = [(climb(1), climb(2)) for _ in range(rounds)]
    rows = []
    for index, name in enumerate(("one process", "two processes")):
        rows.append(
            [
                name,
                f"{median(pair[index].rate for pair in pairs):,.0f}",
                f"{median(pair[index].rate / pair[0].rate for pair in pairs):.2f}",
                f"{median(pair[index].call * 1e6 for pair in pairs):,.0f}",
                f"{median((index + 1) * p[0].call / p[index].call for p in pairs):.2f}",
            ]
        )
    head = ("generator", "calls/s offered", "ratio", "CPU µs a call", "ratio by CPU")
    return markdown(head, rows)
