"""Settings: what differs between runs is said, what does not is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.settings import letter, settings_changed
from tests.reports.builders import make_record, read_back
from tests.reports.loads import FLOWS, make_load

if TYPE_CHECKING:
    from pathlib import Path

    from loadtests.records import RunRecord
    from reports.manifests import Manifest


def manifests(folder: Path, *records: RunRecord) -> list[Manifest]:
    """Return the manifests of records as reports read them."""
    return [
        read_back(record, folder / str(place)).manifest
        for place, record in enumerate(records)
    ]


def changed(folder: Path, **changes: Any) -> list[str]:
    """Return what is said where one load differs from another by these."""
    return settings_changed(
        manifests(folder, make_load(FLOWS[0]), make_load(FLOWS[0], **changes))
    )


def test_the_same_question_has_no_lines(tmp_path: Path) -> None:
    """When it was asked, and into which folder, is no setting."""
    later = {"created_at": "2027-01-01T00:00:00+00:00"}
    assert changed(tmp_path, **later) == []


def test_each_setting_says_which_run_had_what(tmp_path: Path) -> None:
    """The profile, the speed, what drove it and how many senders."""
    lines = changed(
        tmp_path,
        profile="twilio-2026",
        speed=1.0,
        generator={"driver": "users", "users": 50, "processes": 1},
        senders=[{"address": "55555", "type": "short_code", "country": "US"}],
    )
    assert lines == [
        "profile: twilio-2021 in A, twilio-2026 in B",
        "speed: 60 in A, 1 in B",
        "senders: 10 long codes, 1 short code of US in A, 1 short code of US in B",
        "driven by: arrivals at their own times, whatever was answered, from 2 "
        "processes in A, 50 users that wait for each answer, from 1 process in B",
    ]


def test_streams_of_the_same_name_are_held_against_each_other(tmp_path: Path) -> None:
    """How they were sent, how paced, when they came; others are only named."""
    one, two = make_load(*FLOWS), make_load(FLOWS[0])
    facts = two.manifest["strategies"][0]
    facts |= {"strategy": "short-code", "pacing": "burst", "concurrency": 10}
    assert settings_changed(manifests(tmp_path, one, two)) == [
        "concurrency: 100 in A, 10 in B",
        "codes, strategy: single-number in A, short-code in B",
        "codes, pacing: adaptive in A, burst in B",
        "stream newsletter: only in A",
    ]


def test_whom_a_stream_sends_from_is_a_setting(tmp_path: Path) -> None:
    """And so is how long a text may wait at Twilio."""
    one, two = make_load(FLOWS[0]), make_load(FLOWS[0])
    two.manifest["strategies"][0] |= {"numbers": ["1", "2"], "validity_period": 90}
    assert settings_changed(manifests(tmp_path, one, two)) == [
        "codes, numbers: all in A, 1 and 2 in B",
        "codes, validity period: the profile's longest in A, 1m 30s in B",
    ]


def test_options_and_machine_count_too(tmp_path: Path) -> None:
    """Times over HTTP are the machine's as well; where it wrote to is nothing."""
    lines = changed(
        tmp_path,
        options={"count": 0, "country": "US", "api_latency": 5, "out": "elsewhere"},
        machine={"cpus": 8},
    )
    assert "option api_latency: none in A, 5 in B" in lines
    assert any(line.startswith("machine: ") and "cpus 8 in B" in line for line in lines)
    assert not any("elsewhere" in line for line in lines)


def test_runs_of_the_same_value_stand_together(tmp_path: Path) -> None:
    """With three of them the two that agree are named in one breath."""
    records = [make_record("one", texts=0, seed=seed) for seed in (1, 2, 1)]
    found = settings_changed(manifests(tmp_path, *records))
    assert found == ["seed: 1 in A and C, 2 in B"]


def test_a_run_that_was_stopped_is_no_whole_one(tmp_path: Path) -> None:
    """Figures of half a run are not held against a whole one unsaid."""
    message = {"example": "x", "encoding": "GSM-7", "segments": 1, "distinct": 1}
    lines = changed(tmp_path, complete=False, message=message)
    assert lines == [
        "whole: yes in A, no: it was stopped before its end in B",
        "message: none in A, GSM-7, 1 segment, different bodies 1 in B",
    ]


def test_letters_go_on() -> None:
    """After Z comes A1."""
    assert [letter(place) for place in (0, 25, 26)] == ["A", "Z", "A1"]
