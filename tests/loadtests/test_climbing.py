"""A climb up a staircase: it stops where the threshold breaks."""

from __future__ import annotations

import pytest

from loadtests.climbing import ClimbingRun
from loadtests.streams import STATUS_CALLBACK
from sender.plans import Attempt, Done, Fate, Outcome, Wait
from tests.loadtests.loadings import HEAD, read_small

STAIRS = """
[[streams]]
name = "stairs"
strategy = "number-pool"
pacing = "burst"
kind = "traffic"
count = 5
arrivals = "staircase first=1 step=1 hold=10s steps=3"
"""
"""Three steps of ten seconds: 10, 20 and 30 texts."""


def climbing(until: str = "share(refused) < 50%", more: str = "") -> ClimbingRun:
    """Return a run up three steps."""
    (stream,) = read_small(HEAD + STAIRS + f'until = "{until}"\n{more}').streams
    run = stream.begin(STATUS_CALLBACK)
    assert isinstance(run, ClimbingRun)
    return run


def climb(
    run: ClimbingRun, refused_from: float, latency: float = 0.0, status: int = 400
) -> int:
    """Run to the end; calls meant from an instant on are refused. Return how many."""
    now, calls = 0.0, 0
    while not isinstance(step := run.step(now), Done):
        if isinstance(step, Attempt):
            calls += 1
            refused = (step.intended_at or 0.0) >= refused_from
            run.settle(Outcome(step, status if refused else 201), now + latency)
        elif isinstance(step, Wait):
            now = max(now + 0.01, step.until)
    return calls


def test_where_nothing_breaks_all_is_sent() -> None:
    """The knee is the last step, and none is named as broken."""
    run = climbing()
    assert climb(run, refused_from=99.0) == 60
    assert not run.broken
    assert run.knee["broken_at"] is None


@pytest.mark.parametrize(
    ("refused_from", "begun", "rate", "broken_at"),
    [(0.0, 10, None, 1.0), (10.0, 30, 1.0, 2.0)],
)
def test_the_knee_lies_below_the_step_that_broke(
    refused_from: float, begun: int, rate: float | None, broken_at: float
) -> None:
    """No more is begun, but for what was due at that very instant."""
    run = climbing()
    assert climb(run, refused_from) in (begun, begun + 1)
    assert run.broken
    assert (run.knee["rate"], run.knee["broken_at"]) == (rate, broken_at)


@pytest.mark.parametrize(
    ("until", "status"), [("share(429) < 50%", 429), ("share(ambiguous) < 50%", 0)]
)
def test_what_is_refused_or_never_answered_breaks_a_step(
    until: str, status: int
) -> None:
    """A call that is made again counts in its step each time, its text once."""
    run = climbing(until)
    climb(run, refused_from=10.0, status=status)
    assert run.broken
    assert (run.knee["rate"], run.knee["broken_at"]) == (1.0, 2.0)


def test_what_is_sent_again_after_the_last_step_is_in_none() -> None:
    """A text that failed goes out once more, and no step is judged by it."""
    run = climbing(more="redeliver = 1")
    now, made = 0.0, []
    while not isinstance(step := run.step(now), Done):
        if isinstance(step, Attempt):
            made.append(step.intended_at)
            run.settle(Outcome(step, 201 if now < 30 else 400), now)
            if now < 30:
                run.report(Fate(step.call.texts[0], "undelivered", 30003), now)
        elif isinstance(step, Wait):
            now = max(now + 0.01, step.until)
    assert len(made) == 120
    assert not run.broken


def test_a_slow_answer_breaks_a_step() -> None:
    """Service time is judged too, by what each step's own calls took."""
    run = climbing("p95(service) < 1s")
    assert climb(run, refused_from=99.0, latency=2.0) < 60
    assert run.knee == {
        "check": "p95(service) < 1s",
        "rate": None,
        "broken_at": 1.0,
    }


def test_no_step_is_judged_by_what_only_callbacks_tell() -> None:
    """The error says what would do."""
    with pytest.raises(ValueError, match="judged by its calls alone, by one of call"):
        climbing("share(delivered) > 99%")
