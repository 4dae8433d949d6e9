"""Chance: even, decided by names alone, and delays as long as they were asked for."""

from __future__ import annotations

from collections import Counter
from statistics import correlation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.chance import Delay, draw, draws_of, new_sid, nth
from simulator.engine.profile import LogNormal
from tests.simulator.engine.builders import AT_ONCE, LAWS

DRAWS = [draw(7, "chance", n) for n in range(20_000)]
BINS = 20
CRITICAL = 60.0
"""Chi-square with 19 degrees of freedom is above this once in 250,000 times."""

names = st.lists(st.one_of(st.integers(), st.text(max_size=9)), max_size=4)


@pytest.mark.parametrize("place", range(4))
def test_draws_are_even(place: int) -> None:
    """Each of the four numbers fills twenty bins alike."""
    found = Counter(int(draws[place] * BINS) for draws in DRAWS)
    expected = len(DRAWS) / BINS
    assert sum((found[n] - expected) ** 2 / expected for n in range(BINS)) < CRITICAL


@pytest.mark.parametrize(("a", "b"), [(0, 1), (0, 2), (1, 3), (2, 3)])
def test_the_numbers_of_a_draw_are_independent(a: int, b: int) -> None:
    """One of the four tells nothing of another."""
    of_a, of_b = [d[a] for d in DRAWS], [d[b] for d in DRAWS]
    assert abs(correlation(of_a, of_b)) < 0.03


def test_neighbours_are_independent() -> None:
    """The draw for one message tells nothing of the draw for the next."""
    first = [draws[0] for draws in DRAWS]
    assert abs(correlation(first[:-1], first[1:])) < 0.03


@LAWS
@given(names)
def test_a_draw_is_decided_by_its_names(these: list[int | str]) -> None:
    """The same names draw the same four numbers, none of them 0 or 1."""
    assert draw(*these) == draw(*these)
    assert all(0 < number < 1 for number in draw(*these))


def test_other_names_draw_otherwise() -> None:
    """Seeds, recipients and the order of names all make a difference."""
    assert len({draw(1, "a"), draw(2, "a"), draw(1, "b"), draw("a", 1)}) == 4
    assert len(set(DRAWS)) == len(DRAWS)


@LAWS
@given(st.sampled_from(["SM", "MM", "MG"]), names)
def test_a_sid_is_a_sid(prefix: str, these: list[int | str]) -> None:
    """Two letters and 32 hexadecimal digits, the same for the same names."""
    sid = new_sid(prefix, *these)
    assert sid[:2] == prefix
    assert int(sid[2:], 16) >= 0
    assert (len(sid), sid) == (34, new_sid(prefix, *these))


@LAWS
@given(names)
def test_a_sid_holds_the_draws_of_its_names(these: list[int | str]) -> None:
    """What a SID decides is what its names decide, whatever its two letters."""
    assert draws_of(new_sid("SM", *these)) == draws_of(new_sid("MM", *these))
    assert draws_of(new_sid("SM", *these)) == draw(*these)


@LAWS
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_series_is_even_everywhere(start: int, seed: int) -> None:
    """Any hundred in a row fill ten bins alike, wherever one begins."""
    some = [nth(start + n, seed) for n in range(100)]
    found = Counter(int(10 * quantile) for quantile in some)
    assert all(8 <= found[n] <= 12 for n in range(10))


@LAWS
@given(st.floats(0.001, 100), st.floats(1, 100))
def test_a_delay_has_its_quantiles(median: float, spread: float) -> None:
    """Half of all delays are below the median, 99 % below p99, to a grain."""
    delay = Delay(LogNormal(median=median, p99=median * spread))
    assert delay.at(0.5) == pytest.approx(median, rel=0.02)
    assert delay.at(0.99) == pytest.approx(median * spread, rel=0.02)


@LAWS
@given(st.floats(0.0001, 0.9999), st.floats(0.0001, 0.9999))
def test_a_delay_grows_with_its_quantile(a: float, b: float) -> None:
    """Of two quantiles the larger has the longer delay, and none is below 0."""
    delay = Delay(LogNormal(median=0.08, p99=0.25))
    low, high = sorted((a, b))
    assert 0 < delay.at(low) <= delay.at(high)


def test_no_delay_is_none() -> None:
    """A median of 0 is no delay at all, at any quantile."""
    assert [Delay(AT_ONCE).at(q) for q in (0.001, 0.5, 0.999)] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(("median", "p99"), [(-1.0, 1.0), (2.0, 1.0)])
def test_a_delay_that_cannot_be_says_so(median: float, p99: float) -> None:
    """A median below 0 or above the p99 is a mistake."""
    with pytest.raises(ValueError, match="0 <= median <= p99"):
        LogNormal(median=median, p99=p99)
