"""ULIDs hold an instant and the digits they were made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from simulator.api.ulids import digits_of, ulid

AT = datetime(2026, 1, 31, tzinfo=UTC)


@given(st.integers(0, 16**20 - 1))
def test_the_digits_are_read_back(number: int) -> None:
    """Whatever was put in comes out."""
    digits = f"{number:020x}"
    made = ulid(AT, digits)
    assert len(made) == 26
    assert digits_of(made) == digits


def test_a_later_one_sorts_later() -> None:
    """By milliseconds, whatever their digits are."""
    later = AT + timedelta(milliseconds=1)
    assert ulid(AT, "f" * 20) < ulid(later, "0" * 20)


def test_other_words_are_none() -> None:
    """Neither a SID nor a letter that is not in the alphabet."""
    assert digits_of("SM" + "0" * 32) is None
    assert digits_of("0" * 25 + "u") is None
