"""Two Locust processes against one: what each offers before it is the bottleneck itself.

The open driver climbs a staircase of arrival rates against a canned server.  A step
holds while calls begin 5 ms late at p99 at most, and 99 % of them within the step.  On
two cores the server and Locust's master take their share from the two processes, so the
processor time of a call is told as well.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, chain
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
FIRST, FACTOR, STEPS = 1_000.0, 1.12, 16
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
    highest = max(held)
    return Climb(RATES[highest], cost(evidence, highest))


def cost(evidence: Evidence, step: int) -> Seconds:
    """Return the processor time that a call took all workers, on a step."""
    looks = chain.from_iterable(part.looks for part in evidence.workers)
    busy = [
        look.cpu
        for look in looks
        if step * HOLD + 1 <= look.at - evidence.began_at <= (step + 1) * HOLD
    ]
    return mean(busy) * len(evidence.workers) / RATES[step] if busy else float("nan")
