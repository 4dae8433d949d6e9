"""What a run leaves behind: tables and a manifest.

Every table is held by columns in compact arrays, so that a million messages fit, and
every column has its type, unit and meaning in TABLES: docs/records.md is made from it.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sms.sids import Sids

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

FORMAT = 4
"""The version of this layout, stated in every manifest."""

READABLE = (2, 3, 4)
"""The versions that can be read; what a column is `since` a later one is nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    `type` is `category`, `string`, `int` or `float`; an int of MISSING and a float that
    is not a number stand for nothing, and are null in Parquet.  `since` is the version
    of the layout that it came with.
    """

    name: str
    type: str
    unit: str
    meaning: str
    since: int = 2


MISSING = -1
NAN = float("nan")

_STRATEGY = Column(
    "strategy", "category", "", "the strategy, or the stream of a load, that made it"
)
_TEXT = Column(
    "text", "int", "", "which text of the broadcast, counted from 0 in the file's order"
)
_ATTEMPT = Column("attempt", "int", "", "0 at first, 1 for its first re-delivery, …")

TABLES: dict[str, tuple[Column, ...]] = {
    "calls": (
        _STRATEGY,
        Column("call", "int", "", "which call, counted from 0 as they were made"),
        Column("attempt", "int", "", "0 at first, 1 when made again after a 429, …"),
        Column(
            "operation",
            "category",
            "",
            "create_message, create_notification or create_bulk",
        ),
        Column("recipients", "int", "recipients", "how many the call carries"),
        Column(
            "intended_at",
            "float",
            "s",
            "when its first text was meant to be submitted; else as started_at",
        ),
        Column(
            "due_at",
            "float",
            "s",
            "since when arrivals, pacing and back-off let it start; else as started_at",
        ),
        Column("started_at", "float", "s", "when the request's head was sent"),
        Column("answered_at", "float", "s", "when its answer was in; null: none came"),
        Column("http_status", "int", "", "of the answer; 0 where none came"),
        Column("error_code", "int", "", "Twilio's, where it refused"),
        Column(
            "in_flight",
            "int",
            "requests",
            "Twilio-Concurrent-Requests of the answer, this one included",
        ),
    ),
    "messages": (
        _STRATEGY,
        _TEXT,
        _ATTEMPT,
        Column("sid", "sid", "", "Twilio's name for it; null if never accepted"),
        Column("recipient", "string", "E.164", "whom it was for"),
        Column("country", "category", "ISO 3166", "the recipient's"),
        Column("sender", "category", "", "whom it left from; null if none was chosen"),
        Column(
            "sender_type",
            "category",
            "",
            "long_code, toll_free, short_code or alphanumeric",
        ),
        Column("segments", "int", "segments", "0 if never accepted"),
        Column("encoding", "category", "", "GSM-7 or UCS-2"),
        Column(
            "status",
            "category",
            "",
            "the last of Twilio's; or refused (the API would not take it), ambiguous "
            "(no answer came), unsent (the run ended before), withheld (it was known "
            "that the recipient had opted out)",
        ),
        Column("error_code", "int", "", "Twilio's, where it failed"),
        Column(
            "intended_at",
            "float",
            "s",
            "when it was meant to be submitted; else as submitted_at",
        ),
        Column("submitted_at", "float", "s", "when the first call for it was begun"),
        Column("accepted_at", "float", "s", "when Twilio created it"),
        Column("queued_at", "float", "s", "when it joined a sender's queue"),
        Column("sending_at", "float", "s", "when its first segment began to leave"),
        Column("sent_at", "float", "s", "when its last segment had left"),
        Column("ended_at", "float", "s", "when its terminal status came"),
        Column(
            "price",
            "float",
            "USD",
            "Twilio's, below 0 as Twilio has it, of all that the attempt made; null: "
            "never charged",
            since=3,
        ),
        Column("zone", "category", "IANA", "the recipient's time zone", since=3),
        Column(
            "first_sender",
            "category",
            "",
            "the short code that it failed from before a long code sent it again",
            since=3,
        ),
        Column(
            "first_error_code", "int", "", "Twilio's, where that one failed", since=3
        ),
        Column(
            "first_sent_at", "float", "s", "when it had left from that one", since=3
        ),
        Column(
            "left",
            "int",
            "messages",
            "how many left a sender for this attempt, those included that whoever sent "
            "it never heard of",
            since=4,
        ),
    ),
    "callbacks": (
        _STRATEGY,
        _TEXT,
        _ATTEMPT,
        Column("status", "category", "", "the MessageStatus it reports"),
        Column("error_code", "int", "", "its ErrorCode, if any"),
        Column("due_at", "float", "s", "when the status changed"),
        Column("attempts", "int", "requests", "how often it was posted"),
        Column("received_at", "float", "s", "when the receiver had it; null: never"),
        Column("http_status", "int", "", "the receiver's answer; 0: none"),
    ),
    "generator": (
        Column("worker", "category", "", "which process of the load generator"),
        Column(
            "looked_at", "float", "s", "when it looked at itself, once a real second"
        ),
        Column("cpu", "float", "", "its share of one processor since the last look"),
        Column("lag_ms", "float", "ms", "how late a timer of its rang; real time"),
        Column("in_flight", "int", "requests", "requests it had begun and not ended"),
    ),
    "opt_outs": (
        _STRATEGY,
        Column("recipient", "string", "E.164", "who opted out"),
        Column("country", "category", "ISO 3166", "the recipient's"),
        Column("word", "category", "", "what the recipient had written"),
        Column("sender", "category", "", "the address that it was written to"),
        Column("service", "category", "", "the Messaging Service that is in, if any"),
        Column("opted_out_at", "float", "s", "when that was"),
        Column("undone_at", "float", "s", "when it was taken back; null: it holds"),
    ),
}
"""The tables of a run; `generator` is there after a load over HTTP alone."""


CHUNK = 4_096
"""Rows kept as they came before they are turned into columns, many at once."""


class Codes(dict[str | None, int]):
    """Numbers a category's words in the order they come; nothing is MISSING."""

    def __missing__(self, word: str) -> int:
        self[word] = code = len(self) - 1
        return code


