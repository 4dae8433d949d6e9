"""Arrivals: the integral, its inverse, and when each comes."""

from __future__ import annotations

import math
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.arrivals import (
    FASTEST,
    LONGEST,
    ArrivalProfile,
    Knots,
    Level,
    Spacing,
    share,
    share_of_arrivals,
)

STEADY = ((0.0, 4.0), (math.inf, 4.0))
BURSTS = ((0.0, 0.0), (5.0, 0.0), (5.0, 2.0), (9.0, 2.0), (9.0, 0.0), (20.0, 3.0))
BAD = (
    ((), "knots begin at 0"),
    (((0.0, 1.0),), "knots begin at 0"),
    (((1.0, 1.0), (2.0, 1.0)), "knots begin at 0"),
    (((0.0, 1.0), (2.0, 1.0), (1.0, 1.0)), "knots begin at 0"),
    (((0.0, 1.0), (math.nan, 1.0)), "knots begin at 0"),
    (((0.0, 1.0), (0.0, 1.0)), "ends within 366 days, not after 0"),
    (((0.0, 1.0), (LONGEST * 2, 1.0)), "ends within 366 days, not after 732"),
    (((0.0, 1.0), (1.0, -1.0)), "rates lie between 0 and 1000000 a second"),
    (((0.0, 1.0), (1.0, FASTEST * 2)), "not between 1 and 2e"),
    (((0.0, 1.0), (math.inf, 2.0)), "without end keeps its last rate"),
    (((0.0, 1.0), (math.inf, 1.0), (math.inf, 1.0)), "without end keeps"),
    (((0.0, 0.0), (1.0, 0.0)), "nothing would ever arrive"),
    (((0.0, 1.0), (1.0, 0.0), (math.inf, 0.0)), "nothing would ever arrive"),
)

rates = st.just(0.0) | st.floats(0.01, 50)
spans = st.just(0.0) | st.floats(0.01, 20)


@st.composite
def drawings(draw: st.DrawFn) -> Knots:
    """Return knots in any order of levels, slopes, steps and standstills."""
    first, pieces = draw(rates), draw(st.lists(st.tuples(spans, rates), max_size=8))
    at, knots = 0.0, [(0.0, first)]
    for span, rate in pieces:
        at += span
        knots.append((at, rate))
    return (*knots, (at + 1.0, draw(st.floats(0.01, 50))))


def make_profile(knots: Knots, spacing: Spacing = Spacing.EVEN) -> ArrivalProfile:
    """Return a profile of these knots."""
    return ArrivalProfile("drawn", knots, spacing)


def middle_sum(profile: ArrivalProfile, until: float) -> float:
    """Return the integral of the rate by the midpoint rule, piece by piece."""
    ats = [min(at, until) for at, _ in profile.knots]
    middles = (((a + b) / 2, b - a) for a, b in pairwise(ats))
    return math.fsum(profile.rate(middle) * width for middle, width in middles)


@given(drawings(), st.floats(0, 1))
def test_what_has_arrived_is_the_integral_of_the_rate(
    knots: Knots, part: float
) -> None:
    """The midpoint rule, exact where lines are straight, says the same."""
    profile = make_profile(knots)
    until = part * profile.duration
    assert profile.arrived_by(until) == pytest.approx(middle_sum(profile, until))


@given(drawings())
def test_as_many_arrive_as_the_integral_says(knots: Knots) -> None:
    """The count is the integral, rounded down, and so many come."""
    profile = make_profile(knots)
    whole = profile.arrived_by(profile.duration)
    assert profile.count is not None
    assert -1e-6 < whole - profile.count < 1
    assert len(list(profile.arrivals())) == profile.count


@given(drawings(), st.sampled_from(Spacing), st.integers(0, 9))
def test_arrivals_are_in_order_and_in_time(
    knots: Knots, spacing: Spacing, seed: int
) -> None:
    """None comes before the one ahead, before the start, or when all is over."""
    profile = make_profile(knots, spacing)
    arrivals = list(profile.arrivals(seed))
    assert arrivals == sorted(arrivals)
    assert all(0 <= at < profile.duration for at in arrivals)


@given(drawings())
def test_the_kth_comes_where_the_integral_is_k(knots: Knots) -> None:
    """The inverse is exact, up to rounding, in every piece."""
    profile = make_profile(knots)
    for k, at in enumerate(profile.arrivals()):
        assert profile.arrived_by(at) == pytest.approx(k, abs=1e-6)


@given(drawings())
def test_the_sum_never_falls(knots: Knots) -> None:
    """From instant to instant it grows or stays, from nothing to the whole."""
    profile = make_profile(knots)
    sums = [profile.arrived_by(n / 50 * profile.duration) for n in range(-1, 60)]
    assert all(a <= b + 1e-9 for a, b in pairwise(sums))
    assert (sums[0], sums[-1]) == (0.0, profile.arrived_by(math.inf))


