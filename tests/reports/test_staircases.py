"""Staircases: what lies above the step that broke was never due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reports.staircases import leave_undue_out
from tests.reports.builders import (
    add_message,
    add_refusal,
    judge_record,
    make_record,
    read_back,
)

if TYPE_CHECKING:
    from pathlib import Path

    from loadtests.records import RunRecord

BROKEN = {"stream": "stairs", "check": "c", "rate": 5.0, "broken_at": 6.0}


def climbed(knee: dict[str, Any] | None) -> RunRecord:
    """Return a load of two streams with two texts each, one of them never sent."""
    names = ("stairs", "news")
    record = make_record(*names, texts=2, command="load", knee=knee, deadline=None)
    for name in names:
        add_message(record, name, 0)
        add_refusal(record, name, 1, 0, status="unsent", submitted_at=None)
    return record


def test_only_the_stream_that_broke_leaves_texts_out(tmp_path: Path) -> None:
    """In another what was not sent is missing."""
    stairs, news = judge_record(climbed(BROKEN), tmp_path).judgements
    assert (stairs.metrics.fates.texts, stairs.metrics.undue) == (1, 1)
    assert (stairs.metrics.fates.unfinished, stairs.meets) == (0, True)
    assert (news.metrics.fates.texts, news.metrics.undue) == (2, 0)
    assert "1 text never came to an end" in news.faults()


def test_texts_without_a_row_were_never_due_either(tmp_path: Path) -> None:
    """The manifest alone knows of them."""
    record = climbed(BROKEN)
    record.manifest["strategies"][0]["texts"] = 9
    stairs, _ = leave_undue_out(read_back(record, tmp_path)).strategies
    assert (stairs.facts.texts, stairs.undue) == (1, 8)


@pytest.mark.parametrize("knee", [None, BROKEN | {"broken_at": None}])
def test_without_a_break_every_text_counts(tmp_path: Path, knee: Any) -> None:
    """Also where every step held."""
    run = read_back(climbed(knee), tmp_path)
    assert leave_undue_out(run) is run
