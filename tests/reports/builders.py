"""Small and realistic run records, made without a simulator."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from loadtests.folders import write_run
from loadtests.records import FORMAT, TABLES, RunRecord
from reports.comparisons import Comparison, compare
from reports.prices import load_prices
from reports.runs import Run, read_run

if TYPE_CHECKING:
    from pathlib import Path

    from loadtests.records import Table

US_NUMBERS = [f"+1415555010{digit}" for digit in range(10)]
SHORT_CODE = "55555"


def make_manifest(*strategies: str, texts: int, **changes: Any) -> dict[str, Any]:
    """Return a whole manifest for these strategies."""
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "smslab": "0.1.0",
        "created_at": "2026-11-23T10:00:00+00:00",
        "complete": True,
        "missing": [],
        "seed": 7,
        "profile": "twilio-2021",
        "clock": "virtual",
        "speed": 1.0,
        "options": {"count": texts, "country": "US", "deadline": "30m"},
        "machine": {
            "python": "3.11.7",
            "system": "Linux",
            "cpus": 2,
            "libraries": {"aiohttp": "3.14.4", "twilio": "9.13.0"},
        },
        "deadline": 1800.0,
        "start_at": "2026-11-23T10:00:00+00:00",
        "recipients": {
            "source": "recipients.csv",
            "count": texts,
            "rejects": 14,
            "duplicates": 9,
            "countries": {"US": texts},
        },
        "redeliver": 1,
        "senders": [
            *(
                {"address": number, "type": "long_code", "country": "US"}
                for number in US_NUMBERS
            ),
            {"address": SHORT_CODE, "type": "short_code", "country": "US"},
        ],
        "strategies": [
            {
                "name": name,
                "pacing": "adaptive",
                "complete": True,
                "finished_at": None,
                "texts": texts,
                "concurrency": 100,
                "differing": None,
                "redelivered": 0,
                "not_retryable": 0,
            }
            for name in strategies
        ],
    }
    return manifest | changes


def make_record(*strategies: str, texts: int, **changes: Any) -> RunRecord:
    """Return a record with a manifest and no rows yet."""
    return RunRecord(make_manifest(*strategies, texts=texts, **changes))


def add_call(record: RunRecord, strategy: str, call: int, **values: Any) -> None:
    """Add a call that was taken, but for what `values` change."""
    row = {
        "strategy": strategy,
        "call": call,
        "attempt": 0,
        "operation": "create_message",
        "recipients": 1,
        "started_at": 0.0,
        "answered_at": 0.1,
        "http_status": 201,
        "error_code": None,
        "in_flight": 1,
    }
    when = (row | values)["started_at"]
    _append(record.calls, {"intended_at": when, "due_at": when} | row | values)


def add_message(record: RunRecord, strategy: str, text: int, **values: Any) -> None:
    """Add a message delivered after four seconds, but for what `values` change."""
    row = {
        "strategy": strategy,
        "text": text,
        "attempt": 0,
        "sid": f"SM{text:032x}",
        "recipient": f"+1212555{text:04}",
        "country": "US",
        "sender": US_NUMBERS[0],
        "sender_type": "long_code",
        "segments": 1,
        "encoding": "GSM-7",
        "status": "delivered",
        "error_code": None,
        "submitted_at": 0.0,
        "accepted_at": 0.1,
        "queued_at": 0.1,
        "sending_at": 1.0,
        "sent_at": 2.0,
        "ended_at": 4.0,
    }
    when = (row | values)["submitted_at"]
    _append(record.messages, {"intended_at": when} | row | values)


def _append(table: Table, row: dict[str, Any]) -> None:
    """Add a row of named values to a table."""
    table.append(
        *(
            row.get(column.name) if column.since > 2 else row[column.name]
            for column in TABLES[table.name]
        )
    )


def add_refusal(
    record: RunRecord, strategy: str, text: int, code: int, **values: Any
) -> None:
    """Add a message that the API would not take."""
    nothing = dict.fromkeys(
        ("sid", "sender", "sender_type", "accepted_at", "queued_at", "sending_at")
    ) | {"sent_at": None, "ended_at": None, "segments": 0}
    refusal = nothing | {"status": "refused", "error_code": code}
    add_message(record, strategy, text, **refusal | values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a strategy of the great example sends: its senders, rate and API calls."""

    name: str
    senders: list[str]
    sender_type: str = "long_code"
    mps: float = 1.0
    calls_at_once: int = 60
    notification: bool = False
    refuse_foreign: bool = False
    queue_limit: float = 14_400.0
    throttled: float = 0.0


