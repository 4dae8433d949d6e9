"""A load run to its end, or to the death of one of its processes.

Locust's part is played by a stand-in; the simulator is the true one.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from loadtests.driving import options
from loadtests.loads import Changes, Driver
from loadtests.manifests import VIRTUAL
from loadtests.runner import Asked, run_load
from simulator.keys import ConfigError
from tests.loadtests.loadings import CODES, HEAD, SMALL, read_small

if TYPE_CHECKING:
    from loadtests.runner import Outcome

STAND_IN = Path(__file__).with_name("stand_in.py")
ONE = (HEAD + CODES).replace("speed = 60", "speed = 1000").replace("=8s", "=1s")
"""One text; so fast that its receipt is there before the stand-in has ended."""


def run(folder: Path, how: str, text: str = ONE, **asked: Any) -> Outcome:
    """Run a load whose generator does so."""
    scenario = folder / "load.toml"
    scenario.write_text(text, encoding="utf-8")
    words = (sys.executable, str(STAND_IN), how)
    return run_load(
        Asked(scenario=scenario, folder=folder / "run", locust=words, **asked)
    )


def manifest(outcome: Outcome) -> dict[str, Any]:
    """Return the manifest that a load has left."""
    plain: dict[str, Any] = json.loads((outcome.folder / "manifest.json").read_text())
    return plain


def assert_nothing_is_left(outcome: Outcome) -> None:
    """Check that the stand-in, its own child and the simulator are gone."""
    left = [int(pid) for pid in (outcome.folder / "parts" / "pids").read_text().split()]
    give_up_at = time.monotonic() + 5.0
    while any(map(alive, left)) and time.monotonic() < give_up_at:
        pass
    assert not any(map(alive, left))
    log = (outcome.folder / "parts" / "simulator.log").read_text()
    assert "smslab answers for Twilio at" in log


def alive(pid: int) -> bool:
    """Say whether a process is there, and not merely its exit status."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    except FileNotFoundError:
        return False


def test_a_load_leaves_a_whole_run(tmp_path: Path) -> None:
    """Tables, rejects and a manifest that says how it was put on."""
    text = 'checks = ["count(texts) == 1", "p95(call) <= 1s"]\n' + ONE
    outcome = run(tmp_path, "well", text)
    said = manifest(outcome)
    assert (outcome.holds, outcome.by_hand, said["missing"]) == (True, False, [])
    assert (said["complete"], said["command"], said["clock"]) == (True, "load", "real")
    assert said["generator"] == {"driver": "open", "users": 50, "processes": 1}
    assert [check["met"] for check in said["checks"]] == [True, True]
    names = {path.name for path in outcome.folder.iterdir()}
    assert names >= {"messages.parquet", "calls.parquet", "callbacks.parquet"}
    assert "generator.parquet" not in names
    assert_nothing_is_left(outcome)


def test_a_missed_check_does_not_hold(tmp_path: Path) -> None:
    """The run is whole all the same, and a stale table of an earlier one is gone."""
    (tmp_path / "run").mkdir()
    stale = tmp_path / "run" / "generator.parquet"
    stale.write_bytes(b"")
    outcome = run(tmp_path, "well", changes=Changes(checks=("count(texts) > 5",)))
    assert (outcome.holds, outcome.missing) == (False, [])
    assert manifest(outcome)["checks"] == [
        {"check": "count(texts) > 5", "wanted": "> 5", "got": "1", "met": False}
    ]
    assert not stale.exists()


def test_a_killed_worker_leaves_a_run_that_says_so(tmp_path: Path) -> None:
    """What it had noted is in the record."""
    outcome = run(tmp_path, "killed")
    assert not outcome.holds
    assert not outcome.by_hand
    assert outcome.missing[0] == "the load generator ended with status -9"
    assert outcome.missing[1].startswith("worker 1 of 1 was killed")
    assert not manifest(outcome)["complete"]
    assert_nothing_is_left(outcome)


@pytest.mark.skipif(not Path("/proc").exists(), reason="finds a process by /proc")
def test_a_killed_simulator_ends_the_load(tmp_path: Path) -> None:
    """The generator is asked to end, and the run says what is missing."""
    outcome = run(tmp_path, "murderous")
    assert list(outcome.missing) == [
        "the simulator ended before the load generator did",
        "the simulator was killed: messages of which it left no line are as their "
        "callbacks told them",
    ]
    assert_nothing_is_left(outcome)


def test_ctrl_c_ends_the_generator_gently(tmp_path: Path) -> None:
    """It writes its last line; the run says that it was stopped."""
    outcome = run(tmp_path, "gentle")
    assert outcome.by_hand
    assert outcome.missing == ["stopped by hand during codes"]
    assert_nothing_is_left(outcome)


def test_a_second_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    """However stubborn it is; nothing stays behind."""
    outcome = run(tmp_path, "stubborn")
    assert outcome.by_hand
    assert list(outcome.missing[:2]) == [
        "stopped by hand during codes",
        "the load generator was killed, by a second Ctrl-C",
    ]
    assert_nothing_is_left(outcome)


def test_a_generator_that_does_not_begin_says_why(tmp_path: Path) -> None:
    """Its last line is in the manifest, and nothing was sent."""
    outcome = run(tmp_path, "broken")
    assert list(outcome.missing) == [
        "the load generator ended with status 1: stand-in: it does not even begin",
        "no worker of the load generator left anything",
        "1 text of codes never sent",
    ]


def test_locust_is_told_all_of_it(tmp_path: Path) -> None:
    """Where the simulator is, what to send, what was changed, and how many."""
    load = read_small(processes=2)
    words = options(
        load,
        "http://127.0.0.1:1",
        scenario=tmp_path / "load.toml",
        changes=Changes(driver=Driver.USERS, checks=("count(failed) == 0",)),
        parts=tmp_path / "parts",
    )
    said = dict(pairwise(words))
    assert said["--scenario"] == str(tmp_path / "load.toml")
    assert json.loads(said["--changes"])["driver"] == "users"
    assert json.loads(said["--changes"])["checks"] == ["count(failed) == 0"]
    assert (said["--processes"], said["--host"]) == ("2", "http://127.0.0.1:1")


# Virtual time


def test_virtual_time_leaves_the_same_run(tmp_path: Path) -> None:
    """Streams beside each other in one account; nobody generates anything."""
    outcome = run(tmp_path, "never", SMALL, clock=VIRTUAL)
    said = manifest(outcome)
    assert (outcome.holds, said["clock"], said["generator"]) == (True, "virtual", None)
    assert [one["name"] for one in said["strategies"]] == ["codes", "news"]
    assert [one["texts"] for one in said["strategies"]] == [8, 6]
    assert all(one["finished_at"] > 0 for one in said["strategies"])


def test_the_knee_is_named(tmp_path: Path) -> None:
    """Whose it is, what broke, and at which rate."""
    text = ONE.replace("steady rate=1 duration=1s", "staircase first=1 step=1 steps=3")
    text = text.replace("steps=3", "steps=3 hold=10s") + 'until = "p95(call) < 1ms"'
    outcome = run(tmp_path, "never", text, clock=VIRTUAL)
    assert manifest(outcome)["knee"] == {
        "stream": "codes",
        "check": "p95(call) < 1ms",
        "rate": None,
        "broken_at": 1.0,
    }
    assert outcome.holds


def test_a_bad_load_is_known_before_anything_is_run(tmp_path: Path) -> None:
    """There is no folder then."""
    with pytest.raises(ConfigError, match="'sped'"):
        run(tmp_path, "never", "sped = 1\n" + SMALL)
    assert not (tmp_path / "run").exists()
