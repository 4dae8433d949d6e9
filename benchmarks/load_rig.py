"""What the load benchmarks have in common: processes on their cores, and tables."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, build_opener

import psutil  # type: ignore[import-untyped]  # Locust brings it, without types

from loadtests.driving import LOCUST
from loadtests.processes import TICK, Leash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from loadtests.processes import Process
    from sms.units import Seconds

SERVER_CORE, GENERATOR_CORE = 0, 1

PATIENCE: Seconds = 30.0
"""Real seconds for anything to begin."""

BODY = "Hello Anna, your order 1234 is on its way to you"

_ADDRESS = re.compile(r"at (http://\S+)$", re.MULTILINE)
_PINNED = (
    "import os, sys\n"
    "cores = {int(core) for core in sys.argv[1].split(',')}\n"
    "if hasattr(os, 'sched_setaffinity'): os.sched_setaffinity(0, cores)\n"
    "os.execv(sys.argv[2], sys.argv[2:])\n"
)
_opener = build_opener(ProxyHandler({}))  # this machine alone


def on_cores(cores: Sequence[int], words: Sequence[str]) -> list[str]:
    """Return the words that start a program on some cores, where the system lets it."""
    several = ",".join(str(core % (os.cpu_count() or 1)) for core in cores)
    return [sys.executable, "-c", _PINNED, several, *words]


def locust(*words: str, cores: Sequence[int] = (GENERATOR_CORE,)) -> list[str]:
    """Return the words that start our locustfile headless."""
    quiet = ("--headless", "--only-summary", "--loglevel", "WARNING")
    return on_cores(cores, [*LOCUST, *quiet, *words])


def get(url: str) -> Any:
    """Return the JSON that stands at an address."""
    with _opener.open(url, timeout=PATIENCE) as answer:
        return json.load(answer)


def wait_for(what: Callable[[], bool], process: Process) -> None:
    """Wait until something is so.

    Raises:
        RuntimeError: the process has ended instead, or time is up.
    """
    give_up_at = time.monotonic() + PATIENCE
    while not what():
        if process.ended or time.monotonic() > give_up_at:
            raise RuntimeError(f"{process.last_words}\n{process.said}")
        time.sleep(TICK)


@dataclass(frozen=True, slots=True)
class Canned:
    """A canned server under way."""

    url: str
    process: Process

    @property
    def health(self) -> Any:
        """How it is."""
        return get(f"{self.url}/_smslab/health")

    @property
    def posts(self) -> int:
        """How many messages it was given."""
        return int(self.health["posts"])


@contextmanager
def canned(folder: Path, *words: str) -> Iterator[tuple[Leash, Canned]]:
    """Start a canned server on its core; all that the leash started ends with it."""
    with Leash() as leash:
        command = [sys.executable, "-m", "benchmarks.load_canned", *words]
        process = leash.start(on_cores([SERVER_CORE], command), folder / "canned.log")
        wait_for(lambda: _ADDRESS.search(process.said) is not None, process)
        found = _ADDRESS.search(process.said)
        assert found is not None, "it was waited for"
        yield leash, Canned(found[1], process)


@dataclass(frozen=True, slots=True)
class Window:
    """What was done in a stretch of time: messages a second, processor time of each."""

    posts: int
    seconds: Seconds
    generator: Seconds
    server: Seconds

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.posts / self.seconds

    @property
    def generator_us(self) -> float:
        """Processor time of the generator a message, in microseconds."""
        return self.generator / self.posts * 1e6


def watch(server: Canned, generator: Process, seconds: Seconds) -> Window:
    """Return what is done in the next seconds, as the server counts it."""
    began_at, before, used = time.monotonic(), server.health, cpu_of(generator.pid)
    time.sleep(seconds)
    after, now_used = server.health, cpu_of(generator.pid)
    return Window(
        posts=after["posts"] - before["posts"],
        seconds=time.monotonic() - began_at,
        generator=now_used - used,
        server=after["process"]["cpu_seconds"] - before["process"]["cpu_seconds"],
    )


def cpu_of(pid: int) -> Seconds:
    """Return the processor time of a process and of all it has started."""
    first = psutil.Process(pid)
    times = [one.cpu_times() for one in (first, *first.children(recursive=True))]
    return float(sum(t.user + t.system for t in times))


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table: the first column to the left, the others to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
