"""Faults as they are written: in a file, and on a command line."""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.config import load_config
from simulator.engine.faults import KINDS, Fault
from simulator.fault_tables import (
    parse_fault,
    parse_faults,
    read_fault,
    read_fault_file,
    read_faults,
    spelled,
)
from simulator.keys import ConfigError

BAD_DAY = Path(__file__).parents[2] / "examples" / "bad-day.toml"

_SETTINGS: dict[str, st.SearchStrategy[Any]] = {
    "path": st.sampled_from(["Messages", "/v1/Services"]),
    "recipient": st.sampled_from(["+14155550123", "+447700900123"]),
    "sender": st.sampled_from(["72345", "+14155550100"]),
    "country": st.sampled_from(["US", "GB"]),
    "share": st.floats(1e-6, 1.0),
    "count": st.integers(1, 1_000),
    "seconds": st.floats(1e-3, 1e4),
    "factor": st.floats(1.0, 100.0),
    "times": st.integers(1, 50),
    "median": st.floats(1e-3, 1.0),
    "p99": st.floats(2.0, 100.0),
}


@st.composite
def faults(draw: st.DrawFn) -> Fault:
    """Draw any fault that can be ordered."""
    what = draw(st.sampled_from(list(KINDS)))
    kind = KINDS[what]
    named = draw(st.sets(st.sampled_from([*kind.filters, *kind.values]), max_size=4))
    begins_at = draw(st.floats(0, 1e5))
    ends_at = draw(st.just(inf) | st.floats(1.0, 1e5).map(lambda s: begins_at + s))
    settings = {name: draw(_SETTINGS[name]) for name in sorted(named)}
    return Fault(what=what, begins_at=begins_at, ends_at=ends_at, **settings)


@given(faults())
def test_a_fault_is_read_as_it_is_spelled(fault: Fault) -> None:
    """To the last digit, from a command line as from a file."""
    assert parse_fault(spelled(fault)) == fault
    assert read_faults([fault.facts()]) == (fault,)


def test_people_write_shares_and_durations() -> None:
    """And short names of what a client sees."""
    fault = parse_fault("500-after: share=2%, from=10m, to=1h30m, path=Messages")
    assert fault == Fault(
        what="error-after", share=0.02, begins_at=600, ends_at=5400, path="Messages"
    )
    assert parse_fault("429") == Fault(what="too-many-requests")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "has no kind: there are too-many-requests, error-before"),
        ("eror-after", "no fault 'eror-after': did you mean 'error-after'"),
        ("reset: shar=1%", "reset has no key 'shar': did you mean 'share'"),
        ("reset: factor=2", "reset has no key 'factor': there are what, from, to"),
        ("reset: share", "'share' has no value: write \"error-after: share=2%"),
        ("reset: share=1%, share=2%", "has 'share' twice"),
        ("reset: share=x", "share: 'x' is no number"),
        ("reset: share=200%", "share: '200%' is no share"),
        ("reset: count=1.5", "count: '1.5' is no whole number"),
        ("reset: from=2x", "from: '2x' is no duration"),
        ("reset: from=20m, to=10m", "to is after from .1200.0., not 600.0"),
    ],
)
def test_a_slip_of_the_pen_is_named(text: str, complaint: str) -> None:
    """In one line, with what was typed and what would do."""
    with pytest.raises(ConfigError, match=complaint) as caught:
        parse_fault(text)
    assert str(caught.value).startswith(f"--fault {text!r}")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[faults]]\nwhat = "reset"\nshar = 1', r"faults\[0\]: reset has no key 'sh"),
        ("[[faults]]\nshare = 0.1", r"faults\[0\] has no kind"),
        ('[[faults]]\nwhat = "reset"\nshare = true', "True is no number"),
        ('[[faults]]\nwhat = "reset"\npath = 3', "3 is no text"),
        ("faults = 3", "write each as a"),
        ("", "there is no fault in it"),
        ("[[", "a.toml: "),
    ],
)
def test_a_bad_file_is_named(text: str, complaint: str) -> None:
    """With its name, the table's place and the key."""
    with pytest.raises(ConfigError, match=complaint) as caught:
        read_fault_file(text, "a.toml")
    assert str(caught.value).startswith("a.toml: ")


def test_rules_and_files_may_be_mixed() -> None:
    """In the order in which they were given."""
    text = '[[faults]]\nwhat = "filtered"\nfrom = "10m"\n'
    found = parse_faults(["429", "a.toml", "reset"], {"a.toml": text}.__getitem__)
    assert [one.what for one in found] == ["too-many-requests", "filtered", "reset"]


def test_a_world_has_faults() -> None:
    """The same tables in a config file, with the file's name before what is wrong."""
    world = load_config('[[faults]]\nwhat = "reset"\nshare = "5%"\n', "w.toml").world
    assert world.faults == (Fault(what="reset", share=0.05),)
    with pytest.raises(ConfigError, match=r"w.toml: faults\[0\]: no fault 'rest'"):
        load_config('[[faults]]\nwhat = "rest"\n', "w.toml")


def test_the_bad_day_is_both() -> None:
    """The shipped mix is a world and a file of faults, with the same rules."""
    text = BAD_DAY.read_text("utf-8")
    found = read_fault_file(text, BAD_DAY.name)
    assert load_config(text, BAD_DAY.name).world.faults == found
    assert {one.stage for one in found} >= {"request", "answer", "carrier", "callback"}


def test_one_fault_is_read_by_itself() -> None:
    """As an object of JSON; anything else is told what would do."""
    assert read_fault({"what": "reset"}, "fault") == Fault(what="reset")
    with pytest.raises(ConfigError, match="fault: write an object such as"):
        read_fault(["reset"], "fault")
