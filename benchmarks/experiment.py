"""The experiment's speed and memory, beside SimPy doing the bare queue alone.

    python -m benchmarks.experiment            # ratio to SimPy, and growth to 100,000
    python -m benchmarks.experiment --million  # one million messages as well

Ours: recipients to records through strategy, API, engine and callbacks, all rows kept.
SimPy: arrivals, and one process a message that holds a sender for a second; no API, no
statuses, no receipts, no records.  Once with a resource a sender, to which messages are
dealt out in turn, and once with one resource for the pool, which is what spreading to
whoever is free comes to.  All take turns in one process, in processor time, the garbage
collector off for each.  No message fails: the queues are given room for all.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import simpy

from loadtests.comparison import compare
from loadtests.questions import Question, Source, plan
from loadtests.records import RunRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STARTED_AT = datetime(2026, 1, 1, tzinfo=UTC)
BODY = "Your appointment is tomorrow at 9:00. Reply STOP to unsubscribe."
SENDERS = 6
ROOMY = Source(
    "roomy.toml",
    b"[profile]\nqueue_limit = 1e9\nlongest_validity_period = 1_000_000_000\n",
)
CALL_GAP = 0.001


def ours(count: int) -> None:
    """Run so many messages through a Messaging Service and keep every row."""
    asked = plan(
        Question(
            count=count,
            strategies=("messaging-service",),
            body=BODY,
            config=ROOMY,
            seed=7,
        )
    )
    record = RunRecord({"strategies": [], "missing": []})
    compare(asked, record, started_at=STARTED_AT, on_progress=lambda _: None)
    statuses = set(record.messages.words("status"))
    assert len(record.messages) == count
    assert len(record.callbacks) == 3 * count
    assert statuses == {"delivered", "undelivered"}, statuses


def by_sender(count: int) -> None:
    """Run so many through SimPy, a resource a sender, each served in turn."""
    environment = simpy.Environment()
    senders = [simpy.Resource(environment) for _ in range(SENDERS)]
    _bare(environment, count, senders)


def by_pool(count: int) -> None:
    """Run so many through SimPy, one resource with a place for each sender."""
    environment = simpy.Environment()
    _bare(environment, count, [simpy.Resource(environment, capacity=SENDERS)])


def _bare(
    environment: simpy.Environment, count: int, resources: Sequence[simpy.Resource]
) -> None:
    def message(resource: simpy.Resource) -> simpy.events.ProcessGenerator:
        with resource.request() as turn:
            yield turn
            yield environment.timeout(1.0)

    def arrivals() -> simpy.events.ProcessGenerator:
        for number in range(count):
            environment.process(message(resources[number % len(resources)]))
            yield environment.timeout(CALL_GAP)

    environment.process(arrivals())
    environment.run()


def rate(work: Callable[[int], None], count: int) -> float:
    """Return messages a second of this process's own time, collection switched off."""
    gc.collect()
    gc.disable()
    began = time.process_time()
    work(count)
    spent = time.process_time() - began
    gc.enable()
    return count / spent


def compared(count: int, rounds: int) -> None:
    """Print all rates and ratios, the three taking turns in each round."""
    turns = [
        (rate(ours, count), rate(by_sender, count), rate(by_pool, count))
        for _ in range(rounds)
    ]
    mine, senders, pool = map(statistics.median, zip(*turns, strict=True))
    first = statistics.median(a / b for a, b, _ in turns)
    second = statistics.median(a / c for a, _, c in turns)
    print(
        f"| {count:,} | {mine:,.0f} | {senders:,.0f} | {first:.2f} "
        f"| {pool:,.0f} | {second:.2f} |",
        flush=True,
    )


def peak() -> int:
    """Return the most bytes this process has held: since its start, as Linux says."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def alone(count: int) -> tuple[float, float]:
    """Run ours in a process of its own: messages a second, and peak bytes."""
    script = (
        f"import benchmarks.experiment as e\nprint(e.rate(e.ours, {count}), e.peak())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    pace, most = map(float, done.stdout.split())
    return pace, most


def grown(counts: Sequence[int]) -> None:
    """Print how time and memory a message change with the number of messages."""
    baseline = alone(100)[1]
    first = None
    for count in counts:
        pace, most = alone(count)
        first = first or pace
        print(
            f"| {count:,} | {1e6 / pace:.1f} | {first / pace:.2f} "
            f"| {most / 2**20:,.0f} | {(most - baseline) / count:,.0f} |",
            flush=True,
        )


def main() -> None:
    """Run the comparison and, if asked, the million."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--counts", type=int, nargs="+", default=[10_000, 100_000, 300_000]
    )
    parser.add_argument("--million", action="store_true", help="grow to 1,000,000")
    asked = parser.parse_args()
    print("| messages | ours, 1/s | a resource a sender | ratio | one pool | ratio |")
    print("|--:|--:|--:|--:|--:|--:|")
    for count in asked.counts:
        compared(count, asked.rounds)
    print("\n| messages | us a message | to the first | peak MiB | bytes a message |")
    print("|--:|--:|--:|--:|--:|")
    grown([10_000, 100_000, *([1_000_000] if asked.million else [])])


if __name__ == "__main__":
    main()
