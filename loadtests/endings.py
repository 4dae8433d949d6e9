"""Endings: what a load's processes say when they are done, and what they do not.

A worker's last line counts what became of its part of each stream.  Whatever was killed
before has left no such line, and what that means for the record is said here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loadtests.staircases import lowest
from loadtests.streams import COUNTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from loadtests.claims import Claims
    from loadtests.evidence import Evidence, WorkerPart
    from loadtests.loads import Load
    from loadtests.staircases import Knee
    from sms.units import Seconds

RECEIVED = ("forged", "duplicates", "overflowed")
"""What each worker counts of its receiver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endings:
    """What a manifest says of a load beside its tables.

    `counts` are those of each stream.  `began_at` is the server's instant of the
    run's zero, and `start_at` the date of the server's own, None where it left none.
    `missing` has a line for each thing that is not there.
    """

    counts: Mapping[str, Mapping[str, int]]
    knees: Mapping[str, Knee]
    receivers: Mapping[str, int]
    began_at: Seconds = 0.0
    start_at: str | None = None
    missing: tuple[str, ...] = field(default=())


def endings(load: Load, evidence: Evidence, claims: Claims) -> Endings:
    """Return what the processes of a load say at its end, all taken together."""
    start = evidence.journal.start
    return Endings(
        counts={
            stream.name: _sums(_of_stream(evidence, stream.name), COUNTS)
            for stream in load.streams
        },
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


def _knees(load: Load, evidence: Evidence) -> Iterator[tuple[str, Knee]]:
    """Yield the knee of each staircase: what broke first at any worker."""
    for stream in load.streams:
        knees = [
            last["knee"]
            for last in _of_stream(evidence, stream.name)
            if last.get("knee") is not None
        ]
        if knees:
            yield stream.name, lowest(knees)


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
