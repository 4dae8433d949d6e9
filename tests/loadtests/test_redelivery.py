"""Redelivery in a run: what may yet arrive is sent again, and both are counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from loadtests.questions import STRATEGIES
from sms.errors import RETRYABLE
from tests.loadtests.trials import fates, rough, rows, run

FAILED = ("failed", "undelivered")


def rerun(strategy: str, redeliver: int) -> tuple[dict[str, Any], dict[Any, Any]]:
    """Return what the manifest says of a strategy's rough run, and all its fates."""
    asked, _ = rough(150, (strategy,), redeliver=redeliver)
    record = run(asked)
    return record.manifest["strategies"][0], fates(record, strategy)


@pytest.mark.parametrize("redeliver", [1, 3])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_only_what_may_help_is_sent_again(strategy: str, redeliver: int) -> None:
    """An attempt follows a retryable failure, at most as often as was asked."""
    _, ends = rerun(strategy, redeliver)
    assert max(attempt for _, attempt in ends) <= redeliver
    for (text, attempt), (status, code) in ends.items():
        again = status in FAILED and code in RETRYABLE and attempt < redeliver
        assert ((text, attempt + 1) in ends) == again


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_news_comes_before_what_it_causes(strategy: str) -> None:
    """A text is sent again its doubling delay after the callback of its failure."""
    asked, _ = rough(150, (strategy,), redeliver=3, redelivery_delay=5.0)
    record = run(asked)
    told = {
        (row["text"], row["attempt"]): row["received_at"]
        for row in rows(record.callbacks)
        if row["status"] in FAILED
    }
    again = [row for row in rows(record.messages) if row["attempt"]]
    assert max(row["attempt"] for row in again) == 3
    for row in again:
        attempt = row["attempt"] - 1
        heard_at = told[row["text"], attempt]
        assert heard_at + 5.0 * 2**attempt <= row["submitted_at"] <= row["accepted_at"]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_both_kinds_are_counted(strategy: str) -> None:
    """The manifest counts what was sent again, and what it was no use to."""
    facts, ends = rerun(strategy, 1)
    failed = [(a, code) for (_, a), (status, code) in ends.items() if status in FAILED]
    counted = Counter((attempt, code in RETRYABLE) for attempt, code in failed)
    assert facts["redelivered"] == sum(attempt == 1 for _, attempt in ends) > 0
    assert facts["redelivered"] == counted[0, True]
    assert facts["exhausted"] == counted[1, True]
    assert facts["not_retryable"] == counted[0, False] + counted[1, False] > 0


def test_nothing_is_sent_again_unasked() -> None:
    """Without redelivery each text is tried once."""
    facts, ends = rerun("messaging-service", 0)
    assert {attempt for _, attempt in ends} == {0}
    assert facts["redelivered"] == 0


def test_sending_again_helps() -> None:
    """More arrives with three re-deliveries than with none."""

    def arrived(redeliver: int) -> int:
        _, ends = rerun("number-pool", redeliver)
        return sum(status == "delivered" for status, _ in ends.values())

    assert arrived(3) > arrived(0)