class Cells:
    """One column's values: a single one for all rows, until one comes that differs.

    So a column that says nothing, or the same of every row, costs next to nothing.
    Times and other measured numbers are held singly as soon as there is any.
    """

    __slots__ = ("_cells", "_count", "_type", "_value", "codes")

    def __init__(self, column: Column) -> None:
        self._type = column.type
        self._cells: Any = None
        self._count = 0
        self._value: Any = None
        self.codes = Codes({None: MISSING}) if column.type == "category" else None

    def __len__(self) -> int:
        return self._count if self._cells is None else len(self._cells)

    def extend(self, values: Sequence[Any]) -> None:
        """Add values as they came, None being nothing."""
        first = values[0]
        alike = (
            self._cells is None
            and (self._type != "float" or first is None)
            and values.count(first) == len(values)
        )
        if alike and self._hold(self._stored(first), len(values)):
            return
        if self.codes is not None:
            self.every.extend(map(self.codes.__getitem__, values))
        elif self._type in WORDS:
            self.every.extend(values)
        else:
            nothing = self._stored(None)
            self.every.extend([nothing if v is None else v for v in values])

    def repeat(self, count: int, values: Any) -> None:
        """Add so many: an array of numbers, or one value for all of them.

        Numbers hold NAN or MISSING where there is nothing.
        """
        if self.codes is not None:
            values = self.codes[values]
        if self._type in WORDS:
            self.every.extend([values] * count)
            return
        cells = np.broadcast_to(np.asarray(values, _TYPECODES[self._type]), count)
        alike = count and self._cells is None and self._type != "float"
        if alike and (cells == cells[0]).all() and self._hold(cells[0].item(), count):
            return
        self.every.frombytes(cells.tobytes())

    @property
    def every(self) -> Any:
        """Return an array of all values, or all words that are no category."""
        if self._cells is None:
            one: Any = [self._value] if self._count else []
            if self._type in WORDS:
                self._cells = WORDS[self._type](one * self._count)
            else:
                self._cells = array(_TYPECODES[self._type], one) * self._count
        return self._cells

    def _hold(self, value: Any, count: int) -> bool:
        """Count so many more of the value there is; say whether it is that one."""
        if self._count and value is not self._value and value != self._value:
            return False
        self._value = value
        self._count += count
        return True

    def _stored(self, value: Any) -> Any:
        """Return what stands for a value in the array."""
        if self.codes is not None:
            return self.codes[value]
        if value is None and self._type not in WORDS:
            return NAN if self._type == "float" else MISSING
        return value


