"""SIDs: Twilio's names for things, two letters and 32 digits, many in little room."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ONE = "[SM]M[0-9a-f]{32}"

SEVERAL = re.compile(f"{_ONE}(?: {_ONE})*")
"""Messages' SIDs, as we write them, a blank between each two."""

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

    __slots__ = ("_digits", "_others", "_prefixes")

    def __init__(self, sids: Iterable[str | None] = ()) -> None:
        self._prefixes = bytearray()
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
            self._prefixes.append(OTHER)
            self._digits += bytes(DIGITS)

    def _pack(self, sids: list[str | None]) -> bool:
        """Add SIDs of messages; say whether they are, and add nothing if one is not."""
        text = " ".join(map(str, sids))
        if len(text) + 1 != len(sids) * STRIDE or not SEVERAL.fullmatch(text):
            return False
        self._prefixes += text[::STRIDE].encode("ascii")
        self._digits += bytes.fromhex(text.replace("SM", "").replace("MM", ""))
        return True

    def __len__(self) -> int:
        return len(self._prefixes)

    def __iter__(self) -> Iterator[str | None]:
        return map(self._at, range(len(self)))

    @overload
    def __getitem__(self, rows: int) -> str | None: ...

    @overload
    def __getitem__(self, rows: slice) -> list[str | None]: ...

    def __getitem__(self, rows: int | slice) -> str | list[str | None] | None:
        chosen = range(len(self))[rows]
        if isinstance(chosen, int):
            return self._at(chosen)
        return [self._at(row) for row in chosen]

    def _at(self, row: int) -> str | None:
        prefix = self._prefixes[row]
        if prefix == OTHER:
            return self._others.get(row)
        digits = self._digits[row * DIGITS : (row + 1) * DIGITS]
        return f"{chr(prefix)}M{digits.hex()}"
