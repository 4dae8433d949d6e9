"""Endings: what a load's processes say when they are done, and what they do not.

A worker's last line counts what became of its part of each stream.  Whatever was killed
before has left no such line, and what that means for the record is said here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loadtests.streams import STATUS_CALLBACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from loadtests.claims import Claims
    from loadtests.evidence import Evidence, WorkerPart
    from loadtests.loads import Load
    from loadtests.streams import Stream
    from sender.broadcasts import BroadcastRun
    from sms.units import Seconds

COUNTS = ("redelivered", "not_retryable", "exhausted", "gave_up", "ambiguous")
"""What each worker counts of a stream."""

RECEIVED = ("forged", "duplicates", "overflowed")
"""What each worker counts of its receiver."""

Knee = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endings:
    """What a manifest says of a load beside its tables.

    `runs` hold the counts of each stream.  `began_at` is the server's instant of the
    run's zero, and `start_at` the date of the server's own, None where it left none.
    `missing` has a line for each thing that is not there.
    """

    runs: Mapping[str, BroadcastRun]
    knees: Mapping[str, Knee]
    receivers: Mapping[str, int]
    began_at: Seconds = 0.0
    start_at: str | None = None
    missing: tuple[str, ...] = field(default=())


def endings(load: Load, evidence: Evidence, claims: Claims) -> Endings:
    """Return what the processes of a load say at its end, all taken together."""
    start = evidence.journal.start
    return Endings(
        runs={stream.name: _run(stream, evidence) for stream in load.streams},
        knees=dict(_knees(load, evidence)),
        receivers=_sums((_last(p, "receiver") for p in evidence.workers), RECEIVED),
        began_at=evidence.began_at,
        start_at=None if start is None else start["start_at"],
        missing=tuple(_missing(evidence, claims)),
    )


def _last(part: WorkerPart, key: str) -> Mapping[str, Any]:
    """Return something of a worker's last line; nothing where there is none."""
    last: Mapping[str, Any] = (part.end or {}).get(key, {})
    return last


def _of_stream(evidence: Evidence, name: str) -> list[Mapping[str, Any]]:
    return [_last(part, "streams").get(name, {}) for part in evidence.workers]


def _sums(counts: Iterable[Mapping[str, int]], names: Sequence[str]) -> dict[str, int]:
    together = list(counts)
    return {name: sum(one.get(name, 0) for one in together) for name in names}


def _run(stream: Stream, evidence: Evidence) -> BroadcastRun:
    """Return a stream's run with the counts of all workers; it is not to be run."""
    run = stream.begin(STATUS_CALLBACK, ())
    for name, number in _sums(_of_stream(evidence, stream.name), COUNTS).items():
        setattr(run, name, number)
    return run


def _knees(load: Load, evidence: Evidence) -> Iterator[tuple[str, Knee]]:
    """Yield the knee of each staircase: what broke first at any worker."""
    for stream in load.streams:
        knees = [
            last["knee"]
            for last in _of_stream(evidence, stream.name)
            if last.get("knee") is not None
        ]
        if knees:
            yield stream.name, min(knees, key=_height)


def _height(knee: Knee) -> tuple[float, float]:
    """Return how high a worker came: those where nothing broke came highest."""
    broken, held = knee["broken_at"], knee["rate"]
    inf = float("inf")
    return inf if broken is None else broken, inf if held is None else held


def _missing(evidence: Evidence, claims: Claims) -> Iterator[str]:
    """Yield what is missing, a line each."""
    if not evidence.workers:
        yield "no worker of the load generator left anything"
    began = {part.index for part in evidence.workers}
    for index in evidence.killed:
        who = f"worker {index + 1} of {evidence.expected}"
        if index not in began:
            yield f"{who} left nothing"
            continue
        yield (
            f"{who} was killed: its last calls and callbacks, its counts and "
            "its receiver's are missing"
        )
    yield from _missing_of_journal(evidence)
    for number, how in (
        (claims.heard, "had no answer noted: matched by their callbacks"),
        (claims.matched, "had no answer noted: matched by recipient"),
        (claims.strange, "had no answer noted and no text to go to: left out"),
    ):
        if number:
            yield f"{number:,} message{'' if number == 1 else 's'} {how}"


def _missing_of_journal(evidence: Evidence) -> Iterator[str]:
    journal = evidence.journal
    if journal.start is None:
        yield "the simulator left nothing: messages are as their callbacks told them"
    elif journal.end is None:
        yield (
            "the simulator was killed: messages of which it left no line are as their "
            "callbacks told them"
        )
