"""Locust's web UI: started, stopped and started again in one process."""

from __future__ import annotations

import json
import socket
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.loadtests.swarm.swarming import LONGEST, messages, numbers, swarming, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from loadtests.simulators import Simulator
    from tests.loadtests.swarm.swarming import Swarm

_opener = build_opener(ProxyHandler({}))


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[Swarm]:
    """Return a swarm of the test's own."""
    with swarming(tmp_path) as swarm:
        yield swarm


@pytest.fixture
def simulator(swarm: Swarm) -> Simulator:
    """Return a simulator."""
    return swarm.serve()


def delivered(simulator: Simulator, least: int) -> bool:
    """Say whether so many messages, or more, have been delivered."""
    statuses = [message["status"] for message in messages(simulator.url)]
    return statuses.count("delivered") >= least


class WebUi:
    """Locust's web UI, as a browser drives it."""

    def __init__(self, swarm: Swarm, simulator: Simulator, *words: str) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        self._url = f"http://127.0.0.1:{port}"
        self._host = simulator.url
        web = ("--web-host", "127.0.0.1", "--web-port", str(port), "--class-picker")
        self.locust = swarm.begin(simulator.url, *web, *words)
        until(self.is_there)

    def is_there(self) -> bool:
        """Say whether it answers."""
        try:
            return bool(self._get("/"))
        except OSError:
            return False

    def start(self, user: str) -> None:
        """Choose a class, and press Start."""
        form = {"user_count": 3, "spawn_rate": 3, "user_classes": user}
        said = self._get("/swarm", urlencode(form | {"host": self._host}).encode())
        assert json.loads(said)["success"], said

    def stop(self) -> None:
        """Press Stop, and wait until it is stopped."""
        assert json.loads(self._get("/stop", b""))["success"]

    def _get(self, path: str, form: bytes | None = None) -> Any:
        with _opener.open(self._url + path, form, timeout=LONGEST) as answer:
            return answer.read().decode()


def test_each_start_sends_all_once(swarm: Swarm, simulator: Simulator) -> None:
    """A second run has the class that was picked for it, and texts of its own."""
    ui = WebUi(swarm, simulator, "--recipients", swarm.people(20))
    for number, user in enumerate(("ShortCodeUser", "NotifyUser"), 1):
        ui.start(user)
        until(partial(delivered, simulator, 20 * number))
        ui.stop()
    sent = messages(simulator.url)
    assert Counter(m["to"] for m in sent) == dict.fromkeys(numbers(20), 2)
    assert len({m["from"] for m in sent[20:]}) == 1  # the earlier ones come last


def test_endless_traffic_is_stopped_and_begun_anew(
    swarm: Swarm, simulator: Simulator
) -> None:
    """Once Stop has come back nothing is open, and nothing more is begun."""
    words = ("--arrivals", "steady rate=0.5", "--count", "20")
    ui = WebUi(swarm, simulator, "--kind", "traffic", *words)
    sent = 0
    for _ in range(2):
        ui.start("ShortCodeUser")
        until(partial(delivered, simulator, sent + 10))
        ui.stop()
        found = messages(simulator.url)
        assert {m["status"] for m in found} == {"delivered"}
        sent = len(found)
    assert len(messages(simulator.url)) == sent
