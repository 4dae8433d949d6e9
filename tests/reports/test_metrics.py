"""Metrics: figures of a handful of messages, reckoned by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reports.metrics import Metrics, measure
from tests.reports.builders import add_call, add_message, add_refusal, make_record
from tests.reports.builders import read_back as read

if TYPE_CHECKING:
    from pathlib import Path

    from loadtests.records import RunRecord


def measure_record(record: RunRecord, folder: Path) -> Metrics:
    """Return the figures of the record's only strategy."""
    [one] = read(record, folder).strategies
    return measure(one)


def test_sojourn_times_run_from_submission_to_delivery(tmp_path: Path) -> None:
    """Only delivered messages count; percentiles are exact."""
    record = make_record("one", texts=101)
    for text in range(100):
        add_message(record, "one", text, submitted_at=1.0, ended_at=2.0 + text)
    add_message(record, "one", 100, status="undelivered", ended_at=9_999.0)
    spread = measure_record(record, tmp_path).sojourn
    assert (spread.p50, spread.p95, spread.p99) == (50.0, 95.0, 99.0)


def test_a_text_sent_again_took_its_time_from_the_first_attempt(
    tmp_path: Path,
) -> None:
    """Whatever the order of the rows, and whichever attempt was delivered."""
    record = make_record("one", texts=2)
    add_message(record, "one", 1, submitted_at=70.0, ended_at=74.0)
    add_message(record, "one", 0, attempt=1, submitted_at=60.0, ended_at=65.0)
    add_message(
        record, "one", 0, submitted_at=2.0, status="undelivered", error_code=30003
    )
    spread = measure_record(record, tmp_path).sojourn
    assert spread.ordered.tolist() == [4.0, 63.0]


def test_sojourn_times_run_from_the_intention(tmp_path: Path) -> None:
    """What held a text up before its first call is in it, a later attempt's is not."""
    record = make_record("one", texts=1)
    later = {"intended_at": 60.0, "submitted_at": 61.0}
    add_message(record, "one", 0, attempt=1, **later, ended_at=65.0)
    add_message(
        record, "one", 0, intended_at=2.0, submitted_at=9.0, status="undelivered"
    )
    metrics = measure_record(record, tmp_path)
    assert metrics.sojourn.ordered.tolist() == [63.0]
    assert metrics.ended.ordered.tolist() == [63.0]


def test_a_text_that_failed_has_ended_too(tmp_path: Path) -> None:
    """One without a receipt has not, and one that was refused never lived."""
    record = make_record("one", texts=4)
    add_message(record, "one", 0, status="failed", ended_at=3.0)
    add_message(record, "one", 1, ended_at=8.0)
    add_message(record, "one", 2, status="sent", ended_at=None)
    add_refusal(record, "one", 3, 21610)
    metrics = measure_record(record, tmp_path)
    assert metrics.sojourn.ordered.tolist() == [8.0]
    assert metrics.ended.ordered.tolist() == [3.0, 8.0]


def test_calls_are_timed_twice(tmp_path: Path) -> None:
    """From when they were meant to be made, and from when they were."""
    record = make_record("one", texts=2)
    record.manifest["strategies"][0]["arrivals"] = "steady rate=1"
    instants = {"intended_at": 1.0, "due_at": 2.0, "started_at": 5.0}
    add_call(record, "one", 0, **instants, answered_at=7.0)
    add_call(record, "one", 1, **instants, answered_at=None, http_status=0)
    metrics = measure_record(record, tmp_path)
    assert metrics.response.ordered.tolist() == [6.0]
    assert metrics.service.ordered.tolist() == [2.0]


def test_throughput_counts_segments_while_they_left(tmp_path: Path) -> None:
    """Six segments from second 0 to second 6 are one a second."""
    record = make_record("one", texts=3)
    for text in range(3):
        add_message(
            record,
            "one",
            text,
            segments=2,
            sending_at=2.0 * text,
            sent_at=2.0 * text + 2,
            ended_at=2.0 * text + 3,
        )
    metrics = measure_record(record, tmp_path)
    assert metrics.segments == 6
    assert metrics.throughput == pytest.approx(1.0)
    assert metrics.sent_rate == pytest.approx(0.5)
    assert metrics.goodput == pytest.approx(3 / 7)


