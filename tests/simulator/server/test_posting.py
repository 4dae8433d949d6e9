"""Posts that fail are made no faster than others can bear."""

from __future__ import annotations

import asyncio

import pytest

from simulator.server.posting import BURST, MOST_FAILURES, Poster
from tests.simulation.loops import play
from tests.simulator.server.receiver import receiving

NOBODY = "http://127.0.0.1:9/status"
PARAMETERS = [("MessageSid", "SM1")]
COUNT = 200


async def took(url: str, retries: int) -> float:
    """Return how long posting so many takes, all begun at once."""
    loop, poster = asyncio.get_running_loop(), Poster("token", retries)
    began = loop.time()
    replies = await asyncio.gather(
        *(poster.post(url, PARAMETERS) for _ in range(COUNT))
    )
    await poster.close()
    assert {reply.attempts for reply in replies} == {1 + (url == NOBODY) * retries}
    return loop.time() - began


@pytest.mark.parametrize("retries", [0, 1])
def test_a_receiver_that_is_down_is_asked_no_faster(retries: int) -> None:
    """So many attempts a second fail, whoever asks; the first few cost nobody."""
    failures = COUNT * (1 + retries)
    assert play(lambda _: took(NOBODY, retries)) == pytest.approx(
        failures / MOST_FAILURES - BURST
    )


def test_a_receiver_that_answers_waits_for_nobody() -> None:
    """Whatever it says, in time that takes none."""

    async def answered() -> float:
        async with receiving() as there:
            there.statuses = [500] * (COUNT // 2)
            return await took(there.url, 0)

    assert play(lambda _: answered()) < BURST
