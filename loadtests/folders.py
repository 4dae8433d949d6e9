"""Run folders: a record written down, for reports and for anybody's own tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from loadtests.records import RunRecord

MANIFEST = "manifest.json"
RUNS = Path("runs")


def new_folder(folder: Path | None, started_at: datetime) -> Path:
    """Make a run folder: the one given, or a new one under `runs/`."""
    if folder is None:
        name = f"{started_at:%Y%m%d-%H%M%S}"
        taken = sum(1 for _ in RUNS.glob(f"{name}*"))
        folder = RUNS / (f"{name}-{taken + 1}" if taken else name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_run(record: RunRecord, folder: Path) -> None:
    """Write the manifest and the tables, replacing what was there before.

    The manifest comes last and at one stroke, so that a folder that has one is whole.
    """
    from loadtests.parquet import write_table  # noqa: PLC0415 - an extra, and slow

    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / MANIFEST
    manifest.unlink(missing_ok=True)
    for table in record.tables:
        write_table(table, folder / f"{table.name}.parquet")
    text = json.dumps(
        record.manifest, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False
    )
    draft = folder / f"{MANIFEST}.part"
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(manifest)