def test_a_sender_is_busy_while_it_sends(tmp_path: Path) -> None:
    """Busy two seconds of the four since the first message joined its queue."""
    record = make_record("one", texts=2)
    add_message(record, "one", 0, queued_at=0.0, sending_at=1.0, sent_at=2.0)
    add_message(record, "one", 1, queued_at=0.0, sending_at=3.0, sent_at=4.0)
    [sender] = measure_record(record, tmp_path).senders
    assert (sender.messages, sender.segments) == (2, 2)
    assert sender.utilisation == pytest.approx(0.5)
    assert sender.depth.peak == 2


def test_a_429_is_cured_when_its_call_is_taken_later(tmp_path: Path) -> None:
    """One call was refused twice and taken, another refused to the end."""
    record = make_record("one", texts=2)
    throttled = {"http_status": 429, "error_code": 20429}
    add_call(record, "one", 0, **throttled)
    add_call(record, "one", 0, attempt=1, **throttled)
    add_call(record, "one", 0, attempt=2)
    add_call(record, "one", 1, **throttled)
    calls = measure_record(record, tmp_path).calls
    assert (calls.made, calls.accepted) == (4, 1)
    assert (calls.throttled, calls.cured) == (3, 2)


def test_a_full_queue_is_a_refusal_and_no_429_of_the_api(tmp_path: Path) -> None:
    """21611 answers with 429 too, but asking again at once is no cure."""
    record = make_record("one", texts=1)
    add_call(record, "one", 0, http_status=429, error_code=21611)
    add_call(record, "one", 1, http_status=400, error_code=21211)
    add_call(record, "one", 2, http_status=0, answered_at=None)
    calls = measure_record(record, tmp_path).calls
    assert (calls.throttled, calls.refused, calls.unanswered) == (0, 2, 1)


def test_errors_are_told_apart_by_who_said_them(tmp_path: Path) -> None:
    """The same code may refuse a message or fail it later."""
    record = make_record("one", texts=4)
    add_refusal(record, "one", 0, 21610)
    add_message(record, "one", 1, status="failed", error_code=21610)
    add_message(record, "one", 2, status="undelivered", error_code=30003)
    add_refusal(record, "one", 3, 0, status="ambiguous", error_code=None)
    codes = {row.code: row for row in measure_record(record, tmp_path).codes}
    assert (codes[21610].refused, codes[21610].failed, codes[21610].total) == (1, 1, 2)
    assert (codes[30003].undelivered, codes[30003].retryable) == (1, True)
    assert (codes[0].ambiguous, codes[21610].retryable) == (1, False)


def test_callbacks_count_those_received_and_their_delay(tmp_path: Path) -> None:
    """One of two arrived, at its second post, three seconds late."""
    record = make_record("one", texts=1)
    record.callbacks.append("one", 0, 0, "sent", None, 2.0, 2, 5.0, 200)
    record.callbacks.append("one", 0, 0, "delivered", None, 4.0, 2, None, 0)
    callbacks = measure_record(record, tmp_path).callbacks
    assert (callbacks.due, callbacks.received, callbacks.posts) == (2, 1, 4)
    assert callbacks.lateness.p50 == 3.0


def test_nothing_has_no_figures(tmp_path: Path) -> None:
    """A strategy that never began measures as zeros."""
    metrics = measure_record(make_record("one", texts=0), tmp_path)
    assert metrics.throughput == metrics.segments == metrics.calls.made == 0
    assert metrics.sojourn.p50 is metrics.service.p99 is None


def test_statuses_count_every_attempt(tmp_path: Path) -> None:
    """A text sent twice has two messages."""
    record = make_record("one", texts=1)
    add_message(record, "one", 0, status="undelivered", error_code=30003)
    add_message(record, "one", 0, attempt=1)
    metrics = measure_record(record, tmp_path)
    assert metrics.statuses == {"undelivered": 1, "delivered": 1}
    assert metrics.messages == 2
