"""What processes of a load might have left: parts, made up from fates."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loadtests.parts import JOURNAL
from sender.plans import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from random import Random

    from loadtests.loads import Load
    from loadtests.streams import Stream
    from sender.plans import Text

Line = dict[str, Any]

BEGAN_AT = 128.0
"""The server's instant at which these loads began."""

BEGUN_LATE = 0.125
ACCEPTED_AFTER, ANSWERED_AFTER, SENT_AFTER, ENDED_AFTER = 0.25, 0.5, 1.0, 2.0
HEARD_AFTER = 0.5
"""From a call's beginning, and from a status to its callback; all exact in binary."""

FATES = ("delivered", "undelivered", "sent", "refused", "ambiguous", "unsent")


@dataclass(slots=True)
class Leavings:
    """Lines of each process, still to be written."""

    workers: list[list[Line]]
    ends: list[Line]
    journal: list[Line] = field(default_factory=list)
    stop: list[Line] = field(default_factory=list)

    def write(self, folder: Path, chance: Random | None = None) -> None:
        """Write all parts, the lines between the first and the last in any order."""
        for index, lines in enumerate(self.workers):
            rest = lines[1:]
            if chance is not None:
                chance.shuffle(rest)
            path = folder / f"worker-{index}.jsonl"
            _write(path, [*lines[:1], *rest, self.ends[index]])
        if chance is not None:
            chance.shuffle(self.journal)
        first = {"kind": "start", "start_at": "2026-11-23T10:00:00+00:00"}
        _write(folder / JOURNAL, [first, *self.journal, *self.stop])


def _write(path: Path, lines: Iterable[Line]) -> None:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines if line))


def leave(load: Load, fates: list[str], workers: int = 1) -> Leavings:
    """Return what a load leaves whose texts met these fates, in turn."""
    left = Leavings(
        workers=[
            [
                {
                    "kind": "start",
                    "worker": index,
                    "workers": workers,
                    "began_at": BEGAN_AT,
                }
            ]
            for index in range(workers)
        ],
        ends=[_end() for _ in range(workers)],
        stop=[{"kind": "end", "stopped_at": 999.0}],
    )
    turn = 0
    for stream in load.streams:
        for text in stream.scenario.texts:
            _leave(left, stream, text, fates[turn % len(fates)])
            turn += 1
    return left


def _end() -> Line:
    counts = {"redelivered": 1, "not_retryable": 0, "exhausted": 0, "gave_up": 0}
    receiver = {"forged": 1, "duplicates": 2, "overflowed": 0}
    streams = {"codes": {**counts, "ambiguous": 0, "knee": None}}
    return {"kind": "end", "streams": streams, "receiver": receiver, "drained": True}


def _leave(left: Leavings, stream: Stream, text: Text, fate: str) -> None:
    if fate == "unsent":
        return
    workers = len(left.workers)
    lines, number = left.workers[text.key % workers], text.key // workers
    intended_at = None if text.due_at is None else BEGAN_AT + text.due_at
    at = (BEGAN_AT + text.key if intended_at is None else intended_at) + BEGUN_LATE
    sid = f"SM{stream.name}{text.key}"
    taken = fate not in ("refused", "ambiguous")
    lines.append(
        {
            "kind": "call",
            "stream": stream.name,
            "number": number,
            "retries": 0,
            "operation": Operation.CREATE_MESSAGE,
            "recipients": 1,
            "intended_at": intended_at,
            "due_at": intended_at,
            "started_at": at,
            "answered_at": None if fate == "ambiguous" else at + ANSWERED_AFTER,
            "http_status": 201 if taken else 400 if fate == "refused" else 0,
            "error_code": 21211 if fate == "refused" else None,
            "in_flight": 1,
            "sid": sid if taken else None,
            "final": True,
            "texts": [[text.key, text.attempt]],
        }
    )
    if taken:
        left.journal.append(_message(text, sid, fate, at))
        for callback in _callbacks(sid, fate, at):
            left.journal.append(
                {**callback, "due_at": callback["received_at"] - HEARD_AFTER}
            )
            whose = {"stream": stream.name, "text": text.key, "attempt": text.attempt}
            lines.append({**callback, **whose, "duplicate": False})


def _message(text: Text, sid: str, fate: str, at: float) -> Line:
    return {
        "kind": "message",
        "sid": sid,
        "recipient": text.recipient,
        "country": "US",
        "sender": "+14155550100",
        "sender_type": "long_code",
        "segments": 1,
        "encoding": "GSM-7",
        "status": fate,
        "error_code": _code(fate),
        "created_at": at + ACCEPTED_AFTER,
        "queued_at": at + ACCEPTED_AFTER,
        "sending_at": at + ACCEPTED_AFTER,
        "sent_at": at + SENT_AFTER,
        "ended_at": None if fate == "sent" else at + ENDED_AFTER,
    }


def _code(status: str) -> int | None:
    return 30003 if status == "undelivered" else None


def _callbacks(sid: str, fate: str, at: float) -> Iterator[Line]:
    """Yield what sender and receiver both know of a message's callbacks."""
    told = {fate: at + ENDED_AFTER, "sent": at + SENT_AFTER}
    for status, due_at in told.items():
        yield {
            "kind": "callback",
            "sid": sid,
            "status": status,
            "error_code": _code(status),
            "received_at": due_at + HEARD_AFTER,
            "attempts": 1,
            "http_status": 204,
        }
