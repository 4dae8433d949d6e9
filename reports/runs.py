"""Runs: a run folder read back, its tables as columns of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from loadtests.records import MISSING, NAN, READABLE, TABLES
from reports.manifests import Manifest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from loadtests.records import Column
    from reports.manifests import StrategyFacts

Ints = NDArray[np.int64] | NDArray[np.int32]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

GENERATOR = "generator"
"""The table that only a load over HTTP leaves."""

OPT_OUTS = "opt_outs"
"""The table of who opted out, which runs of the second format lack."""

UNREAD = frozenset({"sid", "recipient", "encoding", "operation"})
"""Columns that no figure needs: left on the disk."""


class RunError(ValueError):
    """What was asked for cannot be read: one line that names it and says why."""


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words: an index into `names` a row, MISSING where there is none."""

    codes: Ints
    names: tuple[str, ...]

    def among(self, *names: str) -> Mask:
        """Return which rows hold one of these words."""
        wanted = [self.names.index(name) for name in names if name in self.names]
        return np.isin(self.codes, wanted)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table, by columns.

    An int of MISSING and a float that is not a number stand for nothing.
    """

    ints: Mapping[str, Ints]
    floats: Mapping[str, Floats]
    words: Mapping[str, Words]

    def __len__(self) -> int:
        return len(next(iter(self.words.values())).codes)

    def of(self, strategy: str) -> Rows:
        """Return one strategy's rows: a view where they stand together."""
        where = np.flatnonzero(self.words["strategy"].among(strategy))
        together = len(where) and where[-1] - where[0] + 1 == len(where)
        return self.where(slice(where[0], where[-1] + 1) if together else where)

    def where(self, rows: slice | Ints | Mask) -> Rows:
        """Return some of the rows, in their order: a view of those of a slice."""
        return Rows(
            {name: column[rows] for name, column in self.ints.items()},
            {name: column[rows] for name, column in self.floats.items()},
            {
                name: Words(column.codes[rows], column.names)
                for name, column in self.words.items()
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """Who opted out, when, by which word, and through which sender and service."""

    strategy: str
    recipient: str
    word: str | None
    sender: str | None
    service: str | None
    opted_out_at: float
    undone_at: float | None


@dataclass(frozen=True, slots=True)
class StrategyRun:
    """One strategy's part in a run.

    `undue` texts are left out: its staircase broke before they were due.
    """

    facts: StrategyFacts
    calls: Rows
    messages: Rows
    callbacks: Rows
    undue: int = 0
    opt_outs: tuple[OptOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A run: its manifest, and each strategy's rows in the manifest's order.

    `generator` is None where none looked at itself: under the virtual clock, and in a
    comparison.
    """

    folder: Path
    manifest: Manifest
    strategies: tuple[StrategyRun, ...]
    generator: Rows | None = None


def read_run(folder: Path) -> Run:
    """Read a run folder.

    Raises:
        RunError: the folder is no run, is of another format, or lacks something.
    """
    manifest = _read_manifest(folder)
    version = manifest.format
    tables = {
        name: _read_table(folder, name, version)
        for name in TABLES
        if name not in (GENERATOR, OPT_OUTS)
    }
    opt_outs = _read_opt_outs(folder) if version > READABLE[0] else ()
    strategies = tuple(
        StrategyRun(
            facts,
            calls=tables["calls"].of(facts.name),
            messages=tables["messages"].of(facts.name),
            callbacks=tables["callbacks"].of(facts.name),
            opt_outs=tuple(one for one in opt_outs if one.strategy == facts.name),
        )
        for facts in manifest.strategies
    )
    watched = (folder / f"{GENERATOR}.parquet").exists()
    generator = _read_table(folder, GENERATOR, version) if watched else None
    return Run(folder, manifest, strategies, generator)


def _read_manifest(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    try:
        plain = msgspec.json.decode(path.read_bytes())
        found = plain.get("format") if isinstance(plain, dict) else None
        if found not in READABLE:
            known = " or ".join(map(str, READABLE))
            raise RunError(
                f"{path}: format {found!r} is not one this version reads ({known})"
            )
        return msgspec.convert(plain, Manifest)
    except OSError as error:
        raise RunError(
            f"{folder} is not a run folder: no manifest.json ({error.strerror})"
        ) from error
    except msgspec.MsgspecError as error:
        raise RunError(f"{path}: {error}") from error


def _read_opt_outs(folder: Path) -> tuple[OptOut, ...]:
    path = folder / f"{OPT_OUTS}.parquet"
    try:
        rows = pq.read_table(path).to_pylist()
        return tuple(msgspec.convert(row, OptOut) for row in rows)
    except (OSError, pa.ArrowException, msgspec.ValidationError) as error:
        raise RunError(f"{folder} lacks a readable {path.name}: {error}") from error


def _read_table(folder: Path, name: str, version: int) -> Rows:
    path = folder / f"{name}.parquet"
    known = [column for column in TABLES[name] if column.name not in UNREAD]
    columns = [column for column in known if column.since <= version]
    later = [column for column in known if column.since > version]
    try:
        with pq.ParquetFile(path) as file:
            lacking = {column.name for column in columns} - set(file.schema_arrow.names)
            if lacking:
                raise RunError(f"{path} lacks the column {min(lacking)}")
            table = file.read([column.name for column in columns])
    except (OSError, pa.ArrowException) as error:
        raise RunError(f"{folder} lacks a readable {path.name}: {error}") from error
    chosen = {column.name: (column.type, table[column.name]) for column in columns}
    chosen |= {one.name: (one.type, _nothing(one, len(table))) for one in later}
    return Rows(
        {name: _ints(cells) for name, (kind, cells) in chosen.items() if kind == "int"},
        {
            name: _floats(cells)
            for name, (kind, cells) in chosen.items()
            if kind == "float"
        },
        {
            name: _words(cells)
            for name, (kind, cells) in chosen.items()
            if kind == "category"
        },
    )


def _nothing(column: Column, rows: int) -> Any:
    """Return a column of nothing: what a run of an earlier version does not say."""
    types = {"int": pa.int32(), "float": pa.float64(), "category": pa.string()}
    return pa.chunked_array([pa.nulls(rows, types[column.type])])


def _ints(cells: Any) -> Ints:
    array: Ints = cells.fill_null(MISSING).to_numpy()
    return array


def _floats(cells: Any) -> Floats:
    array: Floats = cells.fill_null(NAN).to_numpy()
    return array


def _words(cells: Any) -> Words:
    """Return a column of words, whether it was kept as a dictionary or as text."""
    whole = cells.combine_chunks()
    if not pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    codes = whole.indices.fill_null(MISSING).to_numpy(zero_copy_only=False)
    return Words(codes, tuple(whole.dictionary.to_pylist()))
