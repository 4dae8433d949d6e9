"""Small loads, from the text of a scenario file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loadtests.loads import Changes, Load, read_load
from loadtests.questions import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD = 'name = "a load"\nspeed = 60\n'

CODES = """
[[streams]]
name = "codes"
strategy = "number-pool"
kind = "traffic"
count = 3
arrivals = "steady rate=1 duration=8s"
"""
"""Eight codes in eight seconds, to three people in turn."""

NEWS = """
[[streams]]
name = "news"
strategy = "notify"
count = 6
redeliver = 1
"""
"""A newsletter to six people, as fast as it goes."""

SMALL = HEAD + CODES + NEWS


def read_small(
    text: str = SMALL, files: Mapping[str, bytes] | None = None, **changes: Any
) -> Load:
    """Return the load of a file of this text, with other files beside it."""
    beside = files or {}

    def read(name: str) -> bytes:
        if name not in beside:
            raise FileNotFoundError(2, "No such file or directory", name)
        return beside[name]

    return read_load(Source("load.toml", text.encode()), read, Changes(**changes))
