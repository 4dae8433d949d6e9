"""Curves: levels, bins and percentiles, against slow and simple counts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.curves import (
    answers,
    arrivals,
    counts_in,
    depths,
    in_flight,
    percentile,
    slices,
    steps,
    thin,
    total,
)
from tests.reports.builders import add_call, add_message, make_record, read_back

if TYPE_CHECKING:
    from pathlib import Path

    from reports.runs import Floats

instants = st.integers(0, 30).map(float)
stays = st.lists(
    st.tuples(instants, st.one_of(instants, st.just(math.inf))).map(
        lambda pair: (pair[0], max(pair))
    ),
    max_size=40,
)


@given(stays=stays)
def test_a_level_is_never_negative_and_nothing_is_lost(
    stays: list[tuple[float, float]],
) -> None:
    """In the end stands what came and never left."""
    curve = steps(*_columns(stays))
    assert (curve.levels >= 0).all()
    left = sum(1 for _, down in stays if down == math.inf)
    assert (curve.levels[-1] if len(curve.levels) else 0) == left


@given(stays=stays, now=st.floats(-1, 31))
def test_a_level_is_how_many_have_come_and_not_gone(
    stays: list[tuple[float, float]], now: float
) -> None:
    """Sampling a curve counts the stays that cover the instant."""
    curve = steps(*_columns(stays))
    inside = sum(1 for up, down in stays if up <= now < down)
    assert curve.sample(np.array([now])).tolist() == [inside]


@given(
    stays=stays, cuts=st.lists(st.floats(0, 31), min_size=2, max_size=8, unique=True)
)
def test_a_bin_holds_its_highest_level(
    stays: list[tuple[float, float]], cuts: list[float]
) -> None:
    """The peak of a bin is the most that was there at any of its instants."""
    edges = np.array(sorted(cuts))
    curve = steps(*_columns(stays))
    for low, high, peak in zip(edges, edges[1:], curve.peaks(edges), strict=False):
        moments = [low, *(up for up, _ in stays if low <= up < high)]
        levels = [sum(1 for up, down in stays if up <= t < down) for t in moments]
        assert peak == max(levels)


@given(
    values=st.lists(st.floats(0, 1e6), min_size=1, max_size=50),
    percent=st.sampled_from([1.0, 50.0, 95.0, 99.0, 100.0]),
)
def test_a_percentile_is_the_least_value_that_enough_do_not_exceed(
    values: list[float], percent: float
) -> None:
    """It is one of the values, and the one before it is too small."""
    ordered = np.sort(np.array(values))
    found = percentile(ordered, percent)
    assert found in values
    assert (ordered <= found).mean() * 100 >= percent - 1e-9
    assert (ordered < found).mean() * 100 < percent


def test_the_percentile_of_nothing_is_nothing() -> None:
    """No value was measured, so none is given."""
    assert percentile(np.zeros(0), 50) is None


def test_queue_depth_counts_from_queued_to_sending(tmp_path: Path) -> None:
    """Two wait behind the first; one that never left goes when it ended."""
    record = make_record("one", texts=3)
    add_message(record, "one", 0, queued_at=0.0, sending_at=0.0)
    add_message(record, "one", 1, queued_at=0.0, sending_at=5.0)
    add_message(
        record, "one", 2, queued_at=1.0, sending_at=None, sent_at=None, ended_at=8.0
    )
    [one] = read_back(record, tmp_path).strategies
    [(sender, curve)] = depths(one.messages).items()
    assert sender == "+14155550100"
    assert curve.sample(np.array([0.0, 1, 5, 7.9, 8])).tolist() == [1, 2, 1, 1, 0]
    assert curve.peak == 2


def test_each_sender_has_its_own_queue(tmp_path: Path) -> None:
    """A message without a queue is in nobody's."""
    record = make_record("one", texts=3)
    add_message(record, "one", 0, sender="a")
    add_message(record, "one", 1, sender="b", sending_at=3.0)
    add_message(record, "one", 2, sender="b", queued_at=None)
    [one] = read_back(record, tmp_path).strategies
    assert {name: q.peak for name, q in depths(one.messages).items()} == {
        "a": 1,
        "b": 1,
    }


