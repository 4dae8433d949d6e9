"""Each User class, as `locust -f loadtests/locustfile.py` runs it against a server."""

from __future__ import annotations

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

    from loadtests.simulators import Simulator
    from tests.loadtests.swarm.swarming import Swarm

TEXTS = 24
NOTIFY_ROW = "/notify/v1/Services/{sid}/Notifications"

BULK_ROW = "/comms/v1/Messages"
SERVICE_ROW = "/messaging/v1/Services/{sid}"

USERS = {
    "SingleNumberUser": ("single-number", POST_ROW, TEXTS),
    "NumberPoolUser": ("number-pool", POST_ROW, TEXTS),
    "MessagingServiceUser": ("messaging-service", POST_ROW, TEXTS),
    "NotifyUser": ("notify", NOTIFY_ROW, 1),
    "ShortCodeUser": ("short-code", POST_ROW, TEXTS),
    "BulkUser": ("bulk", BULK_ROW, 1),
}
"""Each class, its strategy, and the row and number of its calls."""


@pytest.fixture(scope="module")
def swarm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swarm]:
    """Return a swarm for all tests of the module."""
    with swarming(tmp_path_factory.mktemp("users")) as swarm:
        yield swarm


@pytest.fixture(scope="module")
def simulator(swarm: Swarm) -> Simulator:
    """Return a simulator; each test has recipients of its own."""
    return swarm.serve()


@pytest.mark.parametrize("user", USERS)
def test_a_user_sends_each_text_once(
    swarm: Swarm, simulator: Simulator, user: str
) -> None:
    """All is delivered and measured; the rows are folded, and nothing is twice."""
    strategy, row, calls = USERS[user]
    first = 100 * list(USERS).index(user)
    ended = swarm.run(
        simulator.url,
        *("--recipients", swarm.people(TEXTS, first), "--users", "3"),
        user,
    )
    assert ended.status == 0, ended.said
    assert {name: ended.requests(name) for name in ended.rows} == {
        f"POST {row}": calls,
        **({f"POST {SERVICE_ROW}": 1} if row == BULK_ROW else {}),
        f"SMS {strategy} accepted→sent": TEXTS,
        f"SMS {strategy} sent→delivered": TEXTS,
        f"SMS {strategy} submitted→terminal": TEXTS,
    }
    mine = set(numbers(TEXTS, first))
    sent = [m for m in messages(simulator.url) if m["to"] in mine]
    assert Counter(m["to"] for m in sent) == dict.fromkeys(mine, 1)
    assert {m["status"] for m in sent} == {"delivered"}
