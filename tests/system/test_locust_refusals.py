"""What a Locust of ours makes of refusals: Twilio's, a check's, and its own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.loadtests.swarm.swarming import (
    POST_ROW,
    lines_of,
    messages,
    numbers,
    swarming,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from loadtests.simulators import Simulator
    from tests.loadtests.swarm.swarming import Swarm

TEXTS = 30
LIMIT = 4


@pytest.fixture(scope="module")
def swarm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swarm]:
    """Return a swarm for all tests of the module."""
    with swarming(tmp_path_factory.mktemp("refusals")) as swarm:
        yield swarm


@pytest.fixture(scope="module")
def simulator(swarm: Swarm) -> Simulator:
    """Return a simulator that is slow to answer, and takes few requests at a time."""
    return swarm.serve("--api-latency", "1000", f"--concurrency={LIMIT}")


def posts(simulator: Simulator) -> int:
    """Return how many requests a simulator has taken or refused so far."""
    health = simulator.health()
    assert health is not None
    refused: int = health["requests"]["refused"]
    return refused + len(messages(simulator.url))


def test_a_429_that_is_cured_is_no_failure(swarm: Swarm, simulator: Simulator) -> None:
    """A burst has refusals in a row of their own, and each text gets through once."""
    ended = swarm.run(
        simulator.url,
        *("--recipients", swarm.people(TEXTS), "--pacing", "burst"),
        *("--users", "20", "--spawn-rate", "20", "--drain", "10m"),
        *("--check", f"count(429) >= {20 - LIMIT}", "--check", "count(gave_up) == 0"),
        *("--check", f"count(delivered) == {TEXTS}", "ShortCodeUser"),
    )
    assert ended.status == 0, ended.said
    assert ended.requests(f"POST {POST_ROW}") == TEXTS
    assert ended.requests(f"POST {POST_ROW} (429)") >= 20 - LIMIT
    assert sum(row["num_failures"] for row in ended.rows.values()) == 0
    sent = Counter(m["to"] for m in messages(simulator.url))
    assert [sent[number] for number in numbers(TEXTS)] == [1] * TEXTS


def test_users_wait_for_an_answer(
    swarm: Swarm, simulator: Simulator, tmp_path: Path
) -> None:
    """So many users are never more requests at a time."""
    people, parts = swarm.people(6, 100), ("--parts", str(tmp_path))
    words = ("--recipients", people, "--pacing", "burst", *parts, "ShortCodeUser")
    ended = swarm.run(simulator.url, "--users", "2", "--spawn-rate", "2", *words)
    calls = lines_of(tmp_path / "worker-0.jsonl", "call")
    assert (ended.status, len(calls)) == (0, 6)
    assert max(line["in_flight"] for line in calls) == 2


def test_a_missed_check_is_an_exit_status(swarm: Swarm, simulator: Simulator) -> None:
    """What was wanted and got is said; no failure is needed for it."""
    people = ("--recipients", swarm.people(2, 200), "ShortCodeUser")
    check = ("--check", "count(delivered) > 2", "--check", "share(failed) < 1%")
    ended = swarm.run(simulator.url, *people, *check)
    assert ended.status == 1
    words = [line.split() for line in ended.said.splitlines() if "count(" in line]
    assert words == [["count(delivered)", ">", "2", ">", "2", "2", "MISSED"]]


BAD = [
    (("--check", "p95(submited) < 1s"), "did you mean 'submitted-terminal'"),
    (("--check", "fast"), "'fast'"),
    (("--host", "http://example.com"), "http://example.com"),
    (("--recipients", "nobody.csv"), "nobody.csv"),
    (("--arrivals", "stedy rate=1"), "steady"),
    (("--scenario", "no.toml"), "no.toml"),
]


@pytest.mark.parametrize(("words", "said"), BAD)
def test_a_bad_question_is_known_before_anything_is_sent(
    swarm: Swarm, simulator: Simulator, words: tuple[str, ...], said: str
) -> None:
    """One line that names it, exit status 2, and not one request."""
    before = posts(simulator)
    ended = swarm.run(simulator.url, *words, "ShortCodeUser")
    (line,) = [line for line in ended.said.splitlines() if "/INFO/" not in line]
    assert line.startswith("smslab: ")
    assert said in line
    assert ended.status == 2
    assert posts(simulator) == before


def test_nobody_there_is_said_in_a_line(swarm: Swarm) -> None:
    """A port at which nobody answers is exit status 2, and says what would do."""
    ended = swarm.run("http://127.0.0.1:9", "ShortCodeUser")
    assert ended.status == 2
    assert "smslab: --host http://127.0.0.1:9: no simulator answers" in ended.said