def test_a_steady_rate_begins_at_once_and_need_not_end() -> None:
    """The first is at 0, the others follow at even distances."""
    profile = make_profile(STEADY)
    assert list(islice(profile.arrivals(), 5)) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert (profile.count, profile.duration) == (None, math.inf)
    assert (profile.rate(1e9), profile.arrived_by(1e9)) == (4.0, 4e9)
    assert profile.arrived_by(math.inf) == math.inf


def test_nothing_arrives_while_the_rate_is_0() -> None:
    """An arrival whose turn comes at a standstill waits until it is over."""
    arrivals = list(make_profile(BURSTS).arrivals())
    assert arrivals[:8] == [5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0, 8.5]
    assert arrivals[8] == 9.0
    assert len(arrivals) == 8 + 16


def test_at_a_step_the_rate_is_the_one_behind_it() -> None:
    """Outside of the profile it is 0."""
    profile = make_profile(BURSTS)
    assert [profile.rate(at) for at in (4.9, 5.0, 8.9, 9.0)] == [0.0, 2.0, 2.0, 0.0]
    assert [profile.rate(at) for at in (-1.0, 20.0, math.inf)] == [0.0, 0.0, 0.0]


def test_levels_are_where_the_rate_stays() -> None:
    """Slopes and steps are none."""
    levels = make_profile(BURSTS).levels
    assert levels == (Level(0.0, 5.0, 0.0), Level(5.0, 9.0, 2.0))


def test_rounding_loses_no_arrival() -> None:
    """Ten times a tenth are one, though floats add up to a little less."""
    knots = tuple((n / 10, 1.0) for n in range(11))
    assert make_profile(knots).count == 1


def test_the_same_seed_gives_the_same_arrivals() -> None:
    """Another gives others."""
    profile = make_profile(STEADY, Spacing.POISSON)
    one, same, other = (list(islice(profile.arrivals(s), 50)) for s in (1, 1, 2))
    assert one == same
    assert one != other


@pytest.mark.parametrize("seed", range(3))
def test_poisson_arrivals_keep_to_the_rate(seed: int) -> None:
    """In each half of a ramp so many come as its integral says, by five sigma."""
    profile = make_profile(((0.0, 0.0), (1000.0, 40.0)), Spacing.POISSON)
    arrivals = list(profile.arrivals(seed))
    first = sum(at < 500 for at in arrivals)
    for got, mean in ((first, 5000), (len(arrivals) - first, 15_000)):
        assert abs(got - mean) < 5 * math.sqrt(mean)


def test_poisson_gaps_are_exponential() -> None:
    """Of the gaps in the integral, a share exp(-x) is longer than x."""
    profile = make_profile(STEADY, Spacing.POISSON)
    arrivals = list(islice(profile.arrivals(7), 20_000))
    gaps = [(b - a) * 4 for a, b in pairwise(arrivals)]
    for x in (0.1, 1.0, 3.0):
        longer = sum(gap > x for gap in gaps) / len(gaps)
        assert longer == pytest.approx(math.exp(-x), abs=0.015)


@pytest.mark.parametrize(("knots", "problem"), BAD)
def test_what_is_no_drawing_is_refused(knots: Knots, problem: str) -> None:
    """The error says what knots must be."""
    with pytest.raises(ValueError, match=problem):
        make_profile(knots)


def test_a_profile_is_known_by_its_shape() -> None:
    """Without a spelling its name stands for it."""
    assert str(make_profile(STEADY)) == "drawn"
    assert str(ArrivalProfile("drawn", STEADY, spelling="a b=1")) == "a b=1"


@given(st.lists(st.integers()), st.integers(1, 7))
def test_every_item_is_in_exactly_one_part(items: list[int], count: int) -> None:
    """The parts, dealt back in turns, are the whole in its order."""
    parts = [share(items, index, count) for index in range(count)]
    lengths = [len(part) for part in parts]
    assert [parts[n % count][n // count] for n in range(len(items))] == items
    assert sum(lengths) == len(items)
    assert max(lengths) - min(lengths) <= 1


@given(st.lists(st.integers()), st.integers(1, 7))
def test_arrivals_are_dealt_out_as_items_are(items: list[int], count: int) -> None:
    """Each worker draws all and keeps its own."""
    for index in range(count):
        dealt = list(share_of_arrivals(iter(items), index, count))
        assert dealt == list(share(items, index, count))


@pytest.mark.parametrize(("index", "count"), [(2, 2), (-1, 2), (0, 0)])
def test_a_part_that_is_not_there_is_refused(index: int, count: int) -> None:
    """Else its recipients would be nobody's, or somebody's twice."""
    with pytest.raises(ValueError, match=f"part {index} of {count}"):
        share([1, 2], index, count)
    with pytest.raises(ValueError, match=f"part {index} of {count}"):
        share_of_arrivals([1, 2], index, count)
