"""ULIDs: an instant and twenty digits that were drawn, in 26 letters and digits.

Source: https://github.com/ulid/spec (named, not seen); in small letters as
https://docs.comms.twilio.com/comms-api-reference/messages/list has it (2026-11-23).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's: no i, l, o or u."""

_LENGTH, _RANDOM_BITS = 26, 80
_ULID = re.compile(f"[0-7][{ALPHABET}]{{25}}")
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


def ulid(at: datetime, digits: str) -> str:
    """Return the ULID of an instant and of 20 hexadecimal digits."""
    milliseconds = int(at.timestamp() * 1000)
    number = (milliseconds << _RANDOM_BITS) | int(digits, 16)
    return "".join(
        ALPHABET[number >> shift & 31] for shift in range(5 * _LENGTH - 5, -1, -5)
    )


def digits_of(text: str) -> str | None:
    """Return the 20 digits that a ULID was made of, None where it is none."""
    if not _ULID.fullmatch(text):
        return None
    number = 0
    for letter in text:
        number = number << 5 | _VALUES[letter]
    return f"{number & ((1 << _RANDOM_BITS) - 1):020x}"
