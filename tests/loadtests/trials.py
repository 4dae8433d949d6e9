"""Small questions, run in virtual time, and their records as plain rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from math import isnan
from typing import TYPE_CHECKING, Any

from loadtests.comparison import compare
from loadtests.questions import STRATEGIES, Plan, Question, Source, plan
from loadtests.records import MISSING, TABLES, RunRecord
from sender.numbering import made_up
from sender.plans import Text
from tests.simulator.engine.builders import ROUGH

if TYPE_CHECKING:
    from loadtests.eventlog import Log
    from loadtests.records import Column, Table
    from loadtests.scenarios import Scenario
    from loadtests.sessions import Progress

STARTED_AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
FILE = Source("people.csv", b"to,name\n+14155550123,Ann\n+447700900123,Bob\n")

Row = dict[str, Any]


def source(text: str, name: str = "world.toml") -> Source:
    """Return a file of this text."""
    return Source(name, text.encode())


def make_plan(count: int | None = 40, **question: Any) -> Plan:
    """Return the plan of a question, by default 40 texts by every strategy."""
    return plan(Question(count=count, **question))


def make_record() -> RunRecord:
    """Return a record of nothing yet."""
    return RunRecord({"complete": False, "missing": [], "strategies": []})


def ignore(progress: Progress) -> None:
    """Take a sign of life and do nothing."""


def run(asked: Plan, log: Log | None = None) -> RunRecord:
    """Run a plan in virtual time and return its record."""
    record = make_record()
    compare(asked, record, started_at=STARTED_AT, on_progress=ignore, log=log)
    return record


def ask(count: int | None = 40, **question: Any) -> RunRecord:
    """Run a question in virtual time and return its record."""
    return run(make_plan(count, **question))


@cache
def _base() -> Plan:
    return make_plan(1, countries=("US", "GB"))


def rough(
    count: int, strategies: tuple[str, ...] = STRATEGIES, **changes: Any
) -> tuple[Plan, Scenario]:
    """Return the plan and scenario of a run in which all that can go wrong does."""
    base = _base()
    people = made_up(count, ("US", "GB"), 3).recipients
    texts = [Text(key, one.address, "Hello") for key, one in enumerate(people)]
    profile = replace(
        base.scenario.profile, mix=ROUGH, concurrency=changes.pop("concurrency", 100)
    )
    scenario = replace(base.scenario, texts=texts, profile=profile, **changes)
    streams = tuple(
        replace(stream, scenario=scenario)
        for stream in base.streams
        if stream.name in strategies
    )
    return replace(base, streams=streams), scenario


def rows(table: Table) -> list[Row]:
    """Return a table's rows by the names of their columns, None for nothing."""
    cells = {c.name: _cells(table, c) for c in TABLES[table.name]}
    return [
        dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)
    ]


def _cells(table: Table, column: Column) -> list[Any]:
    values = list(table.columns[column.name])
    if column.type == "category":
        words = table.words(column.name)
        return [None if code == MISSING else words[code] for code in values]
    if column.type == "float":
        return [None if isnan(value) else value for value in values]
    return [None if value == MISSING else value for value in values]


def content(record: RunRecord) -> tuple[Any, ...]:
    """Return all of a record as plain data that two runs can be compared by."""
    tables = (record.calls, record.messages, record.callbacks)
    return record.manifest["strategies"], [rows(table) for table in tables]


def fates(record: RunRecord, strategy: str) -> dict[tuple[int, int], tuple[Any, Any]]:
    """Return how each text of a strategy ended: its status and error code."""
    return {
        (row["text"], row["attempt"]): (row["status"], row["error_code"])
        for row in rows(record.messages)
        if row["strategy"] == strategy
    }
