"""Loads: records of streams that ran beside each other, over HTTP and in real time."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from tests.reports.builders import (
    US_NUMBERS,
    add_call,
    add_message,
    make_record,
)

if TYPE_CHECKING:
    from loadtests.records import RunRecord

SPEED = 60.0

LOAD = {
    "command": "load",
    "clock": "real",
    "speed": SPEED,
    "deadline": None,
    "scenario": {
        "name": "codes behind a newsletter",
        "teaches": "A queue is shared by all that goes through its number.",
        "look_at": "The p99 of the codes, and how deep the number's queue is.",
    },
    "generator": {"driver": "open", "users": 0, "processes": 2},
    "receivers": {"forged": 1, "duplicates": 23, "overflowed": 4},
}
"""What a manifest of a load holds besides that of a comparison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A stream: so many texts evenly over so long, and how its sender sends them."""

    name: str
    strategy: str = "single-number"
    sender: str = US_NUMBERS[0]
    texts: int = 200
    lasting: float = 600.0
    mps: float = 1.0


FLOWS = (
    Flow(name="codes", texts=240),
    Flow(name="newsletter", strategy="messaging-service", sender=US_NUMBERS[1]),
)


def make_load(*flows: Flow, lag: float = 0.0, **changes: Any) -> RunRecord:
    """Return a record of these streams; each call began `lag` real seconds late."""
    names = [flow.name for flow in flows]
    record = make_record(*names, texts=0, **(LOAD | changes))
    for flow, facts in zip(flows, record.manifest["strategies"], strict=True):
        facts |= {"strategy": flow.strategy, "kind": "traffic", "texts": flow.texts}
        facts |= {"arrivals": f"steady rate={flow.texts / flow.lasting:g}"}
        _flow(record, flow, lag * SPEED)
    for second in range(10):
        for worker in ("0", "1"):
            cpu = 0.4 + 0.02 * second
            record.generator.append(worker, second * SPEED, cpu, 0.3, second)
    return record


def _flow(record: RunRecord, flow: Flow, late: float) -> None:
    """Let a stream's texts arrive one by one; the middle tenth meets a stall."""
    chance = Random(flow.name)
    free_at = 0.0
    stall = flow.lasting * 0.45, flow.lasting * 0.55
    for text in range(flow.texts):
        due_at = text * flow.lasting / flow.texts
        began = due_at + late * chance.random()
        answered_at = max(began, stall[1] if stall[0] <= began < stall[1] else 0.0)
        answered_at += chance.lognormvariate(-2.5, 0.4)
        again = 1 if chance.random() < 0.06 else 0
        if again:
            _refuse(record, flow, text, intended_at=due_at, started_at=began)
        add_call(
            record,
            flow.name,
            text,
            attempt=again,
            intended_at=due_at,
            due_at=due_at + again,
            started_at=began + again,
            answered_at=answered_at + again,
        )
        starts = max(answered_at + again, free_at)
        free_at = starts + 1 / flow.mps
        ended_at = free_at + chance.lognormvariate(0.7, 0.6)
        add_message(
            record,
            flow.name,
            text,
            sender=flow.sender,
            intended_at=due_at,
            submitted_at=began,
            accepted_at=answered_at + again,
            queued_at=answered_at + again,
            sending_at=starts,
            sent_at=free_at,
            ended_at=ended_at,
        )
        _call_back(record, flow.name, text, ended_at, chance)


def _refuse(record: RunRecord, flow: Flow, text: int, **instants: float) -> None:
    """Add the call that met a 429 before the one that was taken."""
    add_call(
        record,
        flow.name,
        text,
        **instants,
        due_at=instants["intended_at"],
        answered_at=instants["started_at"] + 0.02,
        http_status=429,
        error_code=20429,
    )


def _call_back(
    record: RunRecord, name: str, text: int, at: float, chance: Random
) -> None:
    """Add the status callbacks of a message, some of them posted again or lost."""
    for status, due_at in (("sent", at - 2.0), ("delivered", at)):
        attempts = 1 + (chance.random() < 0.1)
        lost = chance.random() < 0.01
        late = chance.lognormvariate(-1.0, 0.8) + 15.0 * (attempts - 1)
        received_at = None if lost else due_at + late
        row = (name, text, 0, status, None, due_at, attempts, received_at)
        record.callbacks.append(*row, 0 if lost else 204)
