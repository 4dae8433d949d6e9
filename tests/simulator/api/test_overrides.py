"""Connection overrides: what a URL's fragment asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.api.overrides import Overrides, read_overrides

URL = "http://127.0.0.1/cb"


def test_by_default_only_a_failed_connection_is_tried_again() -> None:
    """One retry, on `ct`, within 5 and 15 seconds."""
    assert read_overrides(URL) == Overrides(
        connect_timeout=5.0,
        read_timeout=15.0,
        total_timeout=15.0,
        retries=1,
        retry_on=frozenset({"ct"}),
    )


def test_all_keys_are_obeyed() -> None:
    """The settings of a hospital's real program are read."""
    overrides = read_overrides(
        f"{URL}#ct=3000&rt=1500&tt=9000&rc=5&rp=all&sni=n&e=dublin"
    )
    assert overrides == Overrides(
        connect_timeout=3.0,
        read_timeout=1.5,
        total_timeout=9.0,
        retries=5,
        retry_on=frozenset({"4xx", "5xx", "ct", "rt"}),
    )


@pytest.mark.parametrize(
    ("fragment", "named"),
    [
        ("ct=99", "ct=99"),
        ("rt=15001", "rt=15001"),
        ("tt=soon", "tt=soon"),
        ("rc=6", "rc=6"),
        ("rc=-1", "rc=-1"),
        ("rp=5xx,6xx", "rp=6xx"),
        ("retries=3", "'retries'"),
    ],
)
def test_a_bad_value_is_named_and_the_default_holds(fragment: str, named: str) -> None:
    """What cannot be is told by name; the rest of the fragment counts."""
    overrides = read_overrides(
        f"{URL}#{fragment}&rc=2" if "rc" not in fragment else f"{URL}#{fragment}"
    )
    (problem,) = overrides.problems
    assert problem.startswith(named)
    assert overrides.connect_timeout == 5.0


@given(fragment=st.text(max_size=40))
def test_no_fragment_breaks_the_reader(fragment: str) -> None:
    """Whatever stands there, callbacks stay within Twilio's bounds."""
    overrides = read_overrides(f"{URL}#{fragment}")
    assert 0.1 <= overrides.total_timeout <= 15
    assert 0 <= overrides.retries <= 5


@pytest.mark.parametrize(
    ("fragment", "name", "value"),
    [
        ("ct=100", "connect_timeout", 0.1),
        ("ct=10000", "connect_timeout", 10.0),
        ("rt=100", "read_timeout", 0.1),
        ("rt=15000", "read_timeout", 15.0),
        ("tt=100", "total_timeout", 0.1),
        ("tt=15000", "total_timeout", 15.0),
        ("rc=0", "retries", 0),
        ("rc=5", "retries", 5),
        ("rp=4xx", "retry_on", {"4xx"}),
        ("rp=5xx,rt", "retry_on", {"5xx", "rt"}),
        ("rp=all", "retry_on", {"4xx", "5xx", "ct", "rt"}),
    ],
)
def test_each_row_of_the_page_holds_to_its_bounds(
    fragment: str, name: str, value: Any
) -> None:
    """The least and the most that Twilio takes are taken, and nothing else changes."""
    overrides = read_overrides(f"{URL}#{fragment}")
    assert overrides.problems == ()
    assert overrides == replace(read_overrides(URL), **{name: value})
