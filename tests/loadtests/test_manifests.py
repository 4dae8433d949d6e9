"""Manifests: what a run says of itself."""

from __future__ import annotations

import json
from importlib.metadata import version

from loadtests.manifests import describe
from loadtests.records import FORMAT
from tests.loadtests.trials import STARTED_AT, make_plan


def test_a_manifest_tells_how_to_repeat_the_run() -> None:
    """Seed, profile, clock, options, versions and senders; it is plain JSON."""
    manifest = describe(
        make_plan(5, seed=9, redeliver=2),
        started_at=STARTED_AT,
        clock="virtual",
        speed=0.0,
        deadline=60.0,
        options={"count": 5},
    )
    assert json.loads(json.dumps(manifest)) == manifest
    assert (manifest["format"], manifest["seed"]) == (FORMAT, 9)
    assert (manifest["redeliver"], manifest["deadline"]) == (2, 60.0)
    assert manifest["start_at"] == "2026-11-23T10:00:00+00:00"
    assert manifest["machine"]["libraries"]["aiohttp"] == version("aiohttp")
    assert "short_code" in {sender["type"] for sender in manifest["senders"]}


def test_a_run_is_not_whole_before_it_has_ended() -> None:
    """Nothing vouches for what has not been done."""
    manifest = describe(
        make_plan(1),
        started_at=STARTED_AT,
        clock="real",
        speed=60.0,
        deadline=None,
        options={},
    )
    assert (manifest["complete"], manifest["strategies"]) == (False, [])
