"""Locust and the simulator, each in a process of its own, and what they leave.

Importing Locust patches the process it is in: here nothing imports it.
"""

from __future__ import annotations

import json
import sys
import time
from base64 import b64encode
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, Request, build_opener

from loadtests.driving import LOCUST
from loadtests.parts import JOURNAL, read_part
from loadtests.processes import TICK, Leash
from loadtests.simulators import Simulator
from simulator.engine.worlds import ACCOUNT_SID, AUTH_TOKEN

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from loadtests.processes import Process

LONGEST = 45.0
"""Real seconds that anything here may take: a failure above."""

SPEED = 100

CALM = """
[profile]
receipt_delay = {median = 1.0, p99 = 2.0}
[profile.mix]
landline = 0.0
unknown = 0.0
switched_off = 0.0
unreachable = 0.0
filtered = 0.0
unknown_error = 0.0
off_short_codes = 0.0
"""
"""A world in which every text is delivered, within seconds."""

POST_ROW = "/2010-04-01/Accounts/{sid}/Messages.json"

_opener = build_opener(ProxyHandler({}))

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """How Locust ended: its exit status, all that it said, its statistics.

    A row's name in `rows` is its method and its name.
    """

    status: int | None
    said: str
    rows: dict[str, Line]

    def requests(self, name: str) -> int:
        """Return how many a row has; 0 where there is no such row."""
        return int(self.rows[name]["num_requests"]) if name in self.rows else 0

    def failures(self, name: str) -> int:
        """Return how many of a row have failed."""
        return int(self.rows[name]["num_failures"]) if name in self.rows else 0


@dataclass(frozen=True, slots=True)
class Locust:
    """A Locust under way, which will leave its statistics in a file."""

    process: Process
    statistics: Path

    def wait(self) -> Ended:
        """Wait until it has ended by itself, and return how."""
        assert self.process.wait(LONGEST), self.process.said
        rows: dict[str, Line] = {}
        if self.statistics.exists():
            for row in json.loads(self.statistics.read_text("utf-8")):
                rows[f"{row['method']} {row['name']}"] = row
        return Ended(self.process.status, self.process.said, rows)


class Swarm:
    """Starts simulators and Locusts in a folder; all of them end with the leash."""

    def __init__(self, folder: Path, leash: Leash) -> None:
        self.folder = folder
        self._leash = leash
        self._started = 0
        self._server: Process | None = None

    def serve(self, *words: str, config: str = CALM) -> Simulator:
        """Start a simulator, whose journal is in the folder, and wait until it is up.

        It goes at SPEED, unless `words` say otherwise.
        """
        world = self.folder / "world.toml"
        world.write_text(config, encoding="utf-8")
        options = (
            *("--port=0", f"--speed={SPEED}", f"--config={world}"),
            f"--journal={self.folder / JOURNAL}",
        )
        self._server = self.start("smslab", "serve", *options, *words)
        simulator = Simulator(self._server)
        simulator.wait_until_healthy(lambda: False)
        return simulator

    def tell_server(self, number: signal.Signals) -> None:
        """Send the simulator that was started last a signal."""
        assert self._server is not None, "there is one"
        self._server.tell(number)

    def start(self, *words: str) -> Process:
        """Start a module of Python's with options, and return it at once."""
        self._started += 1
        log = self.folder / f"{self._started}.log"
        return self._leash.start([sys.executable, "-m", *words], log)

    def begin(self, url: str, *words: str) -> Locust:
        """Start Locust against a simulator, and return it at once."""
        file = self.folder / f"{self._started + 1}"
        words = ("--host", url, "--json-file", str(file), "--only-summary", *words)
        process = self.start(*LOCUST[2:], *words)
        return Locust(process, file.with_suffix(".json"))

    def run(self, url: str, *words: str) -> Ended:
        """Run Locust headless, to its end."""
        return self.begin(url, "--headless", *words).wait()

    def people(self, count: int, first: int = 0) -> str:
        """Write a file of so many recipients, whose numbers begin at `first`."""
        path = self.folder / f"people-{first}.csv"
        path.write_text("\n".join(["to", *numbers(count, first)]), encoding="utf-8")
        return str(path)

    def part(self, kind: str, index: int = 0) -> list[Line]:
        """Return the lines of a kind of a worker's part, which is in the folder."""
        return lines_of(self.folder / f"worker-{index}.jsonl", kind)

    def journal(self, kind: str = "message") -> list[Line]:
        """Return the journal's lines of a kind."""
        return lines_of(self.folder / JOURNAL, kind)


@contextmanager
def swarming(folder: Path) -> Iterator[Swarm]:
    """Yield a swarm of a folder, of which no process is left afterwards."""
    with Leash() as leash:
        yield Swarm(folder, leash)


def lines_of(path: Path, kind: str) -> list[Line]:
    """Return the lines of a kind of a part."""
    return [line for line in read_part(path) if line["kind"] == kind]


def numbers(count: int, first: int = 0) -> list[str]:
    """Return so many recipients' numbers."""
    return [f"+1303555{n:04d}" for n in range(first, first + count)]


def messages(url: str) -> list[Line]:
    """Return the account's latest thousand messages, as the API lists them."""
    path = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json?PageSize=1000"
    request = Request(url + path)
    login = b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
    request.add_header("Authorization", f"Basic {login}")
    with _opener.open(request, timeout=LONGEST) as answer:
        found: list[Line] = json.load(answer)["messages"]
    return found


def until(holds: Callable[[], object]) -> None:
    """Look again and again until something holds, for LONGEST at most."""
    give_up_at = time.monotonic() + LONGEST
    while not holds():
        assert time.monotonic() < give_up_at, "it does not come about"
        time.sleep(TICK)
