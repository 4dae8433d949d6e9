"""Driving: a load over real HTTP, by a simulator and a generator of its own."""

from __future__ import annotations

import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from loadtests.gauges import Gauge, Readings
from loadtests.processes import Leash
from loadtests.simulators import SimulatorError, start_simulator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loadtests.interrupts import Interrupts
    from loadtests.loads import Changes, Load
    from loadtests.processes import Process
    from loadtests.simulators import Simulator
    from sms.units import Seconds

LOOK: Seconds = 0.5
"""Real seconds between two looks at how the simulator is."""

MARGIN: Seconds = 30.0
"""Real seconds, beyond the drain, in which the generator is to end by itself."""

GENTLE: Seconds = 15.0
"""Real seconds that it has to end once it was asked to."""

WELL = (0, 1)
"""How Locust ends: 1 where a check was missed, or a request failed."""

LOG = "locust.log"

LOCUST = (
    *(sys.executable, "-m", "locust"),
    *("-f", str(Path(__file__).with_name("locustfile.py"))),
)
"""Begins the generator; importing it here would patch this process."""


def drive(
    load: Load,
    interrupts: Interrupts,
    *,
    scenario: Path,
    changes: Changes,
    parts: Path,
    locust: Sequence[str] = LOCUST,
) -> list[str]:
    """Put a load on; return what went wrong, a line each.

    Every process that was started has ended then, and each has left its part in
    `parts`, as far as it could.
    """
    with Leash() as leash:
        simulator = start_simulator(leash, load, beside=scenario.parent, parts=parts)
        try:
            simulator.wait_until_healthy(lambda: interrupts.count > 0)
        except SimulatorError as error:
            return [str(error)]
        if interrupts.count:
            return []
        words = options(
            load, simulator.url, scenario=scenario, changes=changes, parts=parts
        )
        generator = leash.start([*locust, *words], parts / LOG)
        watch = Watch(load, simulator, generator, interrupts)
        watch.run()
        simulator.stop()
        if not (watch.problems or interrupts.count or any(parts.glob("worker-*"))):
            return [f"the load generator {generator.last_words}"]
        return watch.problems


def options(
    load: Load, url: str, *, scenario: Path, changes: Changes, parts: Path
) -> list[str]:
    """Return the options with which Locust puts a load on a simulator at `url`."""
    processes = _several(load.processes) if load.processes > 1 else []
    return [
        "--headless",
        *("--host", url),
        *("--scenario", str(scenario.absolute())),
        *("--changes", msgspec.json.encode(changes).decode()),
        *("--parts", str(parts.absolute())),
        "--only-summary",
        *("--loglevel", "WARNING"),
        *processes,
    ]


def _several(processes: int) -> list[str]:
    """Return the options of a master whose port is its own, and on this machine alone.

    At Locust's own port the workers of one load would go to the master of another.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = str(listener.getsockname()[1])
    return [
        *("--processes", str(processes)),
        *("--master-bind-port", port, "--master-port", port),
    ]


class Watch:
    """Watches over a generator until it has ended, and ends it where it does not.

    Ctrl-C, a simulator that is gone and a load that stands still ask it to end; another
    Ctrl-C, or GENTLE seconds, end it at once.  `problems` says why, if it was not told.
    """

    def __init__(
        self,
        load: Load,
        simulator: Simulator,
        generator: Process,
        interrupts: Interrupts,
    ) -> None:
        self.problems: list[str] = []
        self._load = load
        self._simulator = simulator
        self._generator = generator
        self._interrupts = interrupts
        self._state: object = None
        self._news_at = time.monotonic()
        self._all_due_at = self._news_at + load.duration / load.speed

    def run(self) -> None:
        """Return once the generator has ended, and all it had started with it."""
        readings = Readings(self._load)
        with Gauge() as gauge:
            while not self._generator.wait(LOOK, broken_off=self._asked):
                if self._asked():
                    break
                health = self._simulator.health()
                if health is not None:
                    self._note(health)
                    gauge.show(readings.take(health))
                self._problem()
                if self.problems:
                    break
        self._end()

    def _asked(self) -> bool:
        return self._interrupts.count > 0

    def _note(self, health: dict[str, Any]) -> None:
        """Take how the simulator is: as long as that changes the load is under way."""
        state = [health["messages"], health["requests"], health["callbacks"]]
        if state != self._state:
            self._state, self._news_at = state, time.monotonic()

    def _problem(self) -> None:
        """Note what keeps the load from coming to its end, if anything does."""
        load, now = self._load, time.monotonic()
        if self._simulator.ended:
            self.problems.append("the simulator ended before the load generator did")
        limit = load.drain / load.speed + MARGIN
        if now > max(self._news_at, self._all_due_at) + limit:
            self.problems.append(
                f"the load generator did not end, though nothing had happened for "
                f"{limit:.0f} s: it was stopped"
            )

    def _end(self) -> None:
        """Ask the generator to end, if it has not, and see to it that it has."""
        generator, interrupts = self._generator, self._interrupts
        by_itself = generator.ended
        if not by_itself:
            generator.tell(signal.SIGINT)
            generator.wait(GENTLE, broken_off=lambda: interrupts.count > 1)
        if not generator.ended:
            why = (
                "by a second Ctrl-C"
                if interrupts.count > 1
                else f"as it did not end within {GENTLE:g} s of being asked to"
            )
            self.problems.append(f"the load generator was killed, {why}")
        elif by_itself and generator.status not in WELL:
            self.problems.append(f"the load generator {generator.last_words}")
        generator.kill()
