"""Fates: each text counts once, by its last attempt; blame falls where it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.fates import Fates, settle
from reports.titles import WAITED
from tests.reports.builders import (
    add_message,
    add_refusal,
    make_record,
    read_back,
)

if TYPE_CHECKING:
    from pathlib import Path

    from loadtests.records import RunRecord

statuses = st.sampled_from(
    ["delivered", "undelivered", "failed", "sent", "queued", "refused", "ambiguous"]
)


def fates_of(record: RunRecord, folder: Path) -> Fates:
    """Return the fates of the record's only strategy."""
    [one] = read_back(record, folder).strategies
    return settle(one.facts, one.messages)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(st.integers(0, 9), statuses), max_size=20))
def test_every_text_has_one_fate(tmp_path: Path, rows: list[tuple[int, str]]) -> None:
    """The counts add up to the texts, however often each was sent."""
    record = make_record("one", texts=10)
    for attempt, (text, status) in enumerate(rows):
        add_message(record, "one", text, attempt=attempt, status=status)
    fates = fates_of(record, tmp_path)
    assert sum(fates.counts.values()) == fates.texts == 10


def test_the_last_attempt_decides_and_the_latest_end_counts(tmp_path: Path) -> None:
    """A text undelivered at first and delivered in the end is delivered."""
    record = make_record("one", texts=1)
    add_message(record, "one", 0, attempt=1, ended_at=20.0)
    add_message(record, "one", 0, status="undelivered", error_code=30003)
    fates = fates_of(record, tmp_path)
    assert fates.counts == {"delivered": 1}
    assert fates.delivered_at.tolist() == fates.ends.tolist() == [20.0]


def test_a_text_without_a_row_was_never_sent(tmp_path: Path) -> None:
    """What the manifest counts and the table lacks is unsent."""
    fates = fates_of(make_record("one", texts=3), tmp_path)
    assert fates.counts == {"unsent": 3}
    assert fates.unfinished == 3
    assert fates.done_at is None


def test_sent_is_an_end_where_no_receipt_is_given(tmp_path: Path) -> None:
    """It ended when its last segment had left."""
    record = make_record("one", texts=1)
    add_message(record, "one", 0, status="sent", sent_at=7.0, ended_at=None)
    assert fates_of(record, tmp_path).ends.tolist() == [7.0]


def test_a_message_under_way_has_not_ended(tmp_path: Path) -> None:
    """A status that is not terminal leaves its text unfinished."""
    record = make_record("one", texts=1)
    add_message(record, "one", 0, status="queued", ended_at=None)
    fates = fates_of(record, tmp_path)
    assert fates.unfinished == 1
    assert not len(fates.ends)


def test_a_refused_text_ended_when_it_was_submitted(tmp_path: Path) -> None:
    """The record knows no later moment."""
    record = make_record("one", texts=1)
    add_refusal(record, "one", 0, 21211, submitted_at=3.0)
    assert fates_of(record, tmp_path).ends.tolist() == [3.0]


@pytest.mark.parametrize(
    ("status", "code", "blame"),
    [
        ("refused", 21611, "lost"),
        ("refused", 20429, "lost"),
        ("refused", 21617, "lost"),
        ("failed", 30001, "lost"),
        ("failed", 30036, "lost"),
        ("ambiguous", None, "lost"),
        ("undelivered", 30022, "lost"),
        ("refused", 21606, "unreached"),
        ("refused", 21612, "unreached"),
        ("failed", 21703, "unreached"),
        ("refused", 21704, "unreached"),
        ("failed", 30034, "unreached"),
        ("refused", 21211, "nobody"),
        ("refused", 21610, "nobody"),
        ("failed", 21610, "nobody"),
        ("undelivered", 30003, "nobody"),
        ("undelivered", 30005, "nobody"),
        ("undelivered", 30006, "nobody"),
        ("undelivered", 30007, "nobody"),
        ("delivered", None, "nobody"),
    ],
)
def test_blame_falls_on_limits_and_missing_senders(
    tmp_path: Path, status: str, code: int | None, blame: str
) -> None:
    """Recipients and carriers are no strategy's fault."""
    record = make_record("one", texts=1)
    add_message(record, "one", 0, status=status, error_code=code, queued_at=None)
    fates = fates_of(record, tmp_path)
    counted = {code or 0: 1}
    assert fates.lost == (counted if blame == "lost" else {})
    assert fates.unreached == (counted if blame == "unreached" else {})


def test_the_two_meanings_of_30001_are_told_apart(tmp_path: Path) -> None:
    """What was never queued found the queue full; what was, waited too long in it."""
    record = make_record("one", texts=3)
    failed = {"status": "failed", "error_code": 30001}
    add_message(record, "one", 0, queued_at=None, **failed)
    add_message(record, "one", 1, queued_at=0.1, **failed)
    add_message(record, "one", 2, queued_at=0.2, **failed)
    assert fates_of(record, tmp_path).lost == {30001: 1, WAITED: 2}


def test_late_counts_what_ended_after_the_deadline(tmp_path: Path) -> None:
    """At the deadline is in time."""
    record = make_record("one", texts=3)
    for text, at in enumerate([10.0, 20.0, 30.0]):
        add_message(record, "one", text, ended_at=at)
    fates = fates_of(record, tmp_path)
    assert fates.late(20.0) == 1
    assert fates.delivered_by(20.0) == 2
