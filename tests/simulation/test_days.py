"""Days at the real server in virtual time keep the laws, and are the same twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.simulation.counting import EDGES, ENOUGH, Reached, reached
from tests.simulation.days import Options, play_day
from tests.simulation.laws import breaches

DAYS = [Options(seed=seed, acts=120, seconds=600.0) for seed in range(3)]
BAD = [replace(day, bad=True) for day in DAYS]


@pytest.mark.parametrize("options", [*DAYS, *BAD], ids=lambda day: day.command)
def test_a_day_keeps_the_laws(options: Options) -> None:
    """Whatever customers do and whatever goes wrong."""
    assert breaches(play_day(options)) == [], options.command


def test_a_day_is_the_same_twice() -> None:
    """The same seed gives the same events, answers and callbacks, faults included."""
    assert play_day(BAD[0]).digest == play_day(BAD[0]).digest


def test_another_seed_is_another_day() -> None:
    """The hash says something of what happened."""
    assert play_day(DAYS[0]).digest != play_day(DAYS[1]).digest


def test_a_command_plays_a_day_again() -> None:
    """All of its options are in it."""
    assert BAD[2].command == (
        "python -m tests.simulation --seed 2 --acts 120 --seconds 600 --bad"
    )


def test_what_is_seldom_reached_is_told() -> None:
    """Nothing is shown of what hardly happened."""
    one = reached(play_day(DAYS[0]))
    assert set(one.edges) <= set(EDGES)
    assert "reset" in one.vacuous()
    assert "2xx" not in one.vacuous()
    total = Reached()
    for _ in range(ENOUGH):
        total.add(one)
    assert total.days == ENOUGH
    assert total.answers["2xx"] == ENOUGH * one.answers["2xx"]
