"""The comparison on a terminal: it fits, and says without colour what it says."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from reports.premises import premises
from reports.tables import FittingTable, verdict_lines
from tests.reports.builders import (
    Example,
    Way,
    add_message,
    judge_record,
    make_record,
)
from tests.reports.loads import FLOWS, make_load

if TYPE_CHECKING:
    from pathlib import Path

    from reports.comparisons import Comparison
    from reports.drawing import Report


def printed(comparison: Comparison, width: int) -> str:
    """Return the table as a terminal without colours shows it."""
    out = StringIO()
    Console(file=out, width=width, no_color=True).print(FittingTable(comparison))
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 96, 100, 140])
def test_the_table_fits_its_terminal(five: Report, width: int) -> None:
    """No line is longer, no figure is cut, and every strategy has its line."""
    text = printed(five.comparison, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for one in five.comparison.judgements:
        assert one.name in text


def test_a_wider_terminal_shows_more(five: Report) -> None:
    """Calls and refusals are the first to go."""
    assert "calls" in printed(five.comparison, 140)
    assert "refused" in printed(five.comparison, 100)
    assert "refused" not in printed(five.comparison, 80)


def test_the_answer_stands_in_words(five: Report) -> None:
    """Yes and no, and a star beside the strategy chosen."""
    text = printed(five.comparison, 100)
    assert "in 5m" in text
    chosen = next(line for line in text.splitlines() if "yes *" in line)
    assert five.verdict.chosen
    assert chosen.startswith(five.verdict.chosen)
    assert "* the cheapest that makes the deadline, of equals the first done" in text


@pytest.mark.parametrize("width", [60, 80, 140])
def test_what_was_assumed_stands_under_the_heading(five: Report, width: int) -> None:
    """Between the question and the first line of the table."""
    text = " ".join(printed(five.comparison, width).split())
    question, setting = five.verdict.question, premises(five.comparison.manifest)
    assert text.startswith(f"{question} {setting} strategy ")


def test_a_bottleneck_stands_before_all_else(late: Report) -> None:
    """In plain words, with its figures, and no percentile is printed as sound."""
    text = printed(late.comparison, 100)
    assert text.startswith("The generator was the bottleneck")
    assert "p99 198.1 ms" in text
    times = [line for line in text.splitlines() if " time  " in line]
    assert len(times) == 4
    assert all(line.count(")?") == 3 for line in times)
    assert "(…)? is not sound: the generator was the bottleneck" in text


@pytest.mark.parametrize("width", [80, 100, 140])
def test_a_load_shows_its_times_and_what_drove_it(load: Report, width: int) -> None:
    """Response and service time apart, and the lag in real milliseconds."""
    text = printed(load.comparison, width)
    assert max(map(len, text.splitlines())) <= width
    assert "response time" in text
    assert "service time" in text
    assert "at most 0.0 ms" in text
    assert ")?" not in text


def test_checks_are_shown_met_or_missed(tmp_path: Path) -> None:
    """What was wanted and what it got, in a table of their own."""
    checks = [
        {"check": "p95(call)", "wanted": "< 1s", "got": "3.4s", "met": False},
        {"check": "share(429)", "wanted": "< 1%", "got": "0.4 %", "met": True},
    ]
    comparison = judge_record(make_load(FLOWS[0], checks=checks), tmp_path)
    lines = [" ".join(line.split()) for line in printed(comparison, 100).splitlines()]
    assert "p95(call) < 1s 3.4s MISSED" in lines
    assert "share(429) < 1% 0.4 % met" in lines


def test_a_strategy_alone_has_no_star(tmp_path: Path) -> None:
    """It is the cheapest of nothing."""
    record = make_record("only", texts=1)
    add_message(record, "only", 0)
    text = printed(judge_record(record, tmp_path), 100)
    assert "yes" in text
    assert "*" not in text


def test_without_an_answer_nothing_is_starred(tmp_path: Path) -> None:
    """No strategy makes it, so none is the cheapest."""
    record = make_record("late", texts=1, deadline=1.0)
    add_message(record, "late", 0)
    text = printed(judge_record(record, tmp_path), 100)
    assert "*" not in text
    assert "no" in text


def test_markup_in_a_name_is_shown_as_it_is(tmp_path: Path) -> None:
    """Rich's square brackets are letters here."""
    ways = (Way(name="[red]pool[/red]", senders=["+14155550100"]),)
    comparison = judge_record(Example(texts=5, ways=ways).make(), tmp_path)
    assert "[red]pool[/red]" in printed(comparison, 100)


def test_the_verdict_is_told_line_by_line(tmp_path: Path) -> None:
    """What to know first, the answer, then a line for each of the others."""
    record = make_record("a", "b", texts=1, complete=False, missing=["the rest"])
    add_message(record, "a", 0)
    assert verdict_lines(judge_record(record, tmp_path)) == [
        "This run is partial: it was stopped before its end.",
        "the rest",
        "Cheapest strategy that meets the 30m deadline: a, $1.16, done after 4s",
        "  b: 1 text never came to an end.",
    ]


def test_notes_stand_right_below_the_answer(tmp_path: Path) -> None:
    """They say what it is to be taken with."""
    record = make_record("notify", "b", texts=1)
    add_message(record, "notify", 0)
    assert verdict_lines(judge_record(record, tmp_path))[1] == (
        "Twilio ends Notify on 31 October 2027."
    )
