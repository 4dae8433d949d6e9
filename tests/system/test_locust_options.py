"""Locust's own options, as they go in any locustfile."""

from __future__ import annotations

import csv
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.loadtests.swarm.swarming import POST_ROW, messages, numbers, swarming

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from loadtests.simulators import Simulator
    from tests.loadtests.swarm.swarming import Swarm

ENDLESS = ("--arrivals", "steady rate=1", "--drain", "1h", "ShortCodeUser")
"""A text a simulated second, without end."""


@pytest.fixture(scope="module")
def swarm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swarm]:
    """Return a swarm for all tests of the module."""
    with swarming(tmp_path_factory.mktemp("options")) as swarm:
        yield swarm


@pytest.fixture(scope="module")
def simulator(swarm: Swarm) -> Simulator:
    """Return a simulator whose receipts take a minute, so that a drain is seen."""
    return swarm.serve(config=SLOW)


SLOW = """
[profile]
receipt_delay = {median = 60.0, p99 = 90.0}
[profile.mix]
landline = 0.0
unknown = 0.0
switched_off = 0.0
unreachable = 0.0
filtered = 0.0
unknown_error = 0.0
off_short_codes = 0.0
"""


def test_after_the_run_time_nothing_is_begun(
    swarm: Swarm, simulator: Simulator, tmp_path: Path
) -> None:
    """-t ends endless traffic; what was accepted by then is still waited for."""
    parts = ("--parts", str(tmp_path))
    ended = swarm.run(simulator.url, "-t", "2", *parts, *ENDLESS)
    assert ended.status == 0, ended.said
    accepted = ended.requests(f"POST {POST_ROW}")
    assert ended.requests("SMS short-code submitted→terminal") == accepted > 100
    assert {m["status"] for m in messages(simulator.url)} == {"delivered"}


def test_statistics_are_written_as_ever(
    swarm: Swarm, simulator: Simulator, tmp_path: Path
) -> None:
    """--csv and --html have our rows beside Locust's own."""
    csvs, page = tmp_path / "run", tmp_path / "run.html"
    words = ("--csv", str(csvs), "--html", str(page), *ENDLESS)
    ended = swarm.run(simulator.url, "-t", "2", *words)
    assert ended.status == 0, ended.said
    with csvs.with_name("run_stats.csv").open(encoding="utf-8") as file:
        rows = {(row["Type"], row["Name"]) for row in csv.DictReader(file)}
    assert rows >= {("POST", POST_ROW), ("SMS", "short-code sent→delivered")}
    assert '"name": "short-code sent' in page.read_text("utf-8")


TAGS = [
    ("--tags=send", 1),
    ("--tags=short-code", 1),
    ("--exclude-tags=send", 0),
    ("--tags=notify", 0),
]


@pytest.mark.parametrize(("tags", "times"), TAGS)
def test_tags_choose(swarm: Swarm, simulator: Simulator, tags: str, times: int) -> None:
    """By what a task does and by its strategy's name; nothing else is sent."""
    first = 1000 + 10 * TAGS.index((tags, times))
    people = ("--recipients", swarm.people(4, first))
    swarm.run(simulator.url, *people, "-t", "2", tags, "ShortCodeUser")
    sent = Counter(m["to"] for m in messages(simulator.url))
    assert [sent[number] for number in numbers(4, first)] == [times] * 4
