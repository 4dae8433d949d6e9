"""Errors: one table of Twilio's codes, one exception that carries a row."""

from __future__ import annotations

import re

import pytest

from sms import errors
from sms.errors import RETRYABLE, TABLE, ApiError, ErrorCode, describe

ROWS = [row for row in vars(errors).values() if isinstance(row, ErrorCode)]
NEVER_AGAIN = (30005, 30006, 30007, 30034, 21610)
ASYNCHRONOUS = (
    *(14107, 21703, 30001, 30002, 30003, 30004, 30005, 30006, 30007, 30008, 30022),
    *(30023, 30025, 30026, 30027, 30032, 30033, 30034, 30035, 30036, 30103, 30610),
)


def test_every_row_is_in_the_table() -> None:
    """Each code stands once, and the table has them all."""
    assert len(ROWS) == len(TABLE)
    assert all(TABLE[row.code] is row for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.code))
def test_a_row_is_whole(row: ErrorCode) -> None:
    """A code of five digits, a text, a page that tells more."""
    assert 10_000 <= row.code <= 99_999
    assert row.text
    assert row.source == f"https://www.twilio.com/docs/api/errors/{row.code}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.code))
def test_a_row_answers_or_ends(row: ErrorCode) -> None:
    """It has the HTTP status of a refusal, or 0 where it ends a message instead.

    20500 alone is no refusal: it is Twilio's own failure, and comes on order.
    """
    highest = 500 if row is errors.INTERNAL_ERROR else 499
    assert row.http_status == 0 or 400 <= row.http_status <= highest
    assert (row.http_status == 0) == (row.code in ASYNCHRONOUS)


@pytest.mark.parametrize(
    ("code", "http_status"),
    [(20003, 401), (20404, 404), (20413, 413), (20429, 429), (21611, 429)]
    + [(code, 400) for code in (21211, 21602, 21603, 21604, 21606, 21610, 21612)]
    + [(code, 400) for code in (21619, 21701, 21704, 21705)],
)
def test_refusals_have_their_http_status(code: int, http_status: int) -> None:
    """A mistake in the form is 400; what is not may be 401, 404, 413 or 429."""
    assert TABLE[code].http_status == http_status


def test_names_in_braces_are_filled_in() -> None:
    """The text of a refusal says what was given."""
    assert "+999" in str(ApiError(errors.INVALID_TO, to="+999"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.code))
def test_no_brace_is_left_over(row: ErrorCode) -> None:
    """All names of a text can be filled in, and then none is left."""
    names = re.findall(r"{(\w+)}", row.text)
    refusal = ApiError(row, **dict.fromkeys(names, "x"))
    assert "{" not in str(refusal)
    assert refusal.error is row


def test_braces_in_what_was_given_stay() -> None:
    """What a customer wrote is never taken for a name to fill in."""
    assert "{code}" in str(ApiError(errors.INVALID_TO, to="{code}"))


@pytest.mark.parametrize("code", NEVER_AGAIN)
def test_some_codes_fail_for_good(code: int) -> None:
    """A landline stays a landline: such a message is never sent again."""
    assert code not in RETRYABLE


@pytest.mark.parametrize("code", [30003, 30008, 30022, 21611, 30001, 30036])
def test_some_codes_pass(code: int) -> None:
    """A handset comes back, a queue empties: sending again may help."""
    assert code in RETRYABLE


def test_a_code_is_told_with_its_title() -> None:
    """For people a code bears its words; one we do not know stands alone."""
    assert describe(30003) == "30003 Unreachable destination handset"
    assert describe(12345) == "12345"
