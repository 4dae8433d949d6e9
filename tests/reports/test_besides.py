"""Runs beside each other: one table, what changed, and one page on all."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from loadtests.folders import write_run
from reports.besides import APART, Beside, set_beside
from reports.runs import RunError
from tests.reports.builders import add_message, make_record
from tests.reports.conftest import HOSTILE
from tests.reports.loads import FLOWS, Flow, make_load
from tests.reports.test_pages import Outline

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Beside:
    """Return a load set beside a later one that was late and served faster."""
    place: Path = tmp_path_factory.mktemp("beside")
    write_run(make_load(*FLOWS), place / "before")
    faster = Flow(name="codes", texts=240, strategy="short-code", mps=100.0)
    write_run(make_load(faster, lag=0.2), place / "after")
    return set_beside([place / "before", place / "after"])


def printed(beside: Beside, width: int) -> str:
    """Return the table as a terminal without colours shows it."""
    out = StringIO()
    Console(file=out, width=width, no_color=True).print(beside)
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 100, 140])
def test_the_table_has_a_row_for_each_stream(beside: Beside, width: int) -> None:
    """It fits, names the runs, and doubts the figures of the late one alone."""
    lines = printed(beside, width).splitlines()
    assert max(map(len, lines)) <= width
    rows = [line for line in lines if line.startswith(("A    ", "B    "))]
    assert [row.split()[:2] for row in rows] == [
        ["A", "codes"],
        ["A", "newsletter"],
        ["B", "codes"],
    ]
    assert [")?" in row for row in rows] == [False, False, True]
    assert any(line.startswith("A: before: codes behind") for line in lines)


@pytest.mark.parametrize("width", [66, 80, 96, 140])
def test_no_word_of_the_table_is_broken(tmp_path: Path, width: int) -> None:
    """What has no room is left out whole; each code has a line of its own."""
    for place in ("a", "b"):
        record = make_load(Flow(name="one-time-codes-of-a-bank", texts=9))
        for text, code in enumerate((30003, 30005, 30006, 30007)):
            row = {"attempt": 1, "status": "undelivered", "error_code": code}
            add_message(record, "one-time-codes-of-a-bank", text, **row)
        write_run(record, tmp_path / place)
    shown = printed(set_beside([tmp_path / "a", tmp_path / "b"]), width)
    assert max(map(len, shown.splitlines())) <= width
    assert shown.count("one-time-codes-of-a-bank ") == 2
    assert shown.count("30003 × 1,") == shown.count("1 more") == 2
    assert "done after" in shown or width < 80
    assert "…" not in shown


def test_the_late_run_is_named_before_all_else(beside: Beside) -> None:
    """By its letter."""
    assert printed(beside, 100).startswith("B: The generator was the bottleneck")


def test_what_changed_is_said(beside: Beside) -> None:
    """Settings first, then what came of them, doubts and all."""
    said = beside.lines()
    assert "  codes, strategy: single-number in A, short-code in B" in said
    assert "  stream newsletter: only in A" in said
    assert any("p50 of response time" in line and ")?" in line for line in said)


def test_the_page_lies_in_the_last_folder(beside: Beside) -> None:
    """With two pictures on which the streams of all runs are drawn."""
    assert beside.page.parts[-2:] == ("after", "comparison.html")
    outline = Outline(beside.page.read_text("utf-8"))
    drawings = outline.named("svg")
    assert len(drawings) == 2
    for label in (str(svg["aria-label"]) for svg in drawings):
        assert "A codes" in label
        assert "B codes" in label
    assert outline.named("s")
    assert "What changed" in outline.text


def test_the_page_loads_nothing_and_is_inert(tmp_path: Path) -> None:
    """Names of folders and streams are shown, never run."""
    folders = [tmp_path / "<b>one", tmp_path / "two"]
    for folder in folders:
        record = make_record(HOSTILE, texts=1)
        add_message(record, HOSTILE, 0)
        write_run(record, folder)
    page = set_beside(folders, out=tmp_path / "page.html").page
    outline = Outline(page.read_text("utf-8"))
    assert not outline.named("script")
    assert not outline.named("b")
    assert "<b>one" in outline.text
    policy = outline.named("meta")[1]["content"]
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert not (tmp_path / "two" / "comparison.html").exists()


def test_nothing_in_common_is_said(tmp_path: Path) -> None:
    """Streams of other names cannot be held against each other."""
    for name in ("one", "two"):
        write_run(make_record(name, texts=0), tmp_path / name)
    beside = set_beside([tmp_path / "one", tmp_path / "two"])
    assert beside.lines()[-1] == f"  {APART}"


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    """And no page is written."""
    write_run(make_record("one", texts=0), tmp_path / "run")
    with pytest.raises(RunError, match="missing is not a run folder"):
        set_beside([tmp_path / "missing", tmp_path / "run"])
    assert not (tmp_path / "run" / "comparison.html").exists()
