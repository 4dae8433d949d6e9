"""Spreading: by country, least loaded first, round a full queue."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sender.strategies.spreading import Spread, is_toll_free
from sms.segments import segment
from tests.sender.virtual import BRITISH, LONG_CODES, TOLL_FREE

US, CA, GB, DE = "+14155550123", "+15145550123", "+447700900123", "+4930123456"
bodies = st.sampled_from(["a", "b" * 161, "c" * 400, "ü→", "d" * 1_000])


@pytest.mark.parametrize(
    ("number", "expected"),
    [(TOLL_FREE, True), ("+448005550100", False), (BRITISH, False), (US, False)],
)
def test_toll_free_numbers_are_known(number: str, *, expected: bool) -> None:
    """The toll-free codes are those of +1 alone."""
    assert is_toll_free(number) is expected


@pytest.mark.parametrize(
    ("recipient", "numbers", "expected"),
    [
        (GB, [*LONG_CODES, BRITISH], {BRITISH}),
        (US, [*LONG_CODES, BRITISH, TOLL_FREE], {*LONG_CODES, TOLL_FREE}),
        (CA, [*LONG_CODES, TOLL_FREE], {TOLL_FREE}),
        (CA, LONG_CODES, {*LONG_CODES}),
        (DE, [*LONG_CODES, BRITISH, TOLL_FREE], {*LONG_CODES, BRITISH}),
        (DE, [TOLL_FREE], {TOLL_FREE}),
        ("nonsense", [BRITISH, TOLL_FREE], {BRITISH}),
    ],
)
def test_a_country_is_served_by_its_numbers(
    recipient: str, numbers: list[str], expected: set[str]
) -> None:
    """Its own numbers where it has any, else all long codes, else whatever there is."""
    spread = Spread(numbers)
    assert {spread.choose(recipient, "a") for _ in range(20)} == expected


@settings(max_examples=300, deadline=None)
@given(sent=st.lists(st.tuples(st.sampled_from([US, GB, DE]), bodies), max_size=60))
def test_the_least_loaded_is_next(sent: list[tuple[str, str]]) -> None:
    """It does what a search through all loads would, ties by order."""
    numbers = [*LONG_CODES, BRITISH]
    serving = {US: list(LONG_CODES), GB: [BRITISH], DE: numbers}
    spread, load = Spread(numbers), dict.fromkeys(numbers, 0)
    for recipient, body in sent:
        expected = min(serving[recipient], key=lambda number: load[number])
        assert spread.choose(recipient, body) == expected
        load[expected] += segment(body).segments


def test_a_full_number_waits_while_others_have_room() -> None:
    """After its refusal the next texts go to the others, whatever their load."""
    spread = Spread(LONG_CODES)
    full = spread.choose(US, "a" * 1_000)
    spread.mark_full(full)
    assert full not in {spread.choose(US, "a" * 1_000) for _ in range(30)}


def test_all_full_is_as_good_as_none() -> None:
    """Once each has been found full, all are in turn again."""
    spread = Spread(LONG_CODES)
    for number in LONG_CODES:
        spread.mark_full(number)
    assert {spread.choose(US, "a") for _ in range(3)} == {*LONG_CODES}


def test_old_news_counts_once() -> None:
    """Fifty calls in flight that find the same queue full say one thing."""
    spread = Spread(LONG_CODES)
    for number in LONG_CODES[:1] * 50 + LONG_CODES[1:]:
        spread.mark_full(number)
    assert {spread.choose(US, "a") for _ in range(3)} == {*LONG_CODES}


def test_an_unknown_number_is_no_news() -> None:
    """A short code's full queue says nothing of the numbers."""
    spread = Spread(LONG_CODES)
    spread.mark_full("72345")
    assert spread.choose(US, "a") == LONG_CODES[0]
