"""`smslab load` with Locust, cut off in the middle: the run says what is missing."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from loadtests.parts import JOURNAL
from tests.loadtests.swarm.swarming import LONGEST, lines_of, swarming, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loadtests.processes import Process
    from tests.loadtests.swarm.swarming import Swarm

LOAD = """
name = "cut off"
speed = 10
drain = "1h"
[generator]
processes = 2
[[streams]]
name = "codes"
strategy = "short-code"
kind = "traffic"
count = 50
arrivals = "steady rate=10 duration=80s"
"""
"""Eight real seconds of it: who is left sends on when a worker is gone."""

PARTS = ("worker-0.jsonl", "worker-1.jsonl", JOURNAL)

pytestmark = pytest.mark.skipif(
    not Path("/proc").exists(), reason="finds a load's processes by /proc"
)


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[Swarm]:
    """Return a swarm of the test's own."""
    with swarming(tmp_path) as swarm:
        yield swarm


@pytest.fixture
def load(swarm: Swarm) -> Process:
    """Return a load of two workers that has been sending for a moment."""
    scenario = swarm.folder / "load.toml"
    scenario.write_text(LOAD, encoding="utf-8")
    out = ("--out", str(swarm.folder / "run"))
    load = swarm.start("smslab", "load", str(scenario), *out)
    parts = swarm.folder / "run" / "parts"
    until(lambda: all(len(lines_of(parts / p, "callback")) > 20 for p in PARTS))
    return load


def children(pid: int) -> set[int]:
    """Return the processes that one has started, and those that they have."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    own = set(map(int, path.read_text().split()))
    return own.union(*map(children, own))


def child(load: Process, word: str) -> int:
    """Return the process that a load has started for this."""
    (pid,) = [
        pid
        for pid in children(load.pid)
        if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        and Path(f"/proc/{pid}/stat").read_text().split()[3] == str(load.pid)
    ]
    return pid


def kill_a_worker(load: Process) -> None:
    """Kill the second of two workers, as the kernel does where memory is short."""
    generator = child(load, "locust")
    os.kill(max(children(generator)), signal.SIGKILL)


def kill_the_simulator(load: Process) -> None:
    """Kill the simulator."""
    os.kill(child(load, "serve"), signal.SIGKILL)


def press_ctrl_c(load: Process) -> None:
    """Interrupt the command, as a hand at the terminal does."""
    os.kill(load.pid, signal.SIGINT)


ENDS = [
    (press_ctrl_c, 130, "stopped by hand during codes"),
    (kill_the_simulator, 1, "the simulator ended before the load generator did"),
    (kill_a_worker, 1, "was killed: its last calls and callbacks"),
]


@pytest.mark.parametrize(("end", "status", "said"), ENDS)
def test_a_load_cut_off_says_what_is_missing(
    swarm: Swarm,
    load: Process,
    end: Callable[[Process], None],
    status: int,
    said: str,
) -> None:
    """It leaves a run folder, with a report, and no process."""
    started = children(load.pid)
    end(load)
    assert load.wait(LONGEST), load.said
    assert (load.status, any(map(alive, started))) == (status, False), load.said
    run = swarm.folder / "run"
    manifest: dict[str, Any] = json.loads((run / "manifest.json").read_text("utf-8"))
    assert not manifest["complete"]
    assert any(said in line for line in manifest["missing"]), manifest["missing"]
    assert any("of codes never sent" in line for line in manifest["missing"])
    assert said in load.said
    assert (run / "report.html").exists()


def alive(pid: int) -> bool:
    """Say whether a process is there, and not merely its exit status."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