_TYPECODES = {"float": "d", "category": "h", "int": "i"}

WORDS: Mapping[str, Callable[[Sequence[str | None]], Any]] = {
    "string": list,
    "sid": Sids,
}
"""What holds the values of a column of words that are no category."""


class Table:
    """Rows of one table, held by columns.

    `append` takes a row's values in the order of TABLES, None being nothing; instants
    count from the run's start.
    """

    __slots__ = ("_columns", "_rows", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._rows: list[tuple[Any, ...]] = []
        self._columns = {column.name: Cells(column) for column in TABLES[name]}

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()))) + len(self._rows)

    def append(self, *row: Any) -> None:
        """Add one row."""
        self._rows.append(row)
        if len(self._rows) >= CHUNK:
            self._settle()

    def extend(self, count: int, columns: Mapping[str, Any]) -> None:
        """Add many rows by column: arrays of numbers, or one value for all of them.

        Numbers hold NAN or MISSING where there is nothing.
        """
        self._settle()
        for name, cells in self._columns.items():
            cells.repeat(count, columns[name])

    @property
    def columns(self) -> dict[str, array[Any] | list[str | None] | Sids]:
        """Return all rows by column; a category holds its words' numbers."""
        self._settle()
        return {name: cells.every for name, cells in self._columns.items()}

    def column(self, name: str) -> array[Any] | list[str | None] | Sids:
        """Return all rows of one column: the others are left as they are held."""
        self._settle()
        cells: array[Any] | list[str | None] | Sids = self._columns[name].every
        return cells

    def words(self, column: str) -> list[str]:
        """Return a category's words by their numbers.

        Raises:
            KeyError: there is no such column, or it is no category.
        """
        self._settle()
        codes = self._columns[column].codes
        if codes is None:
            raise KeyError(column)
        return [word for word in codes if word is not None]

    def _settle(self) -> None:
        """Turn the rows that have come since into columns."""
        if not self._rows:
            return
        values = zip(*self._rows, strict=True)
        for cells, new in zip(self._columns.values(), values, strict=True):
            cells.extend(new)
        self._rows.clear()


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A whole run: what docs/records.md describes and a run folder holds.

    `manifest` is plain data, fit for JSON: versions, machine, seed, options, senders,
    and whether the run is whole.
    """

    manifest: dict[str, Any]
    calls: Table = field(default_factory=lambda: Table("calls"))
    messages: Table = field(default_factory=lambda: Table("messages"))
    callbacks: Table = field(default_factory=lambda: Table("callbacks"))
    generator: Table = field(default_factory=lambda: Table("generator"))
    opt_outs: Table = field(default_factory=lambda: Table("opt_outs"))

    @property
    def tables(self) -> tuple[Table, ...]:
        """Return all tables that are written down: the generator's if it has rows."""
        always = (self.calls, self.messages, self.callbacks, self.opt_outs)
        return (*always, self.generator) if len(self.generator) else always
