"""What the drivers measure against what arrivals really saw, on a server with stalls.

The server of `benchmarks.load_canned` is over each message for a log-normal time,
median 50 ms and p99 200 ms, and stands still for one second in every five.  Texts are
due at a steady rate, so that what an arrival sees is known twice: worked out, had each
come on time, and from the server's own log, as the time from when it was due until its
answer left.  The worker's figures and Locust's own statistic are held against these.
"""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.load_canned import PERIOD, STALL, Served, quantile_of_delay
from benchmarks.load_rig import BODY, PATIENCE, canned, get, locust, markdown
from loadtests.evidence import read_evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from loadtests.evidence import Evidence
    from sms.units import Seconds

RATE = 100
PERIODS = 6
USERS = 10
QUANTILES = (0.50, 0.95, 0.99)
WANTED = (0.02, 0.02, 0.05)
"""How far off p50, p95 and p99 may be."""

GRID = 1_000
"""Instants of a period and shares of a delay at which the programme is worked out."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Three quantiles of a time, in real seconds, and what time it is."""

    name: str
    quantiles: tuple[Seconds, ...]

    @classmethod
    def of(cls, name: str, times: NDArray[Any]) -> Seen:
        """Return the quantiles of times."""
        found = np.quantile(times, QUANTILES)
        return cls(name, tuple(found.tolist()))

    def row(self, truth: Seen | None) -> list[str]:
        """Return the table's row; how far off each is where there is a truth."""
        cells = []
        for at, own in enumerate(self.quantiles):
            off = "" if truth is None else f" ({own / truth.quantiles[at] - 1:+.1%})"
            cells.append(f"{own * 1_000:,.0f}{off}")
        return [self.name, *cells, "" if truth is None else self._verdict(truth)]

    def _verdict(self, truth: Seen) -> str:
        pairs = zip(self.quantiles, truth.quantiles, WANTED, strict=True)
        within = all(abs(own / true - 1) <= most for own, true, most in pairs)
        return "yes" if within else "no"


def programmed() -> Seen:
    """Work out what arrivals see that come evenly and on time."""
    shares = (np.arange(GRID) + 0.5) / GRID
    delays = np.array([quantile_of_delay(share) for share in shares])
    within = shares[:, None] * PERIOD
    work = PERIOD - STALL
    done = np.maximum(0.0, within - STALL) + delays[None, :]
    whole, rest = np.divmod(done, work)
    seen = whole * PERIOD + STALL + rest - within
    return Seen.of("as programmed", seen.ravel())


def measure(driver: str) -> list[Seen]:
    """Put the texts on the server by a driver; return the truth, then what was said."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        statistics = folder / "locust"
        with canned(folder, "--programmed") as (leash, server):
            words = locust(
                *("--host", server.url, "--driver", driver, "--pacing", "burst"),
                *("--users", str(USERS), "--spawn-rate", str(USERS)),
                *("--count", str(RATE * int(PERIOD) * PERIODS), "--body", BODY),
                *("--arrivals", f"steady rate={RATE} duration={PERIODS * PERIOD:g}s"),
                *("--drain", "1", "--parts", str(folder), "--csv", str(statistics)),
                "MessagingServiceUser",
            )
            generator = leash.start(words, folder / "locust.log")
            if not generator.wait(PERIODS * PERIOD + PATIENCE):
                raise RuntimeError(f"it {generator.last_words}")
            served = [Served(*row) for row in get(f"{server.url}/log")]
        evidence = read_evidence(folder)
        return [*seen_by(driver, evidence, served), own_of_locust(statistics)]


def seen_by(
    driver: str, evidence: Evidence, served: Sequence[Served]
) -> Iterable[Seen]:
    """Yield the truth, and the worker's times from the intended start and the real."""
    rows = np.array(
        [
            (call.intended_at, call.started_at, call.answered_at)
            for call in chain.from_iterable(part.calls for part in evidence.workers)
        ]
    )
    intended_at, started_at, answered_at = rows[np.argsort(rows[:, 0])].T
    left_at = np.array([one.left_at for one in sorted(served, key=_came_at)])
    yield Seen.of(f"{driver}: what arrivals saw", left_at - intended_at)
    yield Seen.of(f"{driver}: from the intended start", answered_at - intended_at)
    yield Seen.of(f"{driver}: service time", answered_at - started_at)


def _came_at(one: Served) -> Seconds:
    return one.came_at


def own_of_locust(prefix: Path) -> Seen:
    """Return what Locust's own statistic of the requests says."""
    with prefix.with_name(f"{prefix.name}_stats.csv").open(encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["Type"] == "POST")
    times = tuple(float(row[f"{q:.0%}"]) / 1_000 for q in QUANTILES)
    return Seen("Locust's own statistic", times)


def run() -> str:
    """Return the table."""
    truth = programmed()
    rows = [truth.row(None)]
    for driver in ("open", "users"):
        own, *others = measure(driver)
        rows.append(own.row(None))
        rows += [other.row(own) for other in others]
    head = ("time", "p50, ms", "p95, ms", "p99, ms", "within 2/2/5 %")
    return markdown(head, rows)
