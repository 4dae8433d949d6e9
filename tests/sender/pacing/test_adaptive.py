"""Adaptive: it finds the limit, stays near it and is seldom refused."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sender.broadcasts import BroadcastRun
from sender.pacing import Pacing, PacingOptions
from sender.pacing.adaptive import DECREASE, FIRST_DECREASE, START, Adaptive
from tests.sender.virtual import Log, Plain, americans, capped, drive, make_broadcast

LATENCY = 0.1
MANY = 20_000


def under_a_cap(pacing: Pacing, cap: int, refusal: float = 0.02) -> Log:
    """Send MANY texts where the API takes `cap` calls at a time."""
    broadcast = make_broadcast(*americans(MANY))
    return drive(
        BroadcastRun(broadcast, Plain(), pacing), capped(cap, LATENCY, refusal)
    )


def full(pacing: Adaptive) -> int:
    """Open calls until the window is full; return how many that took."""
    opened = 0
    while pacing.ready_at(0) <= 0:
        pacing.started(0)
        opened += 1
    return opened


@pytest.mark.parametrize("refusal", [0.005, LATENCY])
@pytest.mark.parametrize("cap", [20, 50, 100])
def test_a_hard_cap_is_used_to_87_percent(cap: int, refusal: float) -> None:
    """It does what the cap allows to 87 %, with about 1 % refused."""
    log = under_a_cap(Adaptive(PacingOptions()), cap, refusal)
    assert MANY * LATENCY / cap / log.ended_at >= 0.87
    assert log.share_refused() <= 0.022


@pytest.mark.parametrize("cap", [1, 2, 3, 5, 20])
def test_no_text_is_given_up_under_a_cap(cap: int) -> None:
    """However few requests are allowed, every text comes through."""
    pacing = Adaptive(PacingOptions())
    run = BroadcastRun(make_broadcast(*americans(4_000)), Plain(), pacing)
    drive(run, capped(cap))
    assert run.gave_up == 0


def test_it_doubles_until_the_first_refusal() -> None:
    """A round of answers to a full window doubles it."""
    pacing = Adaptive(PacingOptions())
    assert full(pacing) == START
    for _ in range(int(START)):
        pacing.settled(0)
        full(pacing)
    assert pacing.window == 2 * START


def test_after_a_refusal_it_grows_by_one_a_round() -> None:
    """A round of answers to a full window then adds one."""
    pacing = Adaptive(PacingOptions())
    full(pacing)
    pacing.refused(0)
    window = pacing.window
    while pacing._open > window:
        pacing.settled(0)
    for _ in range(int(window)):
        full(pacing)
        pacing.settled(0)
    assert pacing.window == pytest.approx(window + 1, abs=0.2)


def test_one_round_shrinks_it_once() -> None:
    """Ten refusals out of one window count as one; the next after it counts again."""
    pacing = Adaptive(PacingOptions())
    full(pacing)
    for _ in range(int(START) + 1):
        pacing.refused(0)
    assert pacing.window == START * FIRST_DECREASE
    pacing.refused(0)
    assert pacing.window == pytest.approx(START * FIRST_DECREASE * DECREASE)


def test_refusals_without_end_leave_a_window_of_one() -> None:
    """One call at a time is always allowed."""
    pacing = Adaptive(PacingOptions())
    for _ in range(500):
        pacing.refused(0)
    assert pacing.window == 1


def test_an_idle_window_does_not_grow() -> None:
    """One call at a time teaches nothing of the limit."""
    pacing = Adaptive(PacingOptions())
    for _ in range(100):
        pacing.started(0)
        pacing.settled(0)
    assert pacing.window == START


@settings(max_examples=300, deadline=None)
@given(events=st.lists(st.sampled_from(["start", "refuse", "settle"]), max_size=300))
def test_the_window_keeps_its_word(events: list[str]) -> None:
    """It is never below 1, and nothing starts once it is full."""
    pacing, is_open = Adaptive(PacingOptions()), 0
    for event in events:
        ready = pacing.ready_at(2.0)
        assert (ready <= 2.0) == (is_open < int(pacing.window))
        assert ready <= 2.0 or ready == math.inf
        if event == "start" and ready <= 2.0:
            pacing.started(2.0)
            is_open += 1
        elif event == "refuse" and is_open:
            pacing.refused(2.0)
        elif event == "settle" and is_open:
            pacing.settled(2.0)
            is_open -= 1
        assert pacing.window >= 1
