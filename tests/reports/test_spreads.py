"""Spreads: percentiles, and the doubt that stands beside them."""

from __future__ import annotations

import numpy as np

from reports.spreads import Spread
from reports.wording import is_doubted, undoubted


def test_what_is_not_known_has_no_part() -> None:
    """Neither what never ended nor what is no number."""
    spread = Spread.of(np.array([3.0, np.nan, 1.0, -np.inf]))
    assert spread.ordered.tolist() == [1.0, 3.0]
    assert (spread.p50, spread.at(100)) == (1.0, 3.0)


def test_a_percentile_that_is_not_sound_says_so() -> None:
    """Its words are in brackets, and can be read without."""
    durations = np.array([12.0])
    assert Spread.of(durations).text(99) == "12s"
    words = Spread.of(durations, sound=False).text(99)
    assert words == "(12s)?"
    assert (is_doubted(words), undoubted(words)) == (True, "12s")


def test_a_percentile_may_lie_between_two() -> None:
    """Where it was asked for; else it is one that was measured."""
    durations = np.array([1.0, 2.0])
    assert Spread.of(durations).at(50) == 1.0
    between = Spread.of(durations, interpolated=True)
    assert (between.p50, between.at(75)) == (1.5, 1.75)
    assert Spread.of(np.zeros(0), interpolated=True).p95 is None


def test_nothing_cannot_be_doubted() -> None:
    """No figure is no unsound one."""
    assert Spread.of(np.zeros(0), sound=False).text(99) == "–"
