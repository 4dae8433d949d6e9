"""The receiver of a worker's callbacks, over loopback and from another process."""

from __future__ import annotations

import json
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from twilio.request_validator import RequestValidator

from loadtests.processes import Leash
from sender.postbox import LARGEST_CALLBACK, SIGNATURE
from tests.loadtests.swarm.swarming import LONGEST, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "smslab"
DELAY = 0.3
"""Real seconds that a slow receiver is over a callback."""

_opener = build_opener(ProxyHandler({}))

Line = dict[str, Any]


class Listener:
    """A receiver in a process of its own, and posts to it."""

    def __init__(self, leash: Leash, log: Path, delay: float = 0.0) -> None:
        words = ("-m", "tests.loadtests.swarm.listening", TOKEN, str(delay))
        self._process = leash.start([sys.executable, *words], log)
        until(lambda: self.lines)
        self.url: str = self.lines[0]["url"]

    @property
    def lines(self) -> list[Line]:
        """What it has said so far."""
        said = self._process.said
        return [json.loads(line) for line in said[: said.rfind("\n") + 1].splitlines()]

    def post(
        self, status: str, *, sid: str = "SM1", token: str = TOKEN, padding: int = 0
    ) -> int:
        """Post a callback, signed by a token; return the HTTP status of the answer."""
        form = {"MessageSid": sid, "MessageStatus": status, "x": "x" * padding}
        url = f"{self.url}?call=codes.7"
        request = Request(url, urlencode(form).encode())
        signature = RequestValidator(token).compute_signature(url, form)
        request.add_header(SIGNATURE, signature)
        return opened(request)

    def close(self) -> Line:
        """End it, and return what it has counted."""
        self._process.tell(signal.SIGINT)
        assert self._process.wait(LONGEST)
        return self.lines[-1]


def opened(request: Request) -> int:
    """Make a request and return the HTTP status of its answer."""
    try:
        with _opener.open(request, timeout=LONGEST) as answer:
            status: int = answer.status
    except HTTPError as error:
        with error:
            status = error.code
    return status


@pytest.fixture
def leash() -> Iterator[Leash]:
    """Return a leash that is let go of."""
    with Leash() as leash:
        yield leash


@pytest.fixture
def listener(leash: Leash, tmp_path: Path) -> Listener:
    """Return a receiver that takes no time."""
    return Listener(leash, tmp_path / "log")


def test_callbacks_are_taken_in_any_order_and_twice(listener: Listener) -> None:
    """Disorder is none of its concern, and what comes again is marked."""
    told = ["delivered", "sent", "sent", "queued", "delivered"]
    assert [listener.post(status) for status in told] == [204] * 5
    taken = [(line["status"], line["duplicate"]) for line in listener.lines[1:]]
    assert taken == list(zip(told, [False, False, True, False, True], strict=True))
    assert {line["call"] for line in listener.lines[1:]} == {"codes.7"}
    assert listener.close() == {"forged": 0, "duplicates": 2, "overflowed": 0}


def test_what_is_no_callback_is_turned_away(listener: Listener) -> None:
    """Forged, too large, something else, or elsewhere: nothing is handed over."""
    assert listener.post("sent", token="guess") == 403
    assert listener.post("sent", padding=LARGEST_CALLBACK) == 413
    assert opened(Request(listener.url)) == 404
    assert opened(Request(listener.url.replace("callbacks", "x"), b"")) == 404
    assert listener.close() == {"forged": 1, "duplicates": 0, "overflowed": 0}


def test_a_slow_receiver_is_slow_over_each(leash: Leash, tmp_path: Path) -> None:
    """Callbacks that come at once are answered after its delay, all at once."""
    listener = Listener(leash, tmp_path / "log", DELAY)
    begun_at = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        sids = [f"SM{n}" for n in range(8)]
        answers = list(pool.map(lambda sid: listener.post("sent", sid=sid), sids))
    spent = time.monotonic() - begun_at
    assert answers == [204] * 8
    assert DELAY <= spent < 8 * DELAY
    assert {line["sid"] for line in listener.lines[1:]} == set(sids)
