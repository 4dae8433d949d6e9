"""The simulator of a load: started as its file says, or an error that says why not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from loadtests.processes import Leash
from loadtests.simulators import Simulator, SimulatorError, options
from tests.loadtests.loadings import CODES, HEAD, read_small

if TYPE_CHECKING:
    from pathlib import Path


def test_what_the_file_leaves_out_is_the_profiles(tmp_path: Path) -> None:
    """A free port, a journal, the speed, the seed and the start are always said."""
    words = options(read_small(seed=7), beside=tmp_path, parts=tmp_path / "parts")
    assert words == [
        "--port=0",
        f"--journal={tmp_path}/parts/simulator.jsonl",
        "--speed=60.0",
        "--seed=7",
        "--start=2026-11-23T17:00:00+00:00",
    ]


def test_the_file_says_which_twilio_it_is(tmp_path: Path) -> None:
    """Its world is found beside it, and the API's latency is in milliseconds."""
    table = """
[simulator]
profile = "twilio-2026"
config = "world.toml"
concurrency = 5
api_latency = "20ms"
"""
    load = read_small(HEAD + table + CODES, {"world.toml": b""})
    words = options(load, beside=tmp_path, parts=tmp_path)
    assert words[5:] == [
        "--profile=twilio-2026",
        f"--config={tmp_path}/world.toml",
        "--concurrency=5",
        "--api-latency=20.0",
    ]


def test_a_simulator_that_ends_is_not_waited_for(tmp_path: Path) -> None:
    """What it said last is what is said of it."""
    with Leash() as leash:
        words = [sys.executable, "-c", "import sys; sys.exit('the port is in use')"]
        simulator = Simulator(leash.start(words, tmp_path / "log"))
        said = "ended with status 1: the port is in use"
        with pytest.raises(SimulatorError, match=said):
            simulator.wait_until_healthy(lambda: False)


def test_nobody_says_nothing(tmp_path: Path) -> None:
    """Where there is no server there is no health, and Ctrl-C ends the wait."""
    with Leash() as leash:
        words = [sys.executable, "-c", "import time; time.sleep(60)"]
        simulator = Simulator(leash.start(words, tmp_path / "log"))
        simulator.wait_until_healthy(lambda: True)
        simulator.url = "http://127.0.0.1:9"
        assert simulator.health() is None
        assert not simulator.ended
