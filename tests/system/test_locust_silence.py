"""A server that no longer answers: nobody hangs, and what may have got through is said."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.loadtests.swarm.swarming import lines_of, swarming, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.loadtests.swarm.swarming import Swarm

TEXTS = 400


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[Swarm]:
    """Return a swarm of the test's own."""
    with swarming(tmp_path) as swarm:
        yield swarm


@pytest.mark.parametrize("driver", ["users", "open"])
@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_a_server_falls_silent(swarm: Swarm, driver: str, how: signal.Signals) -> None:
    """The run ends by itself, and counts what it does not know."""
    simulator = swarm.serve("--speed", "10")
    locust = swarm.begin(
        simulator.url,
        *("--headless", "--users", "4", "--spawn-rate", "4", "--driver", driver),
        *("--recipients", swarm.people(TEXTS), "--arrivals", "steady rate=5"),
        *("-t", "3", "--drain", "20s", "--parts", str(swarm.folder)),
        *("--check", "count(ambiguous) == 0", "ShortCodeUser"),
    )
    until(lambda: len(swarm.part("call")) > 20)
    os.kill(simulator._process.pid, how)
    ended = locust.wait()
    assert ended.status == 1, ended.said
    assert "MISSED" in ended.said
    (end,) = swarm.part("end")
    print(end, len(swarm.part("call")))
