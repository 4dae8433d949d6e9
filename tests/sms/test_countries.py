"""Calling codes and lengths are those of libphonenumber."""

from __future__ import annotations

from itertools import chain

import phonenumbers
import pytest

from sms.countries import CALLING_CODES, NORTH_AMERICA, SHARED, calling_code

REGIONS = phonenumbers.COUNTRY_CODE_TO_REGION_CODE


def test_every_calling_code_is_there() -> None:
    """All codes but +1 are in the table, with the country that comes first."""
    countries = {
        str(code): None if regions[0] == "001" else regions[0]
        for code, regions in REGIONS.items()
        if code != 1
    }
    assert {code: row.country for code, row in CALLING_CODES.items()} == countries


def test_every_country_can_be_found() -> None:
    """All are found, but Western Sahara, which has no range that is not Morocco's."""
    found = {row.country for row in CALLING_CODES.values()}
    found |= {"US", *NORTH_AMERICA.values()}
    found |= set(chain.from_iterable(ranges.groupindex for ranges in SHARED.values()))
    assert set(phonenumbers.SUPPORTED_REGIONS) - found == {"EH"}


def test_no_code_begins_another() -> None:
    """So the order in which their lengths are tried does not matter."""
    for code in CALLING_CODES:
        assert calling_code(f"{code}00000000") == code
    assert calling_code("14155550123") is calling_code("999") is None


@pytest.mark.parametrize("code", sorted(set(REGIONS) - {1}))
def test_lengths_are_possible(code: int) -> None:
    """A length is in the table exactly where libphonenumber finds it possible."""
    possible = {
        length
        for length in range(4, 15)
        if phonenumbers.is_possible_number_with_reason(
            phonenumbers.PhoneNumber(
                country_code=code, national_number=5 * 10 ** (length - 1)
            )
        )
        == phonenumbers.ValidationResult.IS_POSSIBLE
    }
    assert CALLING_CODES[str(code)].lengths & set(range(4, 15)) >= possible
