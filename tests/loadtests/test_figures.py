"""Figures: exact, the same whole as in parts, and each part handed over once."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.figures import CALLS, COUNTED, EVENTS, METRICS, REAL, TEXTS, Figures
from sms.errors import TABLE
from sms.statuses import INBOUND, TERMINAL, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Callable

times = st.floats(-1e3, 1e9)
singles = [name for name, counted in COUNTED.items() if not counted.parts]
counts = st.tuples(st.sampled_from(singles), st.integers(0, 1000))
noted = st.lists(st.tuples(st.sampled_from(list(METRICS)), times) | counts, max_size=40)


def made(notes: list[tuple[str, Any]]) -> Figures:
    """Return figures of times and counts, noted in order."""
    figures = Figures()
    for name, value in notes:
        (figures.add if name in METRICS else figures.count)(name, value)
    return figures


def timed(*seconds: float) -> Figures:
    """Return figures of a metric's times alone."""
    return made([("call", time) for time in seconds])


def sums(figures: Figures) -> list[float | None]:
    """Return what of figures does not depend on the order they came in."""
    return [
        *(figures.quantile(name, q) for name in METRICS for q in (0, 0.5, 0.95, 1)),
        *(figures.mean(name) for name in METRICS),
        *(figures.number(name) for name in COUNTED),
    ]


@pytest.mark.parametrize("name", METRICS)
def test_each_metric_says_what_it_is(name: str) -> None:
    """A name without an arrow is one that any keyboard has."""
    metric = METRICS[name]
    assert metric.name == name
    assert metric.ascii.isascii()
    assert metric.ascii == name.replace("→", "-")
    assert metric.each in (CALLS, TEXTS)
    assert metric.meaning


def test_the_lag_alone_is_in_real_seconds() -> None:
    """All else is in the seconds of the run."""
    assert [m.name for m in METRICS.values() if m.unit == REAL] == ["lag"]


def test_all_ends_and_codes_are_counted() -> None:
    """Every status of a text is counted, as an end or as still open, and every code."""
    statuses = set(MessageStatus) - INBOUND
    names = {str(s) if s in TERMINAL else f"open {s}" for s in statuses}
    assert names | {str(code) for code in TABLE} < COUNTED.keys()


def test_what_shares_are_of_is_counted() -> None:
    """Refusals are a share of the calls, all else of the texts."""
    of_calls = [name for name, counted in EVENTS.items() if counted.of == CALLS]
    assert of_calls == [CALLS, "429"]
    assert {counted.of for counted in COUNTED.values()} == {CALLS, TEXTS}


@given(seconds=st.lists(times, min_size=1, max_size=60), q=st.floats(0, 1))
def test_a_quantile_is_numpys(seconds: list[float], q: float) -> None:
    """To the last bit it is what numpy interpolates by default."""
    assert timed(*seconds).quantile("call", q) == np.quantile(seconds, q)


@given(st.lists(times, min_size=1, max_size=60))
def test_the_ends_are_quantiles(seconds: list[float]) -> None:
    """The shortest and the longest are the quantiles 0 and 1."""
    figures = timed(*seconds)
    ends = [figures.min("call"), figures.max("call")]
    assert ends == [min(seconds), max(seconds)]
    assert [figures.quantile("call", q) for q in (0, 1)] == ends


@given(st.lists(times, min_size=1, max_size=60))
def test_a_mean_is_exact(seconds: list[float]) -> None:
    """No sum of many small times loses digits on the way."""
    exact = sum(map(Fraction, seconds)) / len(seconds)
    mean = timed(*seconds).mean("call")
    assert mean == pytest.approx(float(exact), rel=1e-15)


def test_a_quantile_sees_what_came_since() -> None:
    """A time added after a question is in the next answer."""
    figures = timed(1.0, 3.0)
    assert figures.quantile("call", 0.5) == 2.0
    figures.add("call", 9.0)
    assert figures.quantile("call", 0.5) == 3.0
    figures.drain().add("call", 1.0)
    assert figures.quantile("call", 0.5) is None


