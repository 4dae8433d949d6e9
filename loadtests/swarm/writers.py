"""What a worker leaves behind: its part of a load, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from pathlib import Path

MOST_HELD = 10_000
"""Lines held before they are written, whoever asks for it."""


class PartWriter:
    """Writes a worker's part, as `loadtests/parts.py` reads it; each line has a kind.

    Lines are held until they are flushed, so that writing costs a call nothing.
    """

    def __init__(self, folder: Path, index: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / f"worker-{index}.jsonl").open("wb")
        self._held: list[bytes] = []

    def write(self, kind: str, **line: Any) -> None:
        """Add a line."""
        self._held.append(orjson.dumps({"kind": kind, **line}))
        if len(self._held) >= MOST_HELD:
            self.flush()

    def flush(self) -> None:
        """Put what is held on the disk."""
        if self._held:
            self._held.append(b"")
            self._file.write(b"\n".join(self._held))
            self._held.clear()
        self._file.flush()

    def close(self) -> None:
        """Put everything on the disk and let go of the file."""
        self.flush()
        self._file.close()
