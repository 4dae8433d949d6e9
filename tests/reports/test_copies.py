"""Copies: who was texted twice, and who never was, whatever the sender believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reports.copies import Copies, count_copies
from reports.tables import OUTCOME
from tests.reports.builders import add_message, judge_record, make_record, read_back

if TYPE_CHECKING:
    from pathlib import Path

LOST = {"sid": None, "sent_at": None, "ended_at": None, "segments": 0}
FAILED = {"status": "undelivered", "error_code": 30003}


def copies_of(folder: Path, *messages: dict[str, Any]) -> Copies | None:
    """Return the copies of one text, of which these are the attempts, in order."""
    record = make_record("one", texts=1)
    for number, values in enumerate(messages):
        add_message(record, "one", 0, attempt=number, **values)
    [run] = read_back(record, folder).strategies
    return count_copies(run.messages)


@pytest.mark.parametrize(
    ("messages", "twice", "never"),
    [
        ([{"left": 1}], 0, 0),
        ([{"left": 2}], 1, 0),
        ([{"left": 1, **FAILED}, {"left": 1}], 0, 0),
        ([{"left": 1}, {"left": 1}], 1, 0),
        ([{"left": 2, **FAILED}, {"left": 1}], 1, 0),
        ([{"left": 1, **FAILED}, {"left": 1, **FAILED}], 0, 0),
        ([{"left": 1, **LOST, "status": "ambiguous"}], 0, 0),
        ([{"left": 2, **LOST, "status": "ambiguous"}], 1, 0),
        ([{"left": 0, **LOST, "status": "ambiguous"}], 0, 1),
        ([{"left": 1, **LOST, "status": "ambiguous"}, {"left": 1}], 0, 0),
        ([{"left": 2, **LOST, "status": "ambiguous"}, {"left": 1}], 1, 0),
        ([{"left": 0, **LOST, "status": "refused", "error_code": 20429}], 0, 1),
        ([{"left": 0, **LOST, "status": "refused", "error_code": 21211}], 0, 0),
        ([{"left": 0, **LOST, "status": "failed", "error_code": 30001}], 0, 0),
        ([{"left": 0, **LOST, "status": "withheld"}], 0, 0),
        ([{"left": 1, **FAILED}, {"left": 0, **LOST, "status": "ambiguous"}], 0, 0),
    ],
)
def test_a_text_is_counted_by_what_left(
    tmp_path: Path, messages: list[dict[str, Any]], twice: int, never: int
) -> None:
    """Sending again after a failure is no copy; silence about a text is no sending."""
    assert copies_of(tmp_path, *messages) == Copies(twice, never)


def test_an_older_run_does_not_say(tmp_path: Path) -> None:
    """A layout without the column has no figure, and the table a dash."""
    record = make_record("one", texts=1)
    add_message(record, "one", 0)
    [judgement] = judge_record(record, tmp_path).judgements
    assert judgement.metrics.copies is None
    [field] = [field for field in OUTCOME if field.heading == "2× / 0×"]
    assert field.text(judgement) == "–"


def test_a_run_without_rows_has_no_copies(tmp_path: Path) -> None:
    """Nobody was texted at all, and nobody was meant to be told of it."""
    assert copies_of(tmp_path) == Copies(0, 0)
