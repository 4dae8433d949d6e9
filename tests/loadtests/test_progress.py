"""Progress: a bar a strategy, with or without a terminal."""

from __future__ import annotations

import pytest

from loadtests.progress import Bars
from loadtests.sessions import Progress


def test_without_a_terminal_the_end_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each strategy has one line on stderr, and stdout stays clean."""
    with Bars() as bars:
        for done in (0, 5, 9):
            bars.show(Progress("number-pool", done * 1000.0, done, 10))
        bars.show(Progress("notify", 61.0, 10, 10))
    said = capsys.readouterr()
    lines = said.err.strip().splitlines()
    assert said.out == ""
    assert len(lines) == 2
    assert "number-pool" in lines[0]
    assert "9/10" in lines[0]
    assert "2:30:00" in lines[0]
    assert "10/10" in lines[1]
    assert "0:01:01" in lines[1]


def test_what_never_began_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """An error before the first step has stderr for itself."""
    with Bars():
        pass
    assert capsys.readouterr().err == ""


def test_a_bar_stops_with_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """What goes wrong in between is not swallowed, and the bars are put away."""

    def stop(bars: Bars) -> None:
        with bars:
            bars.show(Progress("notify", 0.0, 3, 10))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop(Bars())
    assert "3/10" in capsys.readouterr().err
