"""A server that no longer answers: nobody hangs, and what is not known is said."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.loadtests.swarm.swarming import POST_ROW, swarming, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.loadtests.swarm.swarming import Swarm

LOAD = (
    *("--arrivals", "steady rate=5", "-t", "3", "--drain", "20s"),
    *("--users", "4", "--spawn-rate", "4", "--check", "count(ambiguous) == 0"),
)
"""Three real seconds of fifty texts each, and two more of drain."""


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[Swarm]:
    """Return a swarm of the test's own."""
    with swarming(tmp_path) as swarm:
        yield swarm


@pytest.mark.parametrize("driver", ["users", "open"])
def test_a_silent_server_holds_nobody_up(swarm: Swarm, driver: str) -> None:
    """The run ends with its drain, and what had no answer by then is ambiguous."""
    simulator = swarm.serve("--speed", "10")
    parts = ("--recipients", swarm.people(400), "--parts", str(swarm.folder))
    words = ("--headless", *LOAD, *parts, "--driver", driver, "ShortCodeUser")
    locust = swarm.begin(simulator.url, *words)
    until(lambda: len(swarm.part("call")) > 20)
    swarm.tell_server(signal.SIGSTOP)
    ended = locust.wait()
    (end,) = swarm.part("end")
    unanswered = [line for line in swarm.part("call") if line["http_status"] == 0]
    assert (ended.status, end["drained"]) == (1, False), ended.said
    assert end["streams"]["short-code"]["ambiguous"] == len(unanswered) > 0
    assert words_of(ended.said, "count(ambiguous)")[-2:] == [
        str(len(unanswered)),
        "MISSED",
    ]


def test_a_server_that_is_gone_holds_nobody_up(swarm: Swarm) -> None:
    """Where no connection is to be had nothing has left: no text is ambiguous."""
    simulator = swarm.serve("--speed", "10")
    parts = ("--recipients", swarm.people(400), "--parts", str(swarm.folder))
    locust = swarm.begin(simulator.url, "--headless", *LOAD, *parts, "ShortCodeUser")
    until(lambda: len(swarm.part("call")) > 20)
    swarm.tell_server(signal.SIGKILL)
    ended = locust.wait()
    (end,) = swarm.part("end")
    assert not end["drained"]
    assert end["streams"]["short-code"]["ambiguous"] <= 4  # one a user, at most
    assert ended.failures(f"POST {POST_ROW}") > 0
    assert "texts without an end when it was over: " in ended.said


def words_of(said: str, word: str) -> list[str]:
    """Return the words of the one line that begins with a word."""
    (words,) = [line.split() for line in said.splitlines() if word in line]
    return words
