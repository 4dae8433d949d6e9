"""SIDs: Twilio's names for things, two letters and 32 digits, many in little room."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ONE = "[SM]M[0-9a-f]{32}"

SEVERAL = re.compile(f"{_ONE}(?: {_ONE})*")
"""Messages' SIDs, as we write them, a blank between each two.

Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14).
"""

STRIDE = 35
"""Characters from one SID to the next of these."""

DIGITS = 16
"""Bytes that a SID's digits take."""

OTHER = 0
"""Stands for the first letter of what is no message's SID."""


class Sids:
    """The SIDs of messages in order, None for nothing: 17 bytes each for 83.

    Whatever is no SID of a message is kept as it is.
    """

    __slots__ = ("_digits", "_letters", "_others")

    def __init__(self, sids: Iterable[str | None] = ()) -> None:
        self._letters = bytearray()
        self._digits = bytearray()
        self._others: dict[int, str] = {}
        self.extend(sids)

    def extend(self, sids: Iterable[str | None]) -> None:
        """Add some more: all at once where each is a message's, else one by one."""
        sids = list(sids)
        if self._pack(sids):
            return
        for sid in sids:
            if self._pack([sid]):
                continue
            if sid is not None:
                self._others[len(self)] = sid
            self._letters.append(OTHER)
            self._digits += bytes(DIGITS)

    def _pack(self, sids: list[str | None]) -> bool:
        """Add SIDs of messages; say whether they are, and add nothing if one is not."""
        text = " ".join(map(str, sids))
        if len(text) + 1 != len(sids) * STRIDE or not SEVERAL.fullmatch(text):
            return False
        self._letters += text[::STRIDE].encode("ascii")
        self._digits += bytes.fromhex(text.replace("SM", "").replace("MM", ""))
        return True

    def __len__(self) -> int:
        return len(self._letters)

    def __iter__(self) -> Iterator[str | None]:
        return map(self._at, range(len(self)))

    def __getitem__(self, rows: slice) -> list[str | None]:
        return [self._at(row) for row in range(*rows.indices(len(self)))]

    def _at(self, row: int) -> str | None:
        letter = self._letters[row]
        if letter == OTHER:
            return self._others.get(row)
        digits = self._digits[row * DIGITS : (row + 1) * DIGITS]
        return f"{chr(letter)}M{digits.hex()}"
