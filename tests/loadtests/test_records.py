"""Records: rows in, columns out, and nothing stays nothing."""

from __future__ import annotations

import tracemalloc
from array import array
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests import records
from loadtests.records import MISSING, NAN, TABLES, Cells, Column, Table
from tests.loadtests.trials import rows

CALL = ("pool", 0, 0, "create_message", 1, 0.0, 0.0, 0.0, 0.1, 201, None, 1)

words = st.none() | st.sampled_from(["pool", "notify", "größe"])
numbers = st.none() | st.integers(0, 2**31 - 1)
instants = st.none() | st.floats(0, 1e9)
KINDS = {
    "category": words,
    "string": words,
    "sid": words,
    "int": numbers,
    "float": instants,
}


def row_of(name: str) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return rows of a table at random."""
    return st.tuples(*(KINDS[column.type] for column in TABLES[name]))


@pytest.mark.parametrize("name", TABLES)
@given(data=st.data())
def test_what_is_appended_is_there(name: str, data: st.DataObject) -> None:
    """Every value comes back as it was, None as None."""
    given_rows = data.draw(st.lists(row_of(name), max_size=8))
    table = Table(name)
    for row in given_rows:
        table.append(*row)
    assert len(table) == len(given_rows)
    assert [tuple(row.values()) for row in rows(table)] == given_rows


def test_nothing_is_marked() -> None:
    """None is MISSING among numbers and words, and not a number among instants."""
    table = Table("calls")
    table.append(*(None for _ in CALL))
    columns = table.columns
    assert columns["http_status"][0] == columns["operation"][0] == MISSING
    assert columns["answered_at"][0] != columns["answered_at"][0]


def test_words_are_numbered_as_they_come() -> None:
    """A category holds numbers, and `words` says what they stand for."""
    table = Table("calls")
    for operation in ("b", "a", None, "b"):
        table.append("pool", 0, 0, operation, *CALL[4:])
    assert list(table.columns["operation"]) == [0, 1, MISSING, 0]
    assert table.words("operation") == ["b", "a"]
    with pytest.raises(KeyError, match="http_status"):
        table.words("http_status")


def test_rows_settle_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Order and number are kept when rows are turned into columns on the way."""
    monkeypatch.setattr(records, "CHUNK", 3)
    table = Table("calls")
    for call in range(8):
        table.append("pool", call, *CALL[2:])
    assert len(table) == 8
    assert list(table.columns["call"]) == list(range(8))


def test_a_row_too_short_is_an_error() -> None:
    """A row has a value for every column."""
    table = Table("calls")
    table.append("pool")
    with pytest.raises(ValueError, match="zip"):
        _ = table.columns


def test_many_rows_by_column() -> None:
    """Arrays are taken as they are, and one value holds for all."""
    table = Table("calls")
    names = [column.name for column in TABLES["calls"]]
    table.append(*CALL)
    values = dict(zip(names, CALL, strict=True))
    many = values | {
        "call": np.array([1, 2]),
        "answered_at": np.array([NAN, 2.0]),
        "error_code": np.array([MISSING, 21611]),
    }
    table.extend(2, many)
    found = rows(table)
    assert [row["call"] for row in found] == [0, 1, 2]
    assert [row["answered_at"] for row in found] == [0.1, None, 2.0]
    assert [row["error_code"] for row in found] == [None, None, 21611]
    assert {row["operation"] for row in found} == {"create_message"}


def test_a_column_of_text_takes_one_value_for_all() -> None:
    """A string column repeats it."""
    table = Table("messages")
    columns = dict.fromkeys((c.name for c in TABLES["messages"]), MISSING)
    strings = {"sid": "SM1", "recipient": "+14155550123"}
    categories = {c.name: None for c in TABLES["messages"] if c.type == "category"}
    table.extend(2, columns | strings | categories)
    assert list(table.columns["sid"]) == ["SM1", "SM1"]
    assert table.columns["country"] == array("h", [MISSING, MISSING])


def held(kind: str, *chunks: list[Any]) -> Cells:
    """Return a column that has taken some chunks of values."""
    cells = Cells(Column("x", kind, "", "x"))
    for chunk in chunks:
        cells.extend(chunk)
    return cells


@given(chunks=st.lists(st.lists(st.sampled_from([None, 1, 2]), min_size=1), max_size=4))
def test_what_is_alike_is_held_once_and_nothing_lost(chunks: list[list[Any]]) -> None:
    """However a column's values come, all are there, a single one or not."""
    cells = held("int", *chunks)
    flat = [MISSING if v is None else v for chunk in chunks for v in chunk]
    assert len(cells) == len(flat)
    assert list(cells.every) == flat


def test_a_column_of_one_value_takes_no_room() -> None:
    """A million rows that say the same are a value and a number."""
    cells = Cells(Column("x", "int", "", "x"))
    tracemalloc.start()
    cells.repeat(1_000_000, 7)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 10_000
    assert len(cells) == 1_000_000
    cells.extend([8])
    assert list(cells.every[-2:]) == [7, 8]
    assert len(cells) == 1_000_001


def test_words_that_are_all_alike_have_their_number() -> None:
    """A category held once still knows its word, and takes another after it."""
    cells = held("category", ["a", "a"], ["a"], [None, "b"])
    assert list(cells.every) == [0, 0, 0, MISSING, 1]


def test_instants_are_held_once_only_while_there_are_none() -> None:
    """Nothing is not a number; equal instants are instants all the same."""
    cells = held("float", [None, None], [0.0, -0.0])
    assert [str(value) for value in cells.every] == ["nan", "nan", "0.0", "-0.0"]


def test_every_column_says_what_it_holds() -> None:
    """Each has a known type and a meaning, and an instant is in seconds."""
    for column in (column for table in TABLES.values() for column in table):
        assert column.type in KINDS
        assert column.meaning
        assert (column.unit == "s") == column.name.endswith("_at")
