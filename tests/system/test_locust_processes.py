"""Locust in several processes: parts, a master, a worker that comes to its end."""

from __future__ import annotations

import socket
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.loadtests.swarm.swarming import (
    POST_ROW,
    messages,
    numbers,
    swarming,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.loadtests.swarm.swarming import Swarm

TEXTS = 40


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[Swarm]:
    """Return a swarm of the test's own."""
    with swarming(tmp_path) as swarm:
        yield swarm


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def assert_parts_are_the_whole(swarm: Swarm, url: str) -> None:
    """Check that two workers sent each text once, and each heard of its own."""
    assert Counter(m["to"] for m in messages(url)) == dict.fromkeys(numbers(TEXTS), 1)
    for index in range(2):
        calls, heard = swarm.part("call", index), swarm.part("callback", index)
        sent = [key for line in calls for key, _ in line["texts"]]
        assert sorted(sent) == list(range(index, TEXTS, 2))
        assert {line["text"] for line in heard} - {None} == set(sent)
        assert [line["drained"] for line in swarm.part("end", index)] == [True]


def test_two_processes_send_each_text_once(swarm: Swarm) -> None:
    """Each has its part, its own callbacks, and rows that come together."""
    simulator, port = swarm.serve(), str(free_port())
    ended = swarm.run(
        simulator.url,
        *("--processes", "2", "--users", "4", "--spawn-rate", "4"),
        *("--master-bind-port", port, "--master-port", port),
        *("--recipients", swarm.people(TEXTS), "--parts", str(swarm.folder)),
        *("--check", f"count(delivered) == {TEXTS}", "MessagingServiceUser"),
    )
    assert ended.status == 0, ended.said
    assert ended.requests(f"POST {POST_ROW}") == TEXTS
    assert ended.requests("SMS messaging-service submitted→terminal") == TEXTS
    assert_parts_are_the_whole(swarm, simulator.url)


def test_workers_may_be_started_by_hand(swarm: Swarm) -> None:
    """A master and two workers; what was asked of the master goes for all."""
    simulator = swarm.serve()
    port = str(free_port())
    words = ("ShortCodeUser", "--master-port", port)
    workers = [swarm.begin(simulator.url, "--worker", *words) for _ in range(2)]
    ended = swarm.run(
        simulator.url,
        *("--master", "--master-bind-port", port, "--expect-workers", "2"),
        *("--users", "4", "--spawn-rate", "4", "ShortCodeUser"),
        *("--recipients", swarm.people(TEXTS), "--parts", str(swarm.folder)),
    )
    assert ended.status == 0, ended.said
    assert ended.requests("SMS short-code submitted→terminal") == TEXTS
    assert [worker.wait().status for worker in workers] == [0, 0]
    assert_parts_are_the_whole(swarm, simulator.url)
