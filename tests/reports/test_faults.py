"""Faults in a report: how often they struck, and when, in words and in spans."""

from __future__ import annotations

from math import inf
from typing import Any

from reports.faults import fault_lines, shading, spans
from reports.manifests import Manifest, StruckFacts


def make_manifest(*faults: dict[str, Any], struck: list[list[int]]) -> Manifest:
    """Return the manifest of a run with faults, and of nothing else."""
    return Manifest(
        format=4,
        smslab="0",
        created_at="",
        complete=True,
        seed=1,
        profile="twilio-2021",
        clock="virtual",
        strategies=(),
        faults=faults,
        struck=tuple(
            StruckFacts(name=str(n), counts=tuple(counts))
            for n, counts in enumerate(struck)
        ),
    )


ALWAYS: dict[str, Any] = {"what": "reset", "from": 0.0}
WHILE: dict[str, Any] = {"what": "filtered", "from": 60.0, "to": 120.0}
SINCE: dict[str, Any] = {"what": "list-lag", "from": 30.0}


def test_strikes_are_told() -> None:
    """The same in all as one figure, else the least and the most."""
    (line,) = fault_lines(make_manifest(ALWAYS, WHILE, struck=[[3, 1_000], [3, 7]]))
    assert line == (
        "Went wrong on order (how often, least to most of all strategies): "
        "reset: 3, filtered from 1m to 2m: 7 to 1,000."
    )
    (alone,) = fault_lines(make_manifest(SINCE, struck=[[0]]))
    assert alone == "Went wrong on order: list-lag from 30s: 0."


def test_what_nobody_has_counted_is_said_so() -> None:
    """As of a load over sockets, whose simulator is gone; without faults, nothing."""
    (line,) = fault_lines(make_manifest(ALWAYS, struck=[]))
    assert line == "Went wrong on order: reset: not counted."
    assert list(fault_lines(make_manifest(struck=[]))) == []


def test_spans_are_of_what_did_not_hold_all_the_time() -> None:
    """Each once, in order; what held from first to last would shade everything."""
    manifest = make_manifest(ALWAYS, WHILE, WHILE, SINCE, struck=[])
    assert spans(manifest) == [(30.0, inf), (60.0, 120.0)]
    assert shading(manifest) == (
        "Shaded: faults on order (filtered from 1m to 2m, filtered from 1m to 2m, "
        "list-lag from 30s)."
    )
    assert shading(make_manifest(ALWAYS, struck=[])) == ""
