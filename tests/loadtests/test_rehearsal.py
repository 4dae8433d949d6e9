"""Rehearsals: the same run over real HTTP, with the same fate for every message."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from loadtests.rehearsal import differing, rehearse
from tests.loadtests.trials import (
    FILE,
    STARTED_AT,
    Row,
    fates,
    ignore,
    make_plan,
    make_record,
    rows,
    run,
    source,
)

if TYPE_CHECKING:
    from loadtests.records import Table
    from loadtests.sessions import Progress

SPEED = 1000.0
LONGEST = 20
"""Real seconds that a rehearsal here may take: a run that does not end is a failure."""


ANSWERING = source(
    """
[[numbers]]
address = "+14155550100"
[[numbers]]
address = "72345"
[[services]]
name = "all"
numbers = ["72345", "+14155550100"]
fallback_to_long_code = true
[profile.mix]
off_short_codes = 0.3
[answers]
share = 0.5
stop_share = 0.5
"""
)


def shown(table: Table, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Return some columns of a table's rows, in an order of their own."""
    chosen = (tuple(row[name] for name in columns) for row in rows(table))
    return sorted(chosen, key=str)


async def rehearsed(asked: Any, on_progress: Any = ignore) -> Any:
    """Rehearse a plan and return its record."""
    record = make_record()
    async with asyncio.timeout(LONGEST):
        await rehearse(
            asked, record, speed=SPEED, started_at=STARTED_AT, on_progress=on_progress
        )
    return record


def about(callback: Row) -> tuple[Any, ...]:
    """Return what a callback tells, without when."""
    keys = ("strategy", "text", "attempt", "status", "error_code")
    return tuple(callback[key] for key in keys)


async def test_every_message_meets_the_same_fate() -> None:
    """By number, service and notification: none differs from virtual time."""
    names = ("number-pool", "messaging-service", "notify")
    asked = make_plan(40, countries=("US", "GB"), strategies=names)
    record, virtual = await rehearsed(asked), run(asked)
    facts = record.manifest["strategies"]
    assert {fact["name"]: fact["differing"] for fact in facts} == dict.fromkeys(
        names, 0
    )
    assert all(fates(record, name) == fates(virtual, name) for name in names)
    assert record.manifest["complete"] is True


async def test_answers_prices_and_second_attempts_are_the_same() -> None:
    """Fate, price and first sender of each message, and who opted out by which word."""
    asked = make_plan(40, strategies=("messaging-service",), config=ANSWERING)
    record, virtual = await rehearsed(asked), run(asked)
    columns = ("text", "status", "error_code", "price", "first_sender", "sender_type")
    assert shown(record.messages, columns) == shown(virtual.messages, columns)
    assert any(row["first_sender"] for row in rows(record.messages))
    told = ("recipient", "country", "word", "service")
    assert shown(record.opt_outs, told) == shown(virtual.opt_outs, told) != []
    assert record.manifest["inbound"] == virtual.manifest["inbound"] != []


async def test_the_callbacks_are_real_posts() -> None:
    """Each tells what one of virtual time tells, and was received and answered."""
    asked = make_plan(30, strategies=("messaging-service",))
    table = rows((await rehearsed(asked)).callbacks)
    assert {about(row) for row in table} <= {
        about(r) for r in rows(run(asked).callbacks)
    }
    ended = {
        row["text"] for row in table if row["status"] in ("delivered", "undelivered")
    }
    assert len(ended) >= 29  # the run may end before the last one's answer is read
    assert {row["http_status"] for row in table} <= {200, 204}
    assert all(row["received_at"] >= row["due_at"] for row in table)


async def test_calls_were_answered_over_http() -> None:
    """Each has its status, its place in flight and an answer after its start."""
    table = rows((await rehearsed(make_plan(30, strategies=("notify",)))).calls)
    assert [row["http_status"] for row in table] == [201]
    assert all(row["answered_at"] > row["started_at"] for row in table)
    assert {row["in_flight"] for row in table} == {1}


async def test_what_may_yet_arrive_is_sent_again() -> None:
    """A callback over HTTP makes a failed text due again, as in virtual time."""
    mix = source("[profile.mix]\nunreachable = 0.4\nfiltered = 0.2\n")
    asked = make_plan(30, strategies=("number-pool",), config=mix, redeliver=1)
    record = await rehearsed(asked)
    (facts,) = record.manifest["strategies"]
    (expected,) = run(asked).manifest["strategies"]
    assert facts["differing"] == 0
    assert facts["redelivered"] == expected["redelivered"] > 0


async def test_a_call_too_large_is_refused_alike() -> None:
    """Over HTTP too a body above the profile's bytes gets 413, and no fate differs."""
    small = source("[profile]\nbody_bytes = 400")
    asked = make_plan(config=small, strategies=("notify",))
    record = await rehearsed(asked)
    assert {row["http_status"] for row in rows(record.calls)} == {413}
    assert record.manifest["strategies"][0]["differing"] == 0


async def test_a_number_named_twice_is_heard_of_twice() -> None:
    """With duplicates kept each text has its end, and the run does not wait for one."""
    twice = source("to\n" + "+14155550123\n" * 3, "a.csv")
    asked = make_plan(
        None, file=twice, keep_duplicates=True, strategies=("notify", "number-pool")
    )
    record = await rehearsed(asked)
    assert {row["status"] for row in rows(record.messages)} == {"delivered"}
    assert len(rows(record.messages)) == 6


async def test_stopping_leaves_what_was_done() -> None:
    """Cancelled in its first strategy, a record says so and names the others."""
    asked = make_plan(None, file=FILE, strategies=("number-pool", "notify"))
    record = make_record()
    task: list[asyncio.Task[None]] = []

    def stop(progress: Progress) -> None:
        task[0].cancel()

    task.append(
        asyncio.ensure_future(
            rehearse(asked, record, speed=1, started_at=STARTED_AT, on_progress=stop)
        )
    )
    async with asyncio.timeout(LONGEST):
        await task[0]
    manifest = record.manifest
    assert (manifest["complete"], len(manifest["strategies"])) == (False, 1)
    assert manifest["missing"] == [
        "stopped by hand during number-pool; not begun: notify"
    ]
    assert len(record.messages) == 2


async def test_progress_is_told() -> None:
    """The last sign of life of a strategy says that all its texts are answered."""
    told: list[Progress] = []
    await rehearsed(make_plan(20, strategies=("notify",)), told.append)
    assert (told[-1].strategy, told[-1].answered, told[-1].texts) == ("notify", 20, 20)
    assert told[-1].now > 0


def test_differences_are_counted_both_ways() -> None:
    """A text that one side does not know differs, and one that ended otherwise."""
    reference = {(0, 0): ("delivered", None), (1, 0): ("failed", 30001)}
    fates = {
        (0, 0): ("delivered", None),
        (1, 0): ("failed", 30036),
        (1, 1): ("sent", None),
    }
    assert differing(reference, reference) == 0
    assert differing(reference, fates) == 2
