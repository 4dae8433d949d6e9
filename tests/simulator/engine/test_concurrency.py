"""Requests in flight: so many, and not one more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.limits import Concurrency
from sms.errors import TOO_MANY_REQUESTS
from tests.simulator.engine.builders import LAWS, make_gateway, make_profile, refusal


def test_one_too_many_is_refused() -> None:
    """Above the limit a request gets 20429 and is not counted in."""
    limits = Concurrency(2)
    assert [limits.enter(), limits.enter()] == [1, 2]
    assert refusal(limits.enter) == TOO_MANY_REQUESTS.code
    assert limits.in_flight == 2


def test_an_answer_makes_room() -> None:
    """When one has left, another may enter."""
    limits = Concurrency(1)
    limits.enter()
    limits.leave()
    assert limits.enter() == 1


@LAWS
@given(st.integers(1, 5), st.lists(st.booleans(), max_size=40))
def test_never_more_than_the_limit(limit: int, moves: list[bool]) -> None:
    """Whatever comes and goes, in flight are those let in and not out again."""
    limits = Concurrency(limit)
    inside = peak = refused = 0
    for enters in moves:
        if enters and inside == limit:
            refusal(limits.enter)
            refused += 1
        elif enters:
            inside += 1
            assert limits.enter() == inside
        elif inside:
            inside -= 1
            limits.leave()
        peak = max(peak, inside)
    assert (limits.in_flight, limits.peak, limits.refusals) == (inside, peak, refused)


def test_the_profile_sets_the_limit() -> None:
    """An account has the profile's limit: a hundred unless told."""
    assert make_gateway().limits.limit == 100
    assert make_gateway(profile=make_profile(concurrency=3)).limits.limit == 3


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_lets_somebody_in(limit: int) -> None:
    """A limit below one is a mistake, and says so."""
    with pytest.raises(ValueError, match=f"at least 1, not {limit}"):
        Concurrency(limit)
