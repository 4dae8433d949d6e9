"""Parts: JSON Lines, of which the last may be torn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loadtests.parts import read_part

if TYPE_CHECKING:
    from pathlib import Path


def test_a_part_is_its_lines(tmp_path: Path) -> None:
    """In their order, each an object."""
    path = tmp_path / "worker-0.jsonl"
    path.write_bytes(b'{"kind":"start","worker":0}\n{"kind":"end"}\n')
    assert list(read_part(path)) == [{"kind": "start", "worker": 0}, {"kind": "end"}]


def test_half_a_line_is_left_out(tmp_path: Path) -> None:
    """Its writer was killed while it wrote."""
    path = tmp_path / "worker-0.jsonl"
    path.write_bytes(b'{"kind":"start"}\n{"kind":"ca')
    assert list(read_part(path)) == [{"kind": "start"}]


def test_no_file_has_no_lines(tmp_path: Path) -> None:
    """Its writer was killed before it wrote."""
    assert list(read_part(tmp_path / "simulator.jsonl")) == []
