"""Moves: figures that are not what they were, the biggest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.moves import failures, figures_moved
from tests.reports.builders import add_call, add_message, judge_record, make_record

if TYPE_CHECKING:
    from pathlib import Path

    from reports.comparisons import Comparison


def run_of(folder: Path, *ended_at: float, name: str = "one") -> Comparison:
    """Return a run of one stream whose texts ended at these instants."""
    record = make_record(name, texts=len(ended_at))
    for text, at in enumerate(ended_at):
        add_message(record, name, text, ended_at=at)
    return judge_record(record, folder)


def test_the_biggest_move_comes_first(tmp_path: Path) -> None:
    """Half is as far as double; a tenth or less is not told."""
    first = run_of(tmp_path / "a", 10.0, 10.0, 100.0)
    second = run_of(tmp_path / "b", 11.0, 11.0, 50.0)
    lines = figures_moved([first, second])
    assert lines == [
        "one: p95 of submission to end 1m 40s → 50s, -50 %",
        "one: p99 of submission to end 1m 40s → 50s, -50 %",
        "one: done after 1m 40s → 50s, -50 %",
    ]


def test_out_of_nothing_is_the_farthest(tmp_path: Path) -> None:
    """Refusals where there were none, and codes that nobody had met."""
    first = run_of(tmp_path / "a", 10.0, 10.0)
    record = make_record("one", texts=2)
    add_message(record, "one", 0, ended_at=12.0)
    add_message(record, "one", 1, ended_at=12.0, status="undelivered", error_code=30003)
    add_call(record, "one", 0, http_status=429, error_code=20429)
    lines = figures_moved([first, judge_record(record, tmp_path / "b")])
    assert lines[:3] == [
        "one: refusals (429) 0 → 1, from none",
        "one: ended by 30003 Handset unreachable 0 → 1, from none",
        "one: texts delivered 100.0 % → 50.0 %, -50 %",
    ]


def test_streams_of_other_names_are_not_compared(tmp_path: Path) -> None:
    """A stream is what it is called."""
    runs = [run_of(tmp_path / name, 5.0, name=name) for name in ("one", "two")]
    assert figures_moved(runs) == []


def test_later_runs_are_held_against_the_first(tmp_path: Path) -> None:
    """Each line says between which two."""
    runs = [run_of(tmp_path / str(at), at) for at in (10.0, 10.5, 40.0)]
    lines = figures_moved(runs)
    assert lines
    assert all(line.endswith("(A to C)") for line in lines)


def test_failures_are_told_by_code(tmp_path: Path) -> None:
    """The three most frequent, and how many more there are."""
    record = make_record("one", texts=9)
    for text, code in enumerate((30003, 30003, 30005, 30006, 30007)):
        add_message(record, "one", text, status="undelivered", error_code=code)
    [one] = judge_record(record, tmp_path).judgements
    assert failures(one) == "30003 × 2, 30005 × 1, 30006 × 1, 1 more"
