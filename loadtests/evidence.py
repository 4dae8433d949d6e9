"""Evidence: what the processes of a load have left in their parts, read back whole.

Lines become named tuples as they are read, so that a large load's do not fill memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from loadtests.parts import CALL, CALLBACK, END, JOURNAL, LOOK, read_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from loadtests.parts import Line
    from sms.units import Seconds


REPLY = "outbound-reply"
"""The direction of a message that a webhook's answer sends: none of a load's texts."""


class CallLine(NamedTuple):
    """A request that has ended, as a worker saw it; instants are the server's.

    `number` counts by stream and worker; `texts`, each by key and attempt, are told of
    a `final` one alone.
    """

    stream: str
    number: int
    retries: int
    operation: str
    recipients: int
    intended_at: Seconds | None
    due_at: Seconds | None
    started_at: Seconds
    answered_at: Seconds | None
    http_status: int
    error_code: int | None
    in_flight: int
    sid: str | None
    final: bool
    texts: list[list[int]]


class HeardLine(NamedTuple):
    """A status callback as a worker heard it; `text` is None where it was over."""

    stream: str
    text: int | None
    attempt: int | None
    sid: str
    status: str
    error_code: int | None
    received_at: Seconds
    duplicate: bool


class LookLine(NamedTuple):
    """How a worker itself was doing."""

    at: Seconds
    cpu: float
    lag_ms: float
    in_flight: int


class MessageLine(NamedTuple):
    """A message as the simulator knew it at its end, or when it stopped."""

    sid: str | None
    recipient: str
    country: str | None
    sender: str | None
    sender_type: str | None
    segments: int
    encoding: str | None
    status: str
    error_code: int | None
    created_at: Seconds | None
    queued_at: Seconds | None
    sending_at: Seconds | None
    sent_at: Seconds | None
    ended_at: Seconds | None
    price: float | None = None
    first_sender: str | None = None
    first_error_code: int | None = None
    first_sent_at: Seconds | None = None


class OptOutLine(NamedTuple):
    """Somebody who opted out under way, as the simulator knew it when it stopped."""

    recipient: str
    country: str | None
    word: str
    sender: str | None
    service: str | None
    opted_out_at: Seconds
    undone_at: Seconds | None


class PostedLine(NamedTuple):
    """A callback as the simulator posted it; a notification's own has no status."""

    sid: str
    status: str | None
    error_code: int | None
    due_at: Seconds | None
    attempts: int
    received_at: Seconds | None
    http_status: int


@dataclass(slots=True)
class WorkerPart:
    """One worker's part; `end` is None where it was killed."""

    start: Line
    calls: list[CallLine] = field(default_factory=list)
    heard: list[HeardLine] = field(default_factory=list)
    looks: list[LookLine] = field(default_factory=list)
    end: Line | None = None

    @property
    def index(self) -> int:
        """Which worker it is, counted from 0."""
        return int(self.start["worker"])


@dataclass(slots=True)
class Journal:
    """The simulator's part; `end` is None where it was killed.

    `inbound` is how much came in and was replied, None where nothing was.
    """

    start: Line | None = None
    messages: dict[str, MessageLine] = field(default_factory=dict)
    fan_outs: dict[str, list[str]] = field(default_factory=dict)
    posted: list[PostedLine] = field(default_factory=list)
    opt_outs: list[OptOutLine] = field(default_factory=list)
    inbound: Line | None = None
    end: Line | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """All parts of a load; the workers' in the order of their numbers."""

    workers: tuple[WorkerPart, ...]
    journal: Journal

    @property
    def expected(self) -> int:
        """How many workers there were to be, as far as one of them says."""
        return max((int(part.start["workers"]) for part in self.workers), default=0)

    @property
    def began_at(self) -> Seconds:
        """The server's instant that is the run's zero."""
        return next((float(part.start["began_at"]) for part in self.workers), 0.0)

    @property
    def killed(self) -> tuple[int, ...]:
        """The workers without a last line."""
        ended = {part.index for part in self.workers if part.end is not None}
        return tuple(set(range(self.expected)) - ended)

    @property
    def cut_off(self) -> frozenset[int]:
        """The workers that may have had calls under way at their end, or after it."""
        whole = {p.index for p in self.workers if p.end and p.end.get("drained")}
        return frozenset(range(self.expected)) - whole


def read_evidence(folder: Path) -> Evidence:
    """Read all parts of a folder; what is not there is left out."""
    paths = folder.glob("worker-*.jsonl")
    parts = [part for path in paths if (part := _worker(read_part(path))) is not None]
    return Evidence(
        tuple(sorted(parts, key=lambda part: part.index)),
        _journal(read_part(folder / JOURNAL)),
    )


def _worker(lines: Iterable[Line]) -> WorkerPart | None:
    """Return a worker's part; None where it had not come to its first line."""
    lines = iter(lines)
    start = next(lines, None)
    if start is None:
        return None
    part = WorkerPart(start)
    take = {
        CALL: _into(part.calls, CallLine),
        CALLBACK: _into(part.heard, HeardLine),
        LOOK: _into(part.looks, LookLine),
    }
    for line in lines:
        if line["kind"] == END:
            part.end = line
        else:
            take[line["kind"]](line)
    return part


def _journal(lines: Iterable[Line]) -> Journal:
    journal = Journal()
    message_of, post = _reader(MessageLine), _into(journal.posted, PostedLine)
    opt_out = _into(journal.opt_outs, OptOutLine)
    for line in lines:
        match kind := line["kind"]:
            case "message":
                if line.get("direction") != REPLY:
                    journal.messages[line["sid"]] = message_of(line)
            case "callback":
                post(line)
            case "notification":
                journal.fan_outs[line["sid"]] = line["messages"]
            case "opt_out":
                opt_out(line)
            case "start" | "inbound" | "end":
                setattr(journal, kind, line)
    return journal


def _reader(kind: Any) -> Callable[[Line], Any]:
    """Return what makes a named tuple of a line."""
    defaults = kind._field_defaults
    needed = [name for name in kind._fields if name not in defaults]
    cells = itemgetter(*needed)
    return lambda line: kind(
        *cells(line), *[line.get(name, given) for name, given in defaults.items()]
    )


def _into(rows: list[Any], kind: Any) -> Callable[[Line], None]:
    """Return what adds a line to rows of a kind."""
    read = _reader(kind)
    return lambda line: rows.append(read(line))
