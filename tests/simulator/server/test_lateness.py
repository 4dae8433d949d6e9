"""Lateness is counted in grades: a quantile is a twentieth off at most, never low."""

from statistics import quantiles

from hypothesis import given
from hypothesis import strategies as st

from simulator.server.lateness import BOUND, Lateness, lateness_in_words


def counted(*late: float) -> Lateness:
    """Return what has counted these."""
    lateness = Lateness()
    for one in late:
        lateness.add(one)
    return lateness


@given(st.lists(st.floats(1e-5, 100.0), min_size=100, max_size=200))
def test_a_quantile_is_a_twentieth_off_at_most(late: list[float]) -> None:
    """Beside the very values, sorted."""
    lateness = counted(*late)
    exact = sorted(late)[-(-99 * len(late) // 100) - 1]
    assert exact * (1 - 1e-9) <= lateness.quantile(0.99) <= exact * 1.051
    assert lateness.longest == max(late)


def test_half_of_it_is_told_too() -> None:
    """The median of what lies between a millisecond and a tenth of a second."""
    late = [n / 1_000 for n in range(1, 100)]
    middle = quantiles(late, n=2)[0]
    assert middle <= counted(*late).quantile(0.5) <= middle * 1.051


def test_nothing_done_is_not_late() -> None:
    """Before the first step, and again once it begins anew."""
    lateness = counted(1.0)
    lateness.clear()
    assert lateness.facts() == Lateness().facts()
    assert lateness.held
    assert lateness.quantile(0.99) == 0.0


def test_what_is_late_beyond_measure_is_counted() -> None:
    """The last grade has no end."""
    lateness = counted(0.0, 1e9)
    assert lateness.quantile(0.5) <= 1e-5
    assert lateness.longest == 1e9
    assert lateness.count == 2


def test_one_in_fifty_too_late_is_said() -> None:
    """In one line that says how late and what would do."""
    lateness = counted(*[0.001] * 98, BOUND * 3, BOUND * 3)
    said = lateness_in_words(lateness.facts())
    assert said is not None
    assert "more than 30 ms of real time late" in said
    assert lateness_in_words(counted(*[0.001] * 100, 9.0).facts()) is None
