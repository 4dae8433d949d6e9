"""Carrying: what lies between a run and the world, without a loop around it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from sender.broadcasts import BroadcastRun, RunOptions
from sender.callbacks import CallbackReceived
from sender.calls import NO_ANSWER, Answer, CallMade
from sender.carrying import Carrying
from sender.pacing import PacingOptions
from sender.plans import Attempt, Call, Done, Wait
from sender.registry import find_pacing, find_strategy
from tests.sender.virtual import SENDERS, make_broadcast

RECIPIENT = "+14155550123"
CREATED = Answer(http_status=201, sid="SM1", concurrent_requests=3)


class Trip:
    """One text on its way, and what was observed."""

    def __init__(self, url: str | None = "http://127.0.0.1:1") -> None:
        broadcast = replace(make_broadcast(RECIPIENT), status_callback=url)
        self.made: list[CallMade] = []
        self.run = BroadcastRun(
            broadcast,
            find_strategy("messaging-service")(broadcast, SENDERS),
            find_pacing("windowed")(PacingOptions(window=1)),
            RunOptions(redeliver=1),
        )
        self.carrying = Carrying(self.run, name="w1", on_call=self.made.append)

    def send(self, answer: Answer, *, started_at: float, now: float) -> Call:
        """Make the call that is due, and let this come back for it."""
        attempt = self.carrying.step(started_at)
        assert isinstance(attempt, Attempt)
        call = self.carrying.begin(attempt)
        self.carrying.conclude(attempt, answer, started_at=started_at, now=now)
        return call


def told(
    call_number: int, status: str, error_code: int | None = None
) -> CallbackReceived:
    """Return a callback on the text that went with a call."""
    return CallbackReceived(
        call_key=f"w1.{call_number}",
        recipient=RECIPIENT,
        sid="SM1",
        status=status,
        error_code=error_code,
        received_at=0.0,
        duplicate=False,
    )


def test_a_call_is_told_of_with_its_times() -> None:
    """The observer learns when it began and ended, its outcome and the load."""
    trip = Trip()
    call = trip.send(CREATED, started_at=1.0, now=1.5)
    assert call.form["StatusCallback"] == "http://127.0.0.1:1?call=w1.0"
    [made] = trip.made
    assert (made.started_at, made.answered_at, made.in_flight) == (1.0, 1.5, 3)
    assert (made.outcome.http_status, made.outcome.sid) == (201, "SM1")


def test_without_an_answer_there_is_no_instant_of_one() -> None:
    """A call that is cut off is ambiguous, and its end is still waited for."""
    trip = Trip()
    trip.send(NO_ANSWER, started_at=1.0, now=1.5)
    assert trip.made[0].answered_at is None
    assert (trip.run.ambiguous, trip.carrying.matching.open_fates) == (1, 1)


def test_it_ends_with_the_last_text() -> None:
    """A failure that may pass makes another call due; its success ends the run."""
    trip = Trip()
    trip.send(CREATED, started_at=0.0, now=1.0)
    assert trip.carrying.receive(told(0, "sent"), 2.0) is None
    assert trip.carrying.receive(told(0, "undelivered", 30003), 3.0) is not None
    wait = trip.carrying.step(3.0)
    assert isinstance(wait, Wait)
    trip.send(CREATED, started_at=wait.until, now=wait.until)
    trip.carrying.receive(told(1, "delivered"), wait.until)
    assert trip.carrying.step(wait.until) == Done()


def test_nobody_waits_where_no_callback_was_asked_for() -> None:
    """Once the call is answered all is done."""
    trip = Trip(url=None)
    trip.send(CREATED, started_at=0.0, now=1.0)
    assert trip.carrying.step(1.0) == Done()


def test_silence_is_counted_from_what_was_last_heard() -> None:
    """A callback on the way puts off the end; then it is given up."""
    trip = Trip()
    trip.send(CREATED, started_at=0.0, now=1.0)
    assert trip.carrying.step(1.0, silence=10) == Wait(11.0)
    trip.carrying.receive(told(0, "sent"), 5.0)
    assert trip.carrying.step(11.0, silence=10) == Wait(15.0)
    assert trip.carrying.step(15.0, silence=10) == Done()


@pytest.mark.parametrize(("until", "expected"), [(8.0, 8.0), (math.inf, 11.0)])
def test_nothing_is_waited_for_beyond_the_limit(until: float, expected: float) -> None:
    """The limit cuts a wait short, and at the limit it is done."""
    trip = Trip()
    trip.send(CREATED, started_at=0.0, now=1.0)
    assert trip.carrying.step(1.0, until=until, silence=10) == Wait(expected)
    assert trip.carrying.step(expected, until=until, silence=10) == Done()


def test_nothing_begins_at_the_limit() -> None:
    """A text that is due is left where the time is over."""
    assert Trip().carrying.step(5.0, until=5.0) == Done()
