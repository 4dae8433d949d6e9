"""Run folders: what is written can be read by anybody."""

from __future__ import annotations

import json
from array import array
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from loadtests import parquet
from loadtests.folders import new_folder, write_run
from loadtests.records import TABLES, Table
from tests.reports.builders import add_call, add_message, add_refusal, make_record

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_folder_is_named_by_its_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second run of the same second gets a number."""
    monkeypatch.chdir(tmp_path)
    moment = datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC)
    names = [new_folder(None, moment).as_posix() for _ in range(2)]
    assert names == ["runs/20261123-100005", "runs/20261123-100005-2"]


def test_a_folder_that_was_asked_for_is_the_run_s(tmp_path: Path) -> None:
    """It is made, with those above it."""
    asked = tmp_path / "a" / "b"
    assert new_folder(asked, datetime(2026, 11, 23, tzinfo=UTC)) == asked
    assert asked.is_dir()


def test_every_column_comes_back_with_its_type_unit_and_meaning(
    tmp_path: Path,
) -> None:
    """Each table's fields are TABLES, told in the file itself."""
    record = make_record("pool", texts=0)
    record.generator.append("0", 1.0, 0.5, 2.0, 3)
    write_run(record, tmp_path)
    types = {"int": pa.int32(), "float": pa.float64(), "string": pa.string()}
    types["sid"] = pa.string()
    types["category"] = pa.dictionary(pa.int32(), pa.string())
    for name, columns in TABLES.items():
        schema = pq.read_schema(tmp_path / f"{name}.parquet")
        for column in columns:
            field = schema.field(column.name)
            assert field.metadata[b"unit"].decode() == column.unit
            assert field.metadata[b"meaning"].decode() == column.meaning
            assert field.type == types[column.type] or column.type == "category"


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    """Words, numbers and instants survive."""
    record = make_record("pool", texts=1)
    add_message(record, "pool", 0, country="GB", segments=3, ended_at=4.25)
    write_run(record, tmp_path)
    [row] = pq.read_table(tmp_path / "messages.parquet").to_pylist()
    assert (row["strategy"], row["country"], row["segments"]) == ("pool", "GB", 3)
    assert row["ended_at"] == 4.25


def test_what_stands_for_nothing_is_null(tmp_path: Path) -> None:
    """A missing int, float, word or string is null, and 0 is not."""
    record = make_record("pool", texts=1)
    add_refusal(record, "pool", 0, 21211)
    add_call(record, "pool", 0, answered_at=None, http_status=0)
    write_run(record, tmp_path)
    [row] = pq.read_table(tmp_path / "messages.parquet").to_pylist()
    assert row["sid"] is row["sender"] is row["sent_at"] is None
    assert row["segments"] == 0
    [call] = pq.read_table(tmp_path / "calls.parquet").to_pylist()
    assert call["answered_at"] is call["error_code"] is None
    assert call["http_status"] == 0


def test_more_rows_than_a_group_are_all_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row groups join seamlessly, each with the same words."""
    monkeypatch.setattr(parquet, "ROWS_A_GROUP", 4)
    record = make_record("pool", texts=10)
    for text in range(10):
        add_message(record, "pool", text, sender=f"+1415555010{text}")
    write_run(record, tmp_path)
    table = pq.read_table(tmp_path / "messages.parquet")
    assert table["text"].to_pylist() == list(range(10))
    assert table["sender"].to_pylist() == [f"+1415555010{n}" for n in range(10)]
    assert pq.ParquetFile(tmp_path / "messages.parquet").num_row_groups == 3


def test_the_record_may_grow_after_it_was_written(tmp_path: Path) -> None:
    """No buffer is held back: a table written down takes further rows."""
    record = make_record("pool", texts=2)
    add_message(record, "pool", 0)
    write_run(record, tmp_path)
    add_message(record, "pool", 1)
    column = record.messages.columns["text"]
    assert isinstance(column, array)
    assert column.tolist() == [0, 1]


def test_the_manifest_is_plain_sorted_json(tmp_path: Path) -> None:
    """It is the record's, keys in order, and letters stay readable."""
    record = make_record("größe", texts=0)
    write_run(record, tmp_path)
    text = (tmp_path / "manifest.json").read_text("utf-8")
    assert json.loads(text) == record.manifest
    assert list(json.loads(text)) == sorted(record.manifest)
    assert "größe" in text


def test_a_folder_that_could_not_be_finished_has_no_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier run's manifest does not vouch for half a new one."""
    record = make_record("pool", texts=0)
    write_run(record, tmp_path)

    def fail(table: Table, path: Path) -> None:
        raise OSError(f"no room for {table.name} at {path}")

    monkeypatch.setattr(parquet, "write_table", fail)
    with pytest.raises(OSError, match="no room"):
        write_run(record, tmp_path)
    assert not (tmp_path / "manifest.json").exists()
