"""Shares as people type them."""

from __future__ import annotations

import pytest

from sms.shares import parse_share


@pytest.mark.parametrize(
    ("text", "share"), [("5%", 0.05), ("0.05", 0.05), (" 100 % ", 1.0), ("0", 0.0)]
)
def test_a_share_is_of_a_hundred_or_of_one(text: str, share: float) -> None:
    """With a percent sign it is of a hundred."""
    assert parse_share(text) == share


@pytest.mark.parametrize("text", ["", "some", "-1%", "101%", "5"])
def test_what_is_no_share_is_refused_with_an_example(text: str) -> None:
    """A bare number above one is most likely meant to be per cent."""
    with pytest.raises(ValueError, match="write 5% or"):
        parse_share(text)
