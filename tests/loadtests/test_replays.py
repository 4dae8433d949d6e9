"""Replay: instants out of a file, or one line on what is wrong with it."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.replays import Replay, read_replay

SAME = (
    "1\n2.5\n2.5\n4\n",
    "4\n2.5\n\n1\n2.5",
    "\ufeffat\r\n1\r\n2.5\r\n2.5\r\n4\r\n",
    'to, Arrival\nAnn,1\n"B\nob",2.5\nCid,4\nDora, "2.5"\n',
    "time,at\nx,1\ny,2.5\nz,2.5\nw,4\n",
)
"""Files of the same four arrivals."""

DATES = (
    "timestamp\n2026-11-23T09:00:03Z\n2026-11-23T10:00:01.5+01:00\n20261123T090001+00\n",
    "2026-11-23 09:00:03\n2026-11-23 09:00:01.5\n2026-11-23 09:00:01\n",
)

BAD = {
    "": "holds no arrival",
    "\n\n": "holds no arrival",
    "at\n": "holds no arrival",
    "seconds\n1\n2\n": "line 1 'seconds': write all as seconds",
    "a,b\n1,2\n": "no column called at, arrival, time or timestamp; line 1 names 'a",
    "1\n-2\n3\n": "line 2 '-2'",
    "1\nnan\n3\n": "line 2 'nan'",
    "1\ninf\n3\n": "line 2 'inf'",
    "1\n1763900000\n": "line 2 '1763900000'",
    "at,b\n1,2\n,3\n": "line 3 ''",
    "b,at\n1,2\n3\n": "line 3 ''",
    "1\n2\n2026-11-23T09:00:00Z\n": "line 3 '2026",
    "2026-11-23T09:00Z\n2026-11-23T09:01\n2026-11-23T09:02Z\n": "line 2 '2026",
    "2026-11-23\n2028-11-23\n": "line 2 '2028",
    "x\nno\ny\nz\n1\nw\n": "line 1 'x', line 2 'no', line 3 'y' and 2 more",
    '1\n"2\n3\n': "line 3: unexpected end of data",
}


@pytest.mark.parametrize("text", SAME)
def test_instants_come_from_the_one_column_that_has_them(text: str) -> None:
    """They are sorted; empty lines, blanks and a mark at the start do not matter."""
    assert read_replay(text, "a.csv").instants == (1.0, 2.5, 2.5, 4.0)


@pytest.mark.parametrize("text", DATES)
def test_date_times_are_counted_from_the_first(text: str) -> None:
    """Whatever their zones, if all have one or none has."""
    assert read_replay(text, "a.csv").instants == (0.0, 0.5, 2.0)


@pytest.mark.parametrize(("text", "problem"), BAD.items())
def test_bad_rows_are_one_line_with_file_line_and_value(
    text: str, problem: str
) -> None:
    """All of them in one error, of which the first are shown."""
    with pytest.raises(ValueError, match=r"^a\.csv: ") as caught:
        read_replay(text, "a.csv")
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(alphabet="0123456789.,-:TZ\n\"'atime e\0", max_size=40) | st.text())
def test_any_text_is_a_replay_or_an_error(text: str) -> None:
    """Nothing else is raised, and what is read can be played."""
    with suppress(ValueError):
        replay = read_replay(text, "a.csv")
        assert all(0 <= at < replay.duration for at in replay.arrivals())


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(-1, 2e6))
def test_a_replay_counts_as_the_other_profiles_do(
    instants: list[float], at: float
) -> None:
    """What has arrived by an instant came before it, in the end all."""
    replay = Replay(tuple(sorted(instants)))
    assert list(replay.arrivals(seed=5)) == sorted(instants)
    assert replay.arrived_by(at) == sum(instant < at for instant in instants)
    assert replay.arrived_by(replay.duration) == replay.count == len(instants)
    assert replay.arrived_by(math.inf) == replay.count


def test_the_rate_is_what_comes_within_the_second_around() -> None:
    """Half a second on each side."""
    replay = Replay((1.0, 2.5, 2.5, 4.0))
    assert [replay.rate(at) for at in (0.4, 1.0, 2.5, 3.2)] == [0.0, 1.0, 2.0, 0.0]
    assert replay.duration == 5.0
    assert str(replay) == "replay"
