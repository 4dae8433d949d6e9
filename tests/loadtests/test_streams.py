"""Streams: texts that are sent by one strategy, in whole or in parts."""

from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from loadtests.climbing import ClimbingRun
from loadtests.streams import STATUS_CALLBACK, counts_of
from sender.plans import Attempt
from tests.loadtests.loadings import CODES, HEAD, NEWS, read_small

LOAD = read_small()

STAIRS = """
[[streams]]
name = "stairs"
strategy = "number-pool"
kind = "traffic"
count = 5
until = "share(429) < 1%"
arrivals = "staircase first=1 step=1 hold=10s steps=3"
"""


@given(st.integers(1, 9), st.sampled_from(["codes", "news"]))
def test_parts_are_the_whole(count: int, name: str) -> None:
    """Each text is in one worker's part, however many they are."""
    stream = LOAD.stream(name)
    parts = [list(stream.part(index, count)) for index in range(count)]
    whole = sorted(chain(*parts), key=lambda text: text.key)
    assert whole == list(stream.scenario.texts)


def test_bulk_is_one_workers_alone() -> None:
    """The first of them sends all of it, the others nothing."""
    stream = read_small(HEAD + NEWS.replace("notify", "bulk")).stream("news")
    assert list(stream.part(0, 3)) == list(stream.scenario.texts)
    assert [list(stream.part(index, 3)) for index in (1, 2)] == [[], []]


def test_a_run_begins_with_the_first_text() -> None:
    """Of all, or of those it is given."""
    stream = LOAD.stream("codes")
    step = stream.begin(STATUS_CALLBACK).step(0.0)
    assert isinstance(step, Attempt)
    assert list(step.call.texts) == [stream.scenario.texts[0]]
    later = stream.begin(STATUS_CALLBACK, stream.part(1, 2)).step(1.0)
    assert isinstance(later, Attempt)
    assert list(later.call.texts) == [stream.scenario.texts[1]]


def test_a_staircase_is_climbed() -> None:
    """A stream with a threshold has a run that looks at it, step by step."""
    (stream,) = read_small(HEAD + STAIRS).streams
    assert len(stream.levels) == 3
    assert isinstance(stream.begin(STATUS_CALLBACK), ClimbingRun)


def test_a_stream_without_arrivals_has_no_steps() -> None:
    """There is nothing to climb."""
    assert LOAD.stream("news").levels == ()


def test_the_summary_is_what_the_manifest_says() -> None:
    """Name and strategy apart, and what its run has counted."""
    stream = LOAD.stream("codes")
    run = stream.begin(STATUS_CALLBACK, ())
    run.gave_up = 2
    facts = stream.summary(counts_of(run), complete=True, finished_at=9.0)
    assert (facts["name"], facts["strategy"]) == ("codes", "number-pool")
    assert (facts["kind"], facts["texts"], facts["gave_up"]) == ("traffic", 8, 2)
    assert facts["arrivals"] == "steady rate=1 duration=8s"


def test_the_summary_says_from_which_numbers() -> None:
    """And how long a text may wait; none is all, and the profile's longest."""
    text = HEAD + CODES + 'numbers = ["+14155550100"]\nvalidity_period = "90s"\n'
    found = []
    for load in (read_small(text), LOAD):
        stream = load.stream("codes")
        facts = stream.summary({}, complete=True, finished_at=9.0)
        found.append((facts["numbers"], facts["validity_period"]))
    assert found == [(["+14155550100"], 90), ([], None)]
