"""Every text of a load is counted once, however the run ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from loadtests.figures import EVENTS, TEXTS
from tests.loadtests.swarm.swarming import swarming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.loadtests.swarm.swarming import Swarm

ENDS = [
    name
    for name, counted in EVENTS.items()
    if counted.of == TEXTS and name != TEXTS and not name.startswith("open ")
]
"""All that can become of a text; `open` is the sum of its parts."""

CHECKS = [word for name in (*ENDS, TEXTS) for word in ("--check", f"count({name}) < 0")]

PEOPLE = 900


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[Swarm]:
    """Return a swarm of its own for each test."""
    with swarming(tmp_path) as swarm:
        yield swarm


@pytest.mark.parametrize("processes", ["1", "2"])
def test_every_text_of_a_run_cut_short_is_counted(swarm: Swarm, processes: str) -> None:
    """Sent, open, backing off after a 429 or never begun: the sum is the list's."""
    simulator = swarm.serve("--speed", "20", "--concurrency", "2")
    several = ("--processes", processes) if processes != "1" else ()
    port = ("--master-bind-port", "5571", "--master-port", "5571") if several else ()
    ended = swarm.run(
        simulator.url,
        *("-t", "2", "-u", "8", "-r", "8", "--recipients", swarm.people(PEOPLE)),
        *("--drain", "20s", *several, *port, *CHECKS, "SingleNumberUser"),
    )
    got = dict(re.findall(r"count\((\w+)\) < 0 +< 0 +(\d+)", ended.said))
    texts = int(got.pop(TEXTS))
    assert texts == sum(map(int, got.values())) == PEOPLE, ended.said
    assert min(int(got["unsent"]), int(got["open"])) > 0
