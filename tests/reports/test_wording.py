"""Wording: what stands in a report for a number."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.titles import WAITED, answered, named, retryable, title
from reports.wording import counted, duration, money, price, share
from sms.errors import TABLE


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "0s"),
        (0.0804, "80ms"),
        (0.9999, "1s"),
        (1.0, "1s"),
        (4.25, "4.2s"),
        (9.96, "10s"),
        (59.6, "1m"),
        (612.0, "10m 12s"),
        (1800.0, "30m"),
        (4800.0, "1h 20m"),
        (3599.9, "1h"),
        (90_000.0, "25h"),
        (None, "–"),
        (math.nan, "–"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float | None, words: str) -> None:
    """The larger first, rounded as one would say it."""
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("micros", "words"),
    [(0, "$0.00"), (41_200_000, "$41.20"), (1_000_005_000, "$1,000.01"), (-1, "$0.00")],
)
def test_money_is_dollars_and_cents(micros: int, words: str) -> None:
    """Rounded for the eye alone."""
    assert money(micros) == words


@pytest.mark.parametrize(
    ("micros", "words"), [(8_300, "$0.0083"), (4_167, "$0.004167"), (10**9, "$1000.00")]
)
def test_a_price_keeps_its_fractions(micros: int, words: str) -> None:
    """Two digits at least."""
    assert price(micros) == words


@given(whole=st.integers(1, 10**7), missing=st.integers(1, 100))
def test_a_share_is_100_only_where_nothing_is_missing(whole: int, missing: int) -> None:
    """99.96 % is not everything."""
    assert share(whole, whole) == "100.0 %"
    assert share(max(whole - missing, 0), whole) != "100.0 %"


def test_a_share_of_nothing_is_nothing() -> None:
    """There was no whole."""
    assert share(0, 0) == "–"


def test_one_thing_stands_in_the_singular() -> None:
    """And a thousand have a comma."""
    assert counted(1, "text") == "1 text"
    assert counted(1000, "text") == "1,000 texts"


@pytest.mark.parametrize("code", sorted(TABLE))
def test_every_code_has_a_title_fit_for_people(code: int) -> None:
    """No name in braces is left in it."""
    assert title(code)
    assert "{" not in title(code)


def test_codes_unknown_or_absent_are_said() -> None:
    """A code of tomorrow is shown with its number."""
    assert named(99_999) == "99999 Not in our table"
    assert named(0) == "No answer, or no code"


def test_30001_has_a_title_for_each_of_its_meanings() -> None:
    """The number is Twilio's in both, and so is the advice to send again."""
    assert named(30001) == "30001 Queue overflow"
    assert named(WAITED) == "30001 Waited past its validity period"
    assert retryable(WAITED)
    assert not retryable(0)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ((201, 0), "201 created"),
        ((202, 0), "202 accepted"),
        ((0, 0), "no answer"),
        ((500, 0), "500"),
        ((429, 20429), "429 20429 Too many requests in flight"),
    ],
)
def test_an_answer_is_named_by_status_and_code(
    kind: tuple[int, int], words: str
) -> None:
    """As a legend has it."""
    assert answered(kind) == words
