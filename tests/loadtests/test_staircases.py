"""Climbs: levels judged in turn, and the knee between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.arrivals import Level
from loadtests.staircases import Climb, Knee, lowest

LEVELS = tuple(Level(n * 10.0, n * 10.0 + 10, 5.0 + n) for n in range(4))


class Judge:
    """Gives one answer to all, and keeps what it was asked."""

    def __init__(self, *, answer: bool) -> None:
        self.asked: list[Level] = []
        self._answer = answer

    def __call__(self, level: Level) -> bool:
        """Answer, and note the question."""
        self.asked.append(level)
        return self._answer


def climbed(answers: list[bool]) -> Climb:
    """Return a climb of so many levels that is judged to its end."""
    climb = Climb(LEVELS[: len(answers)])
    climb.judge(100.0, lambda level: answers[LEVELS.index(level)])
    return climb


@given(st.lists(st.booleans(), min_size=1, max_size=4))
def test_the_knee_is_the_last_that_held_before_one_broke(answers: list[bool]) -> None:
    """None where the first broke, and the last level where none did."""
    held = [*answers, False].index(False)
    climb = climbed(answers)
    assert climb.knee == (LEVELS[held - 1] if held else None)
    assert climb.broken_at == (LEVELS[held] if held < len(answers) else None)
    assert climb.over


def test_no_level_is_judged_before_it_is_over() -> None:
    """And none twice."""
    climb, judge = Climb(LEVELS), Judge(answer=True)
    for now in (0.0, 9.9, 10.0, 10.1, 25.0, 39.9):
        climb.judge(now, judge)
    assert judge.asked == list(LEVELS[:3])
    assert (climb.knee, climb.broken_at, climb.over) == (LEVELS[2], None, False)


def test_what_is_not_known_yet_is_asked_again() -> None:
    """A later level may break first; the knee is certain once those below are known."""
    climb = Climb(LEVELS)
    known: dict[Level, bool] = {LEVELS[0]: True, LEVELS[2]: False}
    climb.judge(40.0, known.get)
    assert (climb.broken_at, climb.over) == (LEVELS[2], False)
    known[LEVELS[1]] = True
    climb.judge(41.0, known.get)
    assert (climb.knee, climb.broken_at, climb.over) == (LEVELS[1], LEVELS[2], True)


def test_a_lower_break_found_later_is_the_one_that_counts() -> None:
    """The knee is below the lowest level that broke."""
    climb = Climb(LEVELS)
    climb.judge(40.0, {LEVELS[0]: True, LEVELS[2]: False}.get)
    climb.judge(40.0, {LEVELS[1]: False}.get)
    assert (climb.knee, climb.broken_at, climb.over) == (LEVELS[0], LEVELS[1], True)


def test_nothing_is_asked_above_what_broke() -> None:
    """What comes after a break says nothing of the knee."""
    climb, judge = Climb(LEVELS), Judge(answer=False)
    climb.judge(40.0, judge)
    assert judge.asked == [LEVELS[0]]
    assert (climb.knee, climb.over) == (None, True)


def test_an_instant_is_in_the_level_that_begins_with_it() -> None:
    """Outside of all it is in none."""
    levels = (*LEVELS[:2], LEVELS[3])
    found = [Climb(levels).level_of(at) for at in (-1, 0, 9.9, 10, 20, 29, 30, 40)]
    assert found == [None, 0, 0, 1, None, None, 2, None]


def test_a_climb_needs_a_level() -> None:
    """A profile without any is no staircase."""
    with pytest.raises(ValueError, match="needs a level"):
        Climb(())


def knee(rate: float | None, broken_at: float | None) -> Knee:
    """Return how a worker says its climb ended."""
    return {"check": "p95(call) < 1s", "rate": rate, "broken_at": broken_at}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (knee(5.0, 6.0), knee(6.0, 7.0)),
        (knee(None, 5.0), knee(5.0, 6.0)),
        (knee(8.0, 9.0), knee(8.0, None)),
        (knee(7.0, None), knee(8.0, None)),
    ],
)
def test_of_many_climbs_the_lowest_knee_counts(one: Knee, other: Knee) -> None:
    """Whoever broke first says where; who broke nowhere came highest."""
    assert lowest([one, other]) is lowest([other, one]) is one
