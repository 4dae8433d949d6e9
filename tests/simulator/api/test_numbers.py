"""The account's numbers and short codes."""

from __future__ import annotations

import pytest

from tests.simulator.api.caller import ACCOUNT, Caller, code

NUMBERS = f"{ACCOUNT}/IncomingPhoneNumbers.json"
CODES = f"{ACCOUNT}/SMS/ShortCodes.json"
TOLL_FREE = "+18335550100"


def test_all_that_is_owned_is_listed() -> None:
    """The default world has nine numbers, of three types, and one short code."""
    caller = Caller()
    numbers = caller.get(NUMBERS)["incoming_phone_numbers"]
    assert len(numbers) == 9
    assert {number["type"] for number in numbers} == {"local", "tollfree", "mobile"}
    codes = caller.get(CODES)["short_codes"]
    assert [code["short_code"] for code in codes] == ["72345"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("+1833", 1),
        (TOLL_FREE, 1),
        ("5550", 6),
        ("+1*12555", 3),
        ("0" * 20, 0),
        ("", 9),
    ],
)
def test_numbers_are_found_by_a_part_of_them(pattern: str, expected: int) -> None:
    """PhoneNumber may be a part, and `*` stands for any digit."""
    page = Caller().get(NUMBERS, PhoneNumber=pattern)
    assert len(page["incoming_phone_numbers"]) == expected


def test_what_is_listed_can_be_shown() -> None:
    """A number's and a short code's own page shows what the list does."""
    caller = Caller()
    number = caller.get(NUMBERS, PhoneNumber=TOLL_FREE)["incoming_phone_numbers"][0]
    assert caller.get(number["uri"]) == number
    short_code = caller.get(CODES, ShortCode="723")["short_codes"][0]
    assert caller.get(short_code["uri"]) == short_code


def test_a_short_code_is_no_number() -> None:
    """What is asked for as what it is not is not found."""
    caller = Caller()
    sid = caller.get(CODES)["short_codes"][0]["sid"]
    path = f"{ACCOUNT}/IncomingPhoneNumbers/{sid}.json"
    assert code(caller.call("GET", path)) == 20404
