"""Columns: which one is sent to, and what a template calls the others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sender.columns import phone_columns, told_apart, variable


@pytest.mark.parametrize(
    "header",
    [
        *("to", "To", "phone", "Phone Number", "phone_number", "PHONE-NUMBER"),
        *("mobile", "Mobile Phone", "msisdn", "MSISDN", "cell", "Cell Phone"),
        *("telephone", "number", "Number", "recipient", "tel", "Tel.", "E.164"),
        *("Phone #", "Phone No.", " mobile number "),
    ],
)
def test_a_phone_column_in_any_spelling(header: str) -> None:
    """Case, blanks and punctuation make no other column of it."""
    assert phone_columns(["name", header]) == [1]


@pytest.mark.parametrize("header", ["", "name", "phone2x", "branch", "tomato"])
def test_other_columns_are_not_sent_to(header: str) -> None:
    """A header that is none of the spellings is not guessed at."""
    assert phone_columns([header]) == []


def test_of_two_the_stated_order_decides() -> None:
    """The mobile is sent to rather than the phone, and `to` before both."""
    assert phone_columns(["phone", "mobile"]) == [1]
    assert phone_columns(["phone", "mobile", "to"]) == [2]


def test_two_alike_are_both_found() -> None:
    """Two equally good columns are for the caller to refuse."""
    assert phone_columns(["Phone", "name", "phone"]) == [0, 2]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("First Name", "first_name"),
        ("Prénom", "prénom"),
        ("Pre\u0301nom", "prénom"),
        ("2nd line", "_2nd_line"),
        ("Total (€)", "total"),
        ("#", ""),
        ("⓫", ""),
    ],
)
def test_a_column_has_a_name_in_a_template(header: str, name: str) -> None:
    """Small letters, and an underscore for whatever is no letter or digit."""
    assert variable(header) == name


def test_namesakes_are_told_apart() -> None:
    """A second column of a name is numbered, one without a name called by its place."""
    headers = ["Email", "email", "", "E-mail", "Email"]
    assert told_apart(headers) == ("Email", "email_2", "column_3", "E-mail", "Email_3")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=6), max_size=12))
def test_every_column_can_be_named(headers: list[str]) -> None:
    """As many names come out as headers went in, and all are different words."""
    names = [variable(name) for name in told_apart(headers)]
    assert len(set(names)) == len(headers)
    assert all(name.isidentifier() for name in names)