WAYS = (
    Way(name="single-number", senders=US_NUMBERS[:1], queue_limit=4500.0),
    Way(name="number-pool", senders=US_NUMBERS[:4], throttled=0.08),
    Way(name="messaging-service", senders=US_NUMBERS[:6], throttled=0.05),
    Way(name="notify", senders=US_NUMBERS[:6], notification=True),
    Way(
        name="short-code",
        senders=[SHORT_CODE],
        sender_type="short_code",
        mps=100.0,
        refuse_foreign=True,
    ),
)


@dataclass(slots=True)
class Example:
    """Five strategies of a few thousand texts, as a real run would leave them."""

    texts: int = 3000
    seed: int = 7
    ways: tuple[Way, ...] = WAYS
    foreign: float = 0.05
    changes: dict[str, Any] = field(default_factory=dict)

    def make(self) -> RunRecord:
        """Return the record."""
        names = [way.name for way in self.ways]
        record = make_record(*names, texts=self.texts, **self.changes)
        for number, way in enumerate(self.ways):
            _send(record, way, self, number)
        return record


def _send(record: RunRecord, way: Way, example: Example, number: int) -> None:
    """Send every text one way."""
    chance = Random(example.seed)
    free_at = dict.fromkeys(way.senders, 0.0)
    slots = [0.0] * way.calls_at_once
    redelivered = not_retryable = 0
    for text in range(example.texts):
        country = "GB" if chance.random() < example.foreign else "US"
        segments = 1 if chance.random() < 0.4 else 2
        code = _refusal(way, country, min(free_at.values()), chance)
        began, at = _call(record, way, text, slots, chance, code)
        common = {"country": country, "submitted_at": began}
        if code:
            add_refusal(record, way.name, text, code, **common)
        else:
            sender = min(free_at, key=free_at.__getitem__)
            starts = max(at, free_at[sender])
            free_at[sender] = starts + segments / way.mps
            code = _carrier(chance, way)
            add_message(
                record,
                way.name,
                text,
                **common,
                sender=sender,
                sender_type=way.sender_type,
                segments=segments,
                status="undelivered" if code else "delivered",
                error_code=code,
                accepted_at=at,
                queued_at=at,
                sending_at=starts,
                sent_at=free_at[sender],
                ended_at=free_at[sender] + chance.lognormvariate(0.7, 0.6),
            )
            redelivered += code in {30003, 30008}
            not_retryable += code in {30005, 30006, 30007}
    facts = record.manifest["strategies"][number]
    facts["redelivered"], facts["not_retryable"] = redelivered, not_retryable


def _refusal(way: Way, country: str, free_at: float, chance: Random) -> int | None:
    """Return the code the API refuses a text with, mostly none."""
    if chance.random() < 0.004:
        return 21610
    if country == "GB" and way.refuse_foreign:
        return 21612
    return 21611 if free_at > way.queue_limit else None


def _call(
    record: RunRecord,
    way: Way,
    text: int,
    slots: list[float],
    chance: Random,
    code: int | None,
) -> tuple[float, float]:
    """Make the API call for a text and return when it began and when it was taken."""
    if way.notification:
        if not text:
            add_call(
                record,
                way.name,
                0,
                operation="create_notification",
                recipients=3000,
                answered_at=0.4,
            )
        return 0.0, 0.4 + text * 0.001
    began = start = heapq.heappop(slots)
    attempt = 0
    while True:
        end = start + chance.lognormvariate(-2.5, 0.4)
        refused = chance.random() < way.throttled
        add_call(
            record,
            way.name,
            text,
            attempt=attempt,
            started_at=start,
            answered_at=end,
            http_status=429 if refused or code == 21611 else 400 if code else 201,
            error_code=20429 if refused else code,
        )
        if not refused:
            break
        start, attempt = end + chance.random() * 0.5, attempt + 1
    heapq.heappush(slots, end)
    return began, end


def _carrier(chance: Random, way: Way) -> int | None:
    """Return the carrier's error code, mostly none."""
    draw = chance.random()
    for code, share in ((30006, 0.012), (30005, 0.008), (30003, 0.012), (30008, 0.003)):
        if draw < share:
            return code
        draw -= share
    return 30007 if way.sender_type == "long_code" and draw < 0.01 else None


def read_back(record: RunRecord, folder: Path) -> Run:
    """Write a record and return it as reports see it."""
    write_run(record, folder)
    return read_run(folder)


def judge_record(record: RunRecord, folder: Path) -> Comparison:
    """Write a record and return what is made of it at the shipped prices."""
    return compare(read_back(record, folder), load_prices())
