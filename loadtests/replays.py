"""Replay: arrivals as they were once recorded, from a CSV file of their instants."""

from __future__ import annotations

import csv
import math
from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from loadtests.arrivals import LONGEST
from sms.units import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sms.units import Seconds

COLUMNS = ("at", "arrival", "time", "timestamp")
"""What the column of instants may be called, in the order of preference."""

MOST_SHOWN, LONGEST_SHOWN = 3, 40
"""Bad rows that an error lists, and characters of each: a file may be anything."""

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Replay:
    """Arrivals that came before and come again; `instants` are sorted, none below 0.

    It lasts until the next whole second after the last arrival.
    """

    instants: tuple[Seconds, ...]
    spelling: str = ""
    shape: str = "replay"

    def __str__(self) -> str:
        return self.spelling or self.shape

    @property
    def duration(self) -> Seconds:
        """When it is over: every arrival comes before."""
        return math.floor(self.instants[-1]) + 1.0

    @property
    def count(self) -> int:
        """How many arrive in all."""
        return len(self.instants)

    def rate(self, at: Seconds) -> float:
        """Return how many arrive within the second around an instant."""
        return float(self._before(at + 0.5) - self._before(at - 0.5))

    def arrived_by(self, at: Seconds) -> float:
        """Return how many have arrived before an instant."""
        return float(self._before(at))

    def arrivals(self, seed: int = 0) -> Iterator[Seconds]:
        """Return when each arrives, in order, whatever the seed."""
        return iter(self.instants)

    def _before(self, at: Seconds) -> int:
        return bisect_left(self.instants, at)


def read_replay(text: str, name: str) -> Replay:
    """Read the instants of a CSV file, in any order; `name` is the file's, for errors.

    It has one column, or one called as `COLUMNS` say.  Numbers are seconds from the
    start; ISO 8601 date-times are counted from the first of them.

    Raises:
        ValueError: no use can be made of it; all bad rows are in one error.
    """
    try:
        cells = _cells(_rows(text))
        return Replay(tuple(sorted(_instants(cells))))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


class _Cell(NamedTuple):
    """What a row gives as its instant; it is named by its line, counted from 1."""

    line: int
    value: str


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows in which something is written, each with the line it ends on."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    reader = csv.reader(lines, skipinitialspace=True, strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from error
    return [(line, row) for line, row in rows if any(row)]


def _cells(rows: Sequence[tuple[int, list[str]]]) -> list[_Cell]:
    """Return what stands in the column of instants, without its header."""
    header = [name.lower() for name in rows[0][1]] if rows else []
    named = next((header.index(name) for name in COLUMNS if name in header), None)
    if named is None and len(header) > 1:
        shown = ", ".join(header)[:LONGEST_SHOWN]
        raise ValueError(
            f"has no column called {', '.join(COLUMNS[:-1])} or {COLUMNS[-1]}; "
            f"line {rows[0][0]} names {shown!r}"
        )
    below = rows if named is None else rows[1:]
    if not below:
        raise ValueError("holds no arrival: give one instant a line")
    place = named or 0
    return [_Cell(line, row[place] if place < len(row) else "") for line, row in below]


def _instants(cells: Sequence[_Cell]) -> list[Seconds]:
    """Return the instants in seconds, read as what more rows are: numbers or dates."""
    ways = ([_seconds(cell.value) for cell in cells], _since_first(cells))
    instants = min(ways, key=lambda way: way.count(None))
    both = list(zip(cells, instants, strict=True))
    bad = [cell for cell, at in both if at is None or not 0 <= at <= LONGEST]
    if bad:
        raise ValueError(_bad_rows(bad))
    return [at for at in instants if at is not None]


def _since_first(cells: Sequence[_Cell]) -> list[Seconds | None]:
    """Read date-times from the first on; with or without a zone, as more rows have."""
    dates = [_date(cell.value) for cell in cells]
    zones = [date.tzinfo is not None for date in dates if date]
    zoned = 2 * sum(zones) > len(zones)
    told = [
        date if date and (date.tzinfo is not None) == zoned else None for date in dates
    ]
    first = min(filter(None, told), default=datetime.min)
    return [(date - first) / SECOND if date else None for date in told]


def _bad_rows(bad: Sequence[_Cell]) -> str:
    """Return one line that names the rows of which no use can be made."""
    shown = ", ".join(
        f"line {cell.line} {cell.value[:LONGEST_SHOWN]!r}" for cell in bad[:MOST_SHOWN]
    )
    more = f" and {len(bad) - MOST_SHOWN} more" if len(bad) > MOST_SHOWN else ""
    return (
        f"{shown}{more}: write all as seconds from the start, such as 12.5 (at most "
        f"{LONGEST / DAY:.0f} days), or all as 2026-11-23T09:00:00, all with a zone or "
        "all without"
    )


def _seconds(value: str) -> Seconds | None:
    try:
        return float(value)
    except ValueError:
        return None


def _date(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
