"""Comparisons: a run folder for a question, whole or partial."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from loadtests.comparison import Terms, compare, compare_strategies
from loadtests.questions import STRATEGIES, Question
from tests.loadtests.trials import STARTED_AT, make_plan, make_record, rows, source

if TYPE_CHECKING:
    from loadtests.sessions import Progress

TABLES = {f"{name}.parquet" for name in ("calls", "messages", "callbacks", "opt_outs")}


def answer(count: int = 5, **terms: Any) -> tuple[Path, bool]:
    """Answer a small question on these terms."""
    return compare_strategies(Question(count=count), Terms(**terms))


class Hand:
    """Presses Ctrl-C at the first sign of life of a strategy."""

    def __init__(self, strategy: str) -> None:
        self.strategy = strategy

    def __call__(self, progress: Progress) -> None:
        """Take a sign of life."""
        if progress.strategy == self.strategy and progress.answered < progress.texts:
            raise KeyboardInterrupt


@pytest.mark.parametrize("number", range(3))
def test_stopping_leaves_a_partial_record(number: int) -> None:
    """It says which strategy was under way and which never began."""
    record, names = make_record(), ("single-number", "number-pool", "short-code")
    asked = make_plan(2_500, strategies=names)
    stop = Hand(names[number])
    compare(asked, record, started_at=STARTED_AT, on_progress=stop)
    manifest = record.manifest
    whole = [fact["complete"] for fact in manifest["strategies"]]
    assert (manifest["complete"], whole) == (False, [True] * number + [False])
    assert f"during {names[number]}" in manifest["missing"][0]
    assert manifest["missing"][0].endswith(
        ", ".join(names[number + 1 :]) or names[number]
    )


def test_what_was_not_sent_is_there_as_unsent() -> None:
    """Every text of a stopped strategy has its row."""
    record, name = make_record(), "number-pool"
    asked = make_plan(3_000, strategies=(name,))
    compare(asked, record, started_at=STARTED_AT, on_progress=Hand(name))
    table = rows(record.messages)
    unsent = [row for row in table if row["status"] == "unsent"]
    assert len(table) == 3_000
    assert 0 < len(unsent) < 3_000
    assert {row["submitted_at"] for row in unsent} == {None}


def test_the_folder_given_is_the_run_folder(tmp_path: Path) -> None:
    """Manifest, tables and rejects lie in it; it is made if need be."""
    folder, whole = answer(folder=tmp_path / "a" / "b")
    assert (folder, whole) == (tmp_path / "a" / "b", True)
    found = {path.name for path in folder.iterdir()}
    assert found == {"manifest.json", "rejects.csv", *TABLES}


def test_without_a_folder_runs_gets_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs within a second lie apart."""
    monkeypatch.chdir(tmp_path)
    folders = {answer(1)[0] for _ in range(3)}
    assert len(folders) == 3
    assert {folder.parent for folder in folders} == {Path("runs")}


def test_the_manifest_says_what_was_asked(tmp_path: Path) -> None:
    """Deadline, clock, options and a line for each strategy in its order."""
    answer(folder=tmp_path, deadline=90.0, options={"count": 5})
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert (manifest["deadline"], manifest["clock"]) == (90.0, "virtual")
    assert (manifest["options"], manifest["complete"]) == ({"count": 5}, True)
    assert [fact["name"] for fact in manifest["strategies"]] == list(STRATEGIES)
    assert {fact["texts"] for fact in manifest["strategies"]} == {5}


def test_rejects_are_written_down(tmp_path: Path) -> None:
    """Each bad row with its line, its cell and the reason."""
    people = source("to\n+14155550123\n\n12\n+14155550123\n", "a.csv")
    question = Question(file=people, strategies=("notify",))
    compare_strategies(question, Terms(folder=tmp_path))
    lines = (tmp_path / "rejects.csv").read_text("utf-8").splitlines()
    assert lines[0] == '"line","value","reason"'
    assert lines[1].startswith('4,"12","')
    assert lines[2] == '5,"+14155550123","duplicate of line 2"'


def test_over_http_it_is_the_same_question(tmp_path: Path) -> None:
    """With a speed the run is rehearsed, and the manifest says by which clock."""
    question = Question(count=10, strategies=("notify",))
    _, whole = compare_strategies(question, Terms(folder=tmp_path, speed=2000.0))
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert (whole, manifest["clock"], manifest["speed"]) == (True, "real", 2000.0)
    assert manifest["strategies"][0]["differing"] == 0


def test_events_are_of_virtual_time(tmp_path: Path) -> None:
    """An event log over HTTP cannot be replayed, so it is not to be had."""
    with pytest.raises(ValueError, match="leave out --clock real"):
        Terms(events=tmp_path / "events.jsonl", speed=60.0)


def test_events_may_lie_in_the_run_folder(tmp_path: Path) -> None:
    """The folder is made first, and every line of the log is JSON by itself."""
    events = tmp_path / "run" / "events.jsonl"
    answer(folder=tmp_path / "run", events=events)
    lines = [json.loads(line) for line in events.read_text("utf-8").splitlines()]
    assert {line["strategy"] for line in lines} == set(STRATEGIES)
    assert {line["event"] for line in lines} == {"call", "answer", "status"}


def test_a_bad_question_leaves_nothing(tmp_path: Path) -> None:
    """No folder is made for what cannot be run."""
    question = Question(count=1, config=source('[[numbers]]\naddress = "72345"\n'))
    with pytest.raises(ValueError, match="single-number: the account has no number"):
        compare_strategies(question, Terms(folder=tmp_path / "run"))
    assert not (tmp_path / "run").exists()
