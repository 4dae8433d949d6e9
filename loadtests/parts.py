"""Parts: what each process of a load leaves behind, as JSON Lines.

Each worker writes what it asked and heard, the simulator its journal; together they are
the run.  Every line is an object with a `kind`.  Instants are the server's simulated
seconds; `began_at` of the first line says which of them is the run's zero.

- `start`, a worker's first: which of how many it is, and `began_at`;
- `call`: a request that has ended; its `texts` are told with its last answer only;
- `callback`: one that came in;
- `look`: how the worker itself is doing, once a real second;
- `end`, the last: the file is whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS = "parts"
"""The folder of a run folder that they are in."""

JOURNAL = "simulator.jsonl"
"""The simulator's own: its lines are those of `simulator.server.journal`."""

START, CALL, CALLBACK, LOOK, END = "start", "call", "callback", "look", "end"
"""Kinds of lines that a worker writes."""

Line = dict[str, Any]


def read_part(path: Path) -> Iterator[Line]:
    """Yield a part's lines in their order; nothing where there is no file.

    What its writer was about to write when it was killed, half a line, is left out.
    """
    try:
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield orjson.loads(line)
    except FileNotFoundError:
        return