def test_requests_are_in_flight_until_their_answer(tmp_path: Path) -> None:
    """One that got none is not counted: when it was given up is not known."""
    record = make_record("one", texts=3)
    add_call(record, "one", 0, started_at=0.0, answered_at=2.0)
    add_call(record, "one", 1, started_at=1.0, answered_at=3.0)
    add_call(record, "one", 2, started_at=1.0, answered_at=None, http_status=0)
    [one] = read_back(record, tmp_path).strategies
    flight = in_flight(one.calls)
    assert flight.sample(np.array([0.0, 1, 2, 3])).tolist() == [1, 2, 1, 0]


def test_answers_are_binned_by_kind(tmp_path: Path) -> None:
    """The most frequent kind is first; no answer counts at the call's beginning."""
    record = make_record("one", texts=4)
    for call, at in enumerate([0.5, 1.5, 1.6]):
        add_call(record, "one", call, answered_at=at)
    add_call(record, "one", 3, answered_at=2.0, http_status=429, error_code=20429)
    add_call(record, "one", 4, started_at=0.9, answered_at=None, http_status=0)
    [one] = read_back(record, tmp_path).strategies
    found = answers(one.calls, width=1.0)
    assert found.kinds == ((201, 0), (0, 0), (429, 20429))
    assert found.counts.tolist() == [[1, 2, 0], [1, 0, 0], [0, 0, 1]]
    assert found.edges.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("number", [0, 1, 5, 1000])
def test_a_thinned_curve_keeps_its_ends(number: int) -> None:
    """All its points are the curve's own."""
    curve = arrivals(np.arange(number, dtype=np.float64))
    few = thin(curve, 10)
    assert len(few.at) == min(number, 10)
    assert set(few.at) <= set(curve.at)
    assert few.levels.tolist()[-1:] == curve.levels.tolist()[-1:]


def _columns(stays: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    ups, downs = zip(*stays, strict=True) if stays else ((), ())
    return np.array(ups, dtype=np.float64), np.array(downs, dtype=np.float64)


@given(
    pairs=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 99)), max_size=60),
    percent=st.sampled_from([1.0, 50.0, 95.0, 99.0, 100.0]),
)
def test_each_slice_has_the_percentile_of_what_is_in_it(
    pairs: list[tuple[int, int]], percent: float
) -> None:
    """As if each were reckoned alone; an empty one has none."""
    at, values = (np.array([pair[i] for pair in pairs], dtype=float) for i in (0, 1))
    [found] = slices(at, values, np.arange(11.0), np.array([percent]))
    for place, value in enumerate(found):
        inside = np.sort(values[at == place])
        expected = percentile(inside, percent)
        assert math.isnan(value) if expected is None else value == expected


def test_a_slice_holds_nothing_that_is_not_known() -> None:
    """A call without an answer took no time that could be counted."""
    at, nan = np.array([1.0, 1.0, math.nan]), math.nan
    [found] = slices(at, np.array([5.0, nan, 7.0]), np.arange(3.0), np.array([99.0]))
    assert found[1] == 5.0
    assert counts_in(at, np.arange(3.0)).tolist() == [0, 2]


@given(first=stays, second=stays)
def test_levels_add_up(
    first: list[tuple[float, float]], second: list[tuple[float, float]]
) -> None:
    """The sum of two is the level of both together, at any instant."""
    parts = [steps(*_apart(one)) for one in (first, second)]
    grid = np.arange(-1, 32, 0.5)
    whole = steps(*_apart([*first, *second])).sample(grid)
    assert total(parts).sample(grid).tolist() == whole.tolist()


def _apart(stays: list[tuple[float, float]]) -> tuple[Floats, Floats]:
    up, down = (np.array([stay[i] for stay in stays], dtype=float) for i in (0, 1))
    return up, down
