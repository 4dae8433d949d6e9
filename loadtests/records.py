"""What a run leaves behind: tables and a manifest.

Every table is held by columns in compact arrays, so that a million messages fit, and
every column has its type, unit and meaning in TABLES: docs/records.md is made from it.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 3
"""The version of this layout, stated in every manifest."""

READABLE = (2, 3)
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
        Column("sid", "string", "", "Twilio's name for it; null if never accepted"),
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
            "Twilio's, below 0 as Twilio has it; null: never charged",
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


class Table:
    """Rows of one table, held by columns.

    `append` takes a row's values in the order of TABLES, None being nothing; instants
    count from the run's start.
    """

    __slots__ = ("_codes", "_columns", "_rows", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._rows: list[tuple[Any, ...]] = []
        self._columns = {c.name: _storage(c) for c in TABLES[name]}
        self._codes = {
            c.name: Codes({None: MISSING}) for c in TABLES[name] if c.type == "category"
        }

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
        for column in TABLES[self.name]:
            values, store = columns[column.name], self._columns[column.name]
            if column.type == "category":
                values = self._codes[column.name][values]
            if isinstance(store, array):
                cells = np.broadcast_to(np.asarray(values, store.typecode), count)
                store.frombytes(cells.tobytes())
            else:
                store.extend([values] * count)

    @property
    def columns(self) -> dict[str, array[Any] | list[str | None]]:
        """Return all rows by column; a category holds its words' numbers."""
        self._settle()
        return self._columns

    def words(self, column: str) -> list[str]:
        """Return a category's words by their numbers."""
        self._settle()
        return [word for word in self._codes[column] if word is not None]

    def _settle(self) -> None:
        """Turn the rows that have come since into columns."""
        if not self._rows:
            return
        values = zip(*self._rows, strict=True)
        for column, new in zip(TABLES[self.name], values, strict=True):
            codes = self._codes.get(column.name)
            if codes is not None:
                self._columns[column.name].extend(map(codes.__getitem__, new))
            elif column.type == "string":
                self._columns[column.name].extend(new)
            else:
                nothing = NAN if column.type == "float" else MISSING
                self._columns[column.name].extend(
                    [nothing if value is None else value for value in new]
                )
        self._rows.clear()


def _storage(column: Column) -> Any:
    """Return an empty store for a column."""
    if column.type == "string":
        return []
    return array({"float": "d", "category": "h"}.get(column.type, "i"))


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
