"""What comes in disturbs nothing: each text has one row, each figure its number."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from loadtests.sessions import Session
from tests.loadtests.trials import (
    STARTED_AT,
    Row,
    fates,
    make_plan,
    make_record,
    rows,
    run,
    source,
)

if TYPE_CHECKING:
    from loadtests.records import RunRecord

NAMES = ("number-pool", "messaging-service", "notify", "bulk")
COUNT = 60

ANSWERED = source("[answers]\nshare = 0.6\nstop_share = 0.4\n")
UNANSWERED = source("")


@pytest.fixture(scope="module")
def answered() -> RunRecord:
    """Return a run whose recipients answer."""
    return run(make_plan(COUNT, strategies=NAMES, config=ANSWERED, redeliver=1))


def test_every_text_is_there_once(answered: RunRecord) -> None:
    """No inbound message and no automatic reply is taken for one."""
    counts = Counter((row["strategy"], row["text"]) for row in rows(answered.messages))
    assert set(counts) == {(name, text) for name in NAMES for text in range(COUNT)}
    assert not {row["status"] for row in rows(answered.messages)} & {
        *("received", "receiving")
    }


def test_nobody_fares_otherwise_for_an_answer(answered: RunRecord) -> None:
    """One text each: answers come after it, and neither end nor price is another."""
    alone = run(make_plan(COUNT, strategies=NAMES, config=UNANSWERED, redeliver=1))
    assert all(fates(answered, name) == fates(alone, name) for name in NAMES)
    assert [row["price"] for row in rows(answered.messages)] == [
        row["price"] for row in rows(alone.messages)
    ]
    ends = [one["finished_at"] for one in answered.manifest["strategies"]]
    last = {
        name: max(of["ended_at"] for of in rows(answered.messages) if mine(of, name))
        for name in NAMES
    }
    assert ends == list(last.values())


def mine(row: Row, name: str) -> bool:
    """Say whether a row is of a strategy and of a message that has ended."""
    return row["strategy"] == name and row["ended_at"] is not None


def test_what_came_in_has_a_line_of_its_own(answered: RunRecord) -> None:
    """For each account, with its cost; only keywords are replied to, for free."""
    lines = answered.manifest["inbound"]
    stops = Counter(row["strategy"] for row in rows(answered.opt_outs))
    assert [line["name"] for line in lines] == list(NAMES)
    for line in lines:
        assert line["inbound"] > stops[line["name"]] >= line["replies"] > 0
        assert line["inbound_dollars"] > 0 == line["reply_dollars"]


def test_who_is_not_answered_has_no_line() -> None:
    """What is not configured costs nothing, not even a line."""
    asked = make_plan(5, strategies=("number-pool",))
    record = make_record()
    session = Session(asked.streams, record, started_at=STARTED_AT)
    list(session.play())
    session.finish(complete=True)
    assert "inbound" not in record.manifest
