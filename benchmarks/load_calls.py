"""A strategy user's call against a bare FastHttpUser's, in turns, on one core each.

Both post the same form to the same canned server by 32 users.  Ours goes through
strategy, pacing, matching, the official library and our statistics; once as plain
Locust runs it, and once as `smslab load` does, which also writes each call down.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.load_rig import (
    BODY,
    GENERATOR_CORE,
    Window,
    canned,
    locust,
    markdown,
    on_cores,
    wait_for,
    watch,
)
from loadtests.driving import LOCUST

if TYPE_CHECKING:
    from sms.units import Seconds

USERS = 32
COUNT = 40_000
"""Recipients, more than are ever reached."""

WARM = 1_000
"""Messages before anything is measured."""

BARE, PLAIN, WRITTEN = "bare FastHttpUser", "strategy user", "the same, written down"


def words_of(name: str, url: str, folder: Path) -> list[str]:
    """Return the words that start one of the generators."""
    users = ("--users", str(USERS), "--spawn-rate", str(USERS), "--host", url)
    if name == BARE:
        bare = [*LOCUST[:-1], str(Path(__file__).with_name("load_bare.py"))]
        quiet = ("--headless", "--only-summary", "--loglevel", "WARNING")
        return on_cores([GENERATOR_CORE], [*bare, *quiet, *users])
    parts = ("--parts", str(folder)) if name == WRITTEN else ()
    ours = ("--count", str(COUNT), "--pacing", "burst", "--body", BODY, "--drain", "1")
    return locust(*users, *ours, *parts, "MessagingServiceUser")


def measure(name: str, seconds: Seconds) -> Window:
    """Start a generator, watch it for so long once it is warm, and end it."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with canned(folder) as (leash, server):
            words = words_of(name, server.url, folder)
            generator = leash.start(words, folder / "locust.log")
            wait_for(lambda: server.posts > WARM, generator)
            return watch(server, generator, seconds)


def run(rounds: int, seconds: Seconds) -> str:
    """Return the table."""
    done: dict[str, list[Window]] = {BARE: [], PLAIN: [], WRITTEN: []}
    for _ in range(rounds):
        for name, windows in done.items():
            windows.append(measure(name, seconds))
    rows = []
    for name, windows in done.items():
        pairs = list(zip(windows, done[BARE], strict=True))
        rows.append(
            [
                name,
                f"{median(w.rate for w in windows):,.0f}",
                f"{median(own.rate / bare.rate for own, bare in pairs):.2f}",
                f"{median(w.generator_us for w in windows):,.0f}",
                f"{median(b.generator_us / o.generator_us for o, b in pairs):.2f}",
                f"{median(w.server / w.seconds for w in windows):.0%}",
            ]
        )
    head = ("user", "calls/s", "ratio", "CPU µs a call", "ratio", "server's core")
    return markdown(head, rows)
