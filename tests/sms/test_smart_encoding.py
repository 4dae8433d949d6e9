"""Smart encoding swaps its 271 characters and touches nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from sms import gsm7
from sms.smart_encoding import REPLACEMENTS, smart_encode
from tests.sms.bodies import smart_bodies


def test_the_map_is_whole() -> None:
    """It has the 271 entries of the calculator, in their five lengths."""
    lengths = [len(replacement) for replacement in REPLACEMENTS.values()]
    assert len(REPLACEMENTS) == 271
    by_length = [(length, lengths.count(length)) for length in sorted(set(lengths))]
    assert by_length == [(0, 14), (1, 232), (2, 20), (3, 4), (7, 1)]


def test_replacements_are_gsm_and_keys_are_not() -> None:
    """So a body that is GSM-7 stays as it is, and one pass is enough."""
    assert all(gsm7.encode(text) is not None for text in REPLACEMENTS.values())
    assert not any(gsm7.encode(character) for character in REPLACEMENTS)


@pytest.mark.parametrize(
    ("body", "encoded"),
    [
        ("“It’s” 1½…", '"It\'s" 11/2...'),
        ("a\u200bb\ufeffc", "abc"),
        ("a\xa0b\tc", "a  b       c"),
        ("`‑−′™ё", "'‑−′™ё"),
        ("‹›‗", "<>_"),
        ("😀 é", "😀 é"),
    ],
)
def test_what_is_swapped(body: str, encoded: str) -> None:
    """Quotes, dots, blanks and nothings are swapped; what the map lacks is kept."""
    assert smart_encode(body) == encoded


@settings(max_examples=500, deadline=None)
@given(smart_bodies)
def test_one_pass_is_enough(body: str) -> None:
    """A body that was encoded once is not changed by a second time."""
    once = smart_encode(body)
    assert smart_encode(once) == once
