"""Manifests: what a run says of itself."""

from __future__ import annotations

import json
from importlib.metadata import version

from loadtests.checks import judge_all, parse_check
from loadtests.figures import Figures
from loadtests.manifests import REAL, VIRTUAL, describe, describe_checks, describe_load
from loadtests.records import FORMAT
from tests.loadtests.loadings import read_small
from tests.loadtests.trials import STARTED_AT, make_plan


def test_a_manifest_tells_how_to_repeat_the_run() -> None:
    """Seed, profile, clock, options, versions and senders; it is plain JSON."""
    manifest = describe(
        make_plan(5, seed=9, redeliver=2),
        created_at=STARTED_AT,
        clock="virtual",
        speed=0.0,
        deadline=60.0,
        options={"count": 5},
    )
    assert json.loads(json.dumps(manifest)) == manifest
    assert (manifest["format"], manifest["seed"]) == (FORMAT, 9)
    assert (manifest["redeliver"], manifest["deadline"]) == (2, 60.0)
    assert manifest["created_at"] == "2026-11-23T10:00:00+00:00"
    assert manifest["start_at"] == "2026-11-23T17:00:00+00:00"
    assert manifest["machine"]["libraries"]["aiohttp"] == version("aiohttp")
    assert "short_code" in {sender["type"] for sender in manifest["senders"]}


def test_a_run_is_not_whole_before_it_has_ended() -> None:
    """Nothing vouches for what has not been done."""
    manifest = describe(
        make_plan(1),
        created_at=STARTED_AT,
        clock="real",
        speed=60.0,
        deadline=None,
        options={},
    )
    assert (manifest["complete"], manifest["strategies"]) == (False, [])


def test_a_load_says_how_it_is_put_on() -> None:
    """By whom, over which clock; what comes of it is added when it is over."""
    load = read_small(users=3)
    real, virtual = (
        describe_load(load, created_at=STARTED_AT, clock=clock, options={})
        for clock in (REAL, VIRTUAL)
    )
    assert json.loads(json.dumps(real)) == real
    assert (real["command"], real["redeliver"], real["speed"]) == ("load", 1, 60.0)
    assert real["generator"] == {"driver": "open", "users": 3, "processes": 1}
    assert (virtual["generator"], virtual["speed"]) == (None, 0.0)
    assert real["scenario"]["name"] == "a load"


def test_checks_are_told_in_words() -> None:
    """What each wanted and got, as the table has it."""
    judgements = judge_all([parse_check("count(texts) > 1")], Figures())
    assert describe_checks(judgements) == [
        {
            "check": "count(texts) > 1",
            "wanted": "> 1",
            "got": "0",
            "met": False,
        }
    ]