@pytest.mark.parametrize("metric", METRICS)
def test_of_nothing_there_is_nothing(metric: str) -> None:
    """No time has no quantile, no mean and no ends."""
    figures = Figures()
    assert figures.quantile(metric, 0.5) is None
    assert figures.mean(metric) is figures.max(metric) is figures.min(metric) is None
    assert not figures.samples(metric)


def test_samples_are_a_copy_in_their_order() -> None:
    """Whoever takes them cannot change the figures."""
    figures = timed(3.0, 1.0)
    samples = figures.samples("call")
    samples.append(2.0)
    assert list(figures.samples("call")) == [3.0, 1.0]


def test_a_share_is_of_its_own_whole() -> None:
    """The same number is another share of calls than of texts."""
    figures = made([(TEXTS, 10), (CALLS, 4), ("429", 1), ("30003", 1), ("failed", 2)])
    found = [figures.share(name) for name in ("429", "30003", "failed", TEXTS)]
    assert found == [0.25, 0.1, 0.2, 1.0]
    assert Figures().share("429") is None


def test_what_is_open_is_the_sum_of_its_statuses() -> None:
    """It is never counted by itself, so that both cannot differ."""
    figures = made([(TEXTS, 10), ("open sent", 2), ("open queued", 3)])
    assert figures.number("open") == 5
    assert figures.share("open") == 0.5
    with pytest.raises(ValueError, match="'open' is a sum: count one of its parts"):
        figures.count("open")


def test_a_code_of_no_table_is_counted() -> None:
    """What Twilio answers is never thrown away for being new."""
    figures = made([(TEXTS, 4), ("59999", 1)])
    assert figures.share("59999") == 0.25


@given(first=noted, second=noted)
def test_parts_make_the_whole(
    first: list[tuple[str, Any]], second: list[tuple[str, Any]]
) -> None:
    """Merged in either order they are the same to the last bit."""
    whole, one, other = made(first + second), made(first), made(second)
    one.merge(other)
    other.merge(made(first))
    assert one.to_wire() == whole.to_wire()
    assert sums(one) == sums(other) == sums(whole)


@given(noted)
def test_the_wire_changes_nothing(notes: list[tuple[str, Any]]) -> None:
    """Through MessagePack and back they are the same."""
    wire = made(notes).to_wire()
    sent = msgspec.msgpack.decode(msgspec.msgpack.encode(wire))
    assert sent == wire
    assert Figures.from_wire(sent).to_wire() == wire


@given(st.lists(noted, max_size=5))
def test_all_is_handed_over_once(intervals: list[list[tuple[str, Any]]]) -> None:
    """What is drained between the intervals is all there was, and no more."""
    worker, master = Figures(), Figures()
    for notes in intervals:
        worker.merge(made(notes))
        master.merge(worker.drain())
        assert worker.to_wire() == Figures().to_wire()
    whole = made([note for notes in intervals for note in notes])
    assert master.to_wire() == whole.to_wire()


BAD: dict[str, Callable[[Figures], object]] = {
    "no metric 'calls': did you mean 'call'": lambda f: f.add("calls", 1.0),
    "no metric 'p95': there are accepted→sent, sent": lambda f: f.mean("p95"),
    "lag: nan is no time": lambda f: f.add("lag", math.nan),
    "lag: inf is no time": lambda f: f.add("lag", math.inf),
    "nothing is counted as 'canceld': did you mean 'canc": lambda f: f.count("canceld"),
    "nothing is counted as '03003'": lambda f: f.number("03003"),
    "quantile 95 of call: give one from 0 to 1": lambda f: f.quantile("call", 95),
    "no metric 'x'": lambda _: Figures.from_wire({"samples": {"x": b""}, "counts": {}}),
}


@pytest.mark.parametrize(("said", "do"), BAD.items())
def test_what_is_not_known_is_named(said: str, do: Callable[[Figures], object]) -> None:
    """The error says what was given and what would do, and nothing is noted."""
    figures = Figures()
    with pytest.raises(ValueError, match=said) as caught:
        do(figures)
    assert len(str(caught.value).splitlines()) == 1
    assert figures.to_wire() == Figures().to_wire()
