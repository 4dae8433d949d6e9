"""Gauges: how far a load is, from what the simulator says alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loadtests.gauges import INTERVAL, Gauge, Reading, Readings
from tests.loadtests.loadings import CODES, HEAD, NEWS, read_small

if TYPE_CHECKING:
    from collections.abc import Iterator

LOAD = read_small()


def health(now: float, refused: int = 0, **messages: int) -> dict[str, Any]:
    """Return what a simulator says of itself."""
    return {
        "simulated_seconds": now,
        "messages": messages,
        "requests": {"refused": refused, "in_flight": 1},
        "queues": {"messages": messages.get("queued", 0)},
    }


def test_a_reading_counts_what_the_simulator_has() -> None:
    """Refused requests and those in flight were submitted too."""
    reading = Readings(LOAD).take(health(9.0, 2, queued=3, delivered=4))
    assert (reading.submitted, reading.accepted, reading.refused) == (10, 7, 2)
    assert (reading.delivered, reading.queued) == (4, 3)


def test_time_is_left_until_the_last_text_is_due() -> None:
    """Counted from the first request, in real seconds; then it drains."""
    readings = Readings(read_small(HEAD + CODES))
    assert readings.take(health(100.0)).time_left == 7.0 / 60
    assert readings.take(health(106.0, queued=5)).time_left == 1.0 / 60
    reading = readings.take(health(106.5, queued=8))
    assert reading.time_left is None
    assert reading.cells()["time left"] == "draining"


def test_without_arrivals_it_goes_on_as_it_has_been() -> None:
    """A third of it done in ten seconds leaves twenty."""
    readings = Readings(read_small(HEAD + NEWS))
    readings.take(health(5.0))
    assert readings.take(health(15.0, queued=2)).time_left == pytest.approx(20 / 60)


def test_without_a_terminal_a_line_is_told_now_and_then(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One every INTERVAL, on stderr."""
    times: Iterator[float] = iter([0.0, 0.0, INTERVAL / 2, INTERVAL])
    reading = Reading(
        submitted=1200, accepted=3, refused=4, delivered=5, queued=6, time_left=7.4
    )
    with Gauge(lambda: next(times)) as gauge:
        for _ in range(3):
            gauge.show(reading)
    said = capsys.readouterr()
    line = (
        "submitted 1,200, accepted 3, refused 4, delivered 5, queued 6, time left 7 s"
    )
    assert said.out == ""
    assert said.err.splitlines() == [line, line]


def test_on_a_terminal_one_line_changes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is gone in the end."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with Gauge() as gauge:
        gauge.show(Readings(LOAD).take(health(9.0, 2, queued=3)))
    assert "refused" in capsys.readouterr().err
