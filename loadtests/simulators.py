"""The simulator of a load: `smslab serve` in a process of its own."""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, build_opener

from loadtests.parts import JOURNAL
from loadtests.processes import TICK
from simulator.fault_tables import spelled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from loadtests.loads import Load
    from loadtests.processes import Leash, Process
    from sms.units import Seconds

LONGEST_START: Seconds = 20.0
"""Real seconds that it may take until it is healthy."""

LONGEST_END: Seconds = 60.0
"""Real seconds that it may take to end: open requests finish, a journal is written."""

PATIENCE: Seconds = 5.0
"""Real seconds that it may take to say how it is."""

LOG = "simulator.log"

_ADDRESS = re.compile(r"^smslab answers for Twilio at (http://\S+)$", re.MULTILINE)

_opener = build_opener(ProxyHandler({}))  # this machine alone, whatever proxy is set

Health = dict[str, Any]


class SimulatorError(Exception):
    """The simulator is not there: one line that says what it said last."""


class Simulator:
    """A simulator under way; `url` is empty until it is healthy."""

    def __init__(self, process: Process) -> None:
        self.url = ""
        self._process = process

    @property
    def ended(self) -> bool:
        """Whether it is there no more."""
        return self._process.ended

    def wait_until_healthy(self, broken_off: Callable[[], bool]) -> None:
        """Wait until it answers, LONGEST_START at most, or until broken off.

        Raises:
            SimulatorError: it has ended, or took too long.
        """
        give_up_at = time.monotonic() + LONGEST_START
        while not broken_off():
            found = _ADDRESS.search(self._process.said)
            if found is not None:
                self.url = found[1]
                if (self.health() or {}).get("status") == "ok":
                    return
            if self.ended or time.monotonic() >= give_up_at:
                raise SimulatorError(
                    f"the simulator was not healthy within {LONGEST_START:g} s; it "
                    f"{self._process.last_words}"
                )
            time.sleep(TICK)

    def health(self) -> Health | None:
        """Return how it is; None where it does not say in time."""
        try:
            address = f"{self.url}/_smslab/health"
            with _opener.open(address, timeout=PATIENCE) as answer:
                health: Health = json.load(answer)
        except (OSError, ValueError):
            return None
        return health

    def stop(self) -> None:
        """End it and wait until its journal is whole; at last by force."""
        self._process.tell(signal.SIGTERM)
        self._process.wait(LONGEST_END)
        self._process.kill()


def start_simulator(
    leash: Leash, load: Load, *, beside: Path, parts: Path
) -> Simulator:
    """Start the simulator that a load asks for, on a free port.

    What its file names is looked for `beside` it; journal and log go into `parts`.
    """
    words = [sys.executable, "-m", "smslab", "serve", *options(load, beside, parts)]
    return Simulator(leash.start(words, parts / LOG))


def options(load: Load, beside: Path, parts: Path) -> list[str]:
    """Return the options of `smslab serve` that make the simulator of a load."""
    asked, scenario = load.simulator, load.scenario
    latency_ms = scenario.profile.api_latency.median * 1_000
    given = {
        "--port": 0,
        "--journal": (parts / JOURNAL).absolute(),
        "--speed": load.speed,
        "--seed": scenario.seed,
        "--start": scenario.started_at.isoformat(),
        "--profile": asked.profile,
        "--config": asked.config and (beside / asked.config).absolute(),
        "--concurrency": asked.concurrency,
        "--api-latency": None if asked.api_latency is None else latency_ms,
    }
    words = [f"{name}={value}" for name, value in given.items() if value is not None]
    return [*words, *(f"--fault={spelled(fault)}" for fault in load.faults)]
