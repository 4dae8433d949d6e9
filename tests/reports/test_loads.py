"""Loads: their verdict, their knee and what they left open, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from reports.loads import (
    ITS_OWN,
    UNTIMED,
    driver_in_words,
    knee_in_words,
    open_in_words,
    receivers_in_words,
)
from reports.manifests import KneeFacts, ReceiverFacts
from tests.reports.builders import judge_record, read_back
from tests.reports.loads import FLOWS, make_load

if TYPE_CHECKING:
    from pathlib import Path

    from reports.verdicts import Verdict

MET = {"check": "share(429)", "wanted": "< 9%", "got": "5 %", "met": True}
MISSED = {"check": "p95(call)", "wanted": "< 1s", "got": "30s", "met": False}


def verdict_of(folder: Path, **changes: Any) -> Verdict:
    """Return the verdict on a load of one stream."""
    return judge_record(make_load(FLOWS[0], **changes), folder).verdict


def test_a_load_without_checks_is_met(tmp_path: Path) -> None:
    """It says what became of the texts, and names no winner."""
    verdict = verdict_of(tmp_path)
    assert (verdict.met, verdict.chosen) == (True, None)
    assert verdict.question == "codes behind a newsletter: 240 texts in 1 stream."
    assert verdict.headline.startswith("100.0 % of the texts delivered, done after")


def test_a_missed_check_is_no(tmp_path: Path) -> None:
    """The headline names each and what it got."""
    verdict = verdict_of(tmp_path, checks=[MET, MISSED])
    assert not verdict.met
    assert verdict.headline == "1 of 2 checks missed: p95(call), got 30s."


def test_a_late_generator_casts_doubt_on_the_answer(tmp_path: Path) -> None:
    """On times and the knee; what was only counted is as it is."""
    knee = {"stream": "codes", "check": "c", "rate": 5.0, "broken_at": 6.0}
    facts = {"checks": [MET | {"met": False}, MISSED], "knee": knee}
    record = make_load(FLOWS[0], lag=0.2, **facts)
    verdict = judge_record(record, tmp_path).verdict
    assert verdict.headline == (
        f"{ITS_OWN}2 of 2 checks missed: share(429), got 5 %; p95(call), got (30s)?."
    )
    assert verdict.notes[0].startswith(f"{ITS_OWN}The knee: c of codes")


def test_checks_that_are_met_are_yes(tmp_path: Path) -> None:
    """And counted."""
    verdict = verdict_of(tmp_path, checks=[MET])
    assert (verdict.met, verdict.headline) == (True, "1 check met, none missed.")


def test_a_load_without_streams_has_a_verdict(tmp_path: Path) -> None:
    """One that was stopped at once says that it is partial."""
    record = make_load(complete=False, missing=["the simulator was killed"])
    verdict = judge_record(record, tmp_path).verdict
    assert verdict.headline == (
        "Partial: the simulator was killed. – of the texts delivered, done after –."
    )
    assert verdict.caveats[1] == "the simulator was killed"


def test_what_is_missing_of_a_whole_run_is_said(tmp_path: Path) -> None:
    """A worker may be lost and the run go on to its end."""
    verdict = verdict_of(tmp_path, missing=["worker 1 was killed"])
    assert verdict.caveats == (
        "Something of this run is missing.",
        "worker 1 was killed",
    )


def test_what_is_open_stands_in_the_stream_s_line(tmp_path: Path) -> None:
    """By status, with what else went wrong."""
    record = make_load(FLOWS[0])
    record.manifest["strategies"][0]["open"] = {"sent": 3, "queued": 12}
    [(name, line)] = judge_record(record, tmp_path).verdict.reasons
    assert name == "codes"
    assert "still open after the drain: 12 queued, 3 sent" in line


@pytest.mark.parametrize(
    ("unsent", "said"),
    [
        (0, "100.0 % delivered, done after 10m 4s."),
        (1, "done after 10m 4s; 1 text above the step that broke was not sent."),
        (30, "done after 10m 4s; 30 texts above the step that broke were not sent."),
    ],
)
def test_a_staircase_that_broke_says_what_it_left(
    tmp_path: Path, unsent: int, said: str
) -> None:
    """Its texts that were never due are no fault of it, and in no share."""
    knee = {"stream": "codes", "check": "c", "rate": 5.0, "broken_at": 6.0}
    record = make_load(FLOWS[0], knee=knee)
    record.manifest["strategies"][0]["texts"] += unsent
    comparison = judge_record(record, tmp_path)
    [(_, line)] = comparison.verdict.reasons
    assert line.endswith(said)
    assert comparison.judgements[0].meets
    assert comparison.verdict.headline.startswith("100.0 %")


def test_a_load_that_is_not_whole_is_no(tmp_path: Path) -> None:
    """Whatever its checks found of what is there."""
    verdict = verdict_of(tmp_path, checks=[MET], complete=False)
    assert not verdict.met
    assert verdict.caveats == ("This run is partial: not all of it is there.",)


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        (
            (25.0, 30.0),
            "The knee: c of s held at 25 a second and broke at 30 a second.",
        ),
        ((None, 5.0), "No step held c of s: the first, 5 a second, broke it."),
        ((2.5, None), "Every step held c of s, up to 2.5 a second: no knee was found."),
    ],
)
def test_the_knee_is_told(rates: tuple[float | None, float | None], said: str) -> None:
    """Between the last step that held and the first that did not."""
    rate, broken_at = rates
    knee = KneeFacts(stream="s", check="c", rate=rate, broken_at=broken_at)
    assert knee_in_words(knee) == said


@pytest.mark.parametrize(
    ("generator", "said"),
    [
        (None, "virtual time: no generator, and no lag"),
        (
            {"driver": "users", "users": 50},
            "50 users that wait for each answer, from 1",
        ),
        ({"driver": "open", "processes": 2}, "whatever was answered, from 2 processes"),
        ({"driver": "tides"}, "tides, from 1 process"),
    ],
)
def test_what_drove_it_is_told(tmp_path: Path, generator: Any, said: str) -> None:
    """Users or arrivals, and from how many processes."""
    clock = "real" if generator else "virtual"
    record = make_load(generator=generator, clock=clock)
    manifest = read_back(record, tmp_path).manifest
    assert said in driver_in_words(manifest)


def test_without_arrivals_the_pacing_drove_it(tmp_path: Path) -> None:
    """Nothing arrived at a time of its own; with one stream that has them it did."""
    record = make_load(*FLOWS)
    first, second = record.manifest["strategies"]
    first["arrivals"] = ""
    mixed = driver_in_words(read_back(record, tmp_path / "mixed").manifest)
    assert mixed.startswith("arrivals at their own times")
    second["arrivals"] = ""
    manifest = read_back(record, tmp_path / "none").manifest
    assert driver_in_words(manifest) == f"{UNTIMED}, from 2 processes"


def test_counts_are_told() -> None:
    """Of nothing, nothing is said of open messages; of receivers all."""
    assert open_in_words({"sent": 0}) == ""
    assert receivers_in_words(ReceiverFacts(duplicates=23)) == (
        "0 callbacks with a wrong signature turned away; 23 had come before; "
        "0 found the inbox full and were sent away."
    )
