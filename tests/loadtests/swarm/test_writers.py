"""A worker's part as it is written: whole lines, and none lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loadtests.parts import read_part
from loadtests.swarm.writers import MOST_HELD, PartWriter

if TYPE_CHECKING:
    from pathlib import Path


def test_a_part_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Lines come back in their order, of whatever is in them."""
    writer = PartWriter(tmp_path / "parts", 1)
    writer.write("start", worker=1)
    writer.write("call", name="Zoë\n", texts=[(0, 1)])
    writer.close()
    assert list(read_part(tmp_path / "parts" / "worker-1.jsonl")) == [
        {"kind": "start", "worker": 1},
        {"kind": "call", "name": "Zoë\n", "texts": [[0, 1]]},
    ]


def test_lines_are_held_and_not_too_many(tmp_path: Path) -> None:
    """They are on the disk when they are flushed, or when there are MOST_HELD."""
    path = tmp_path / "worker-0.jsonl"
    writer = PartWriter(tmp_path, 0)
    writer.write("look", at=0)
    assert path.stat().st_size == 0
    writer.flush()
    assert len(list(read_part(path))) == 1
    for at in range(MOST_HELD):
        writer.write("look", at=at)
    assert len(list(read_part(path))) == 1 + MOST_HELD
    writer.close()


def test_a_part_of_an_earlier_run_is_gone(tmp_path: Path) -> None:
    """A file is begun anew."""
    for n in range(2):
        writer = PartWriter(tmp_path, 0)
        writer.write("start", run=n)
        writer.close()
    assert [line["run"] for line in read_part(tmp_path / "worker-0.jsonl")] == [1]
