"""Tables of a record as Parquet: the door to pyarrow for those who write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from loadtests.records import MISSING, TABLES, Column, Table
from sms.sids import Sids

if TYPE_CHECKING:
    from pathlib import Path

ROWS_A_GROUP = 131_072
"""Rows of a Parquet row group: what is converted, and held twice, at one time."""


def write_table(table: Table, path: Path) -> None:
    """Write one table, a row group at a time."""
    columns = TABLES[table.name]
    schema = pa.schema([_field(column) for column in columns])
    words = [column.name for column in columns if column.type == "category"]
    with pq.ParquetWriter(
        path, schema, compression="zstd", use_dictionary=words
    ) as writer:
        for start in range(0, len(table), ROWS_A_GROUP):
            stop = min(start + ROWS_A_GROUP, len(table))
            arrays = [_array(table, column, start, stop) for column in columns]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _field(column: Column) -> Any:
    """Return a column's Arrow field, its unit and meaning beside it."""
    types = {
        "category": pa.dictionary(pa.int16(), pa.string()),
        "string": pa.string(),
        "sid": pa.string(),
        "int": pa.int32(),
        "float": pa.float64(),
    }
    about = {"unit": column.unit, "meaning": column.meaning}
    return pa.field(column.name, types[column.type], metadata=about)


def _array(table: Table, column: Column, start: int, stop: int) -> Any:
    """Return some rows of a column as Arrow sees them: numbers are not copied."""
    values = table.column(column.name)
    if isinstance(values, list | Sids):
        return pa.array(values[start:stop], pa.string())
    types = {"h": pa.int16(), "i": pa.int32(), "d": pa.float64()}
    cells = memoryview(values)[start:stop]
    array = _nullable(types[values.typecode], cells, stop - start)
    if column.type == "category":
        names = pa.array(table.words(column.name), pa.string())
        return pa.DictionaryArray.from_arrays(array, names)
    return array


def _nullable(kind: Any, cells: memoryview, length: int) -> Any:
    """Return an array over the cells, null where a cell stands for nothing."""
    buffer = pa.py_buffer(cells)
    bare = pa.Array.from_buffers(kind, length, [None, buffer])
    something = (
        pc.invert(pc.is_nan(bare))
        if pa.types.is_floating(kind)
        else pc.not_equal(bare, MISSING)
    )
    if pc.all(something).as_py():
        return bare
    return pa.Array.from_buffers(kind, length, [something.buffers()[1], buffer])
