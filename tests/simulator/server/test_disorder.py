"""Faults of callbacks over loopback: what the receiver gets, and what is noted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import orjson
import pytest
from twilio.request_validator import RequestValidator

from simulator.engine.faults import Fault
from simulator.server.running import running
from tests.simulator.server.fast import fast
from tests.simulator.server.receiver import Post, receiving
from tests.simulator.server.test_dispatcher import SIGNATURE, draft

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.server.dispatcher import CallbackPosted

VALIDATOR = RequestValidator("smslab")


async def told(fault: Fault, expected: int) -> tuple[list[Post], list[CallbackPosted]]:
    """Send one message under a fault; return what came, and what was noted of it."""
    done: asyncio.Queue[CallbackPosted] = asyncio.Queue()
    async with (
        receiving() as receiver,
        running(fast(), on_callback=done.put_nowait) as server,
    ):
        server.gateway.faults.add(fault)
        server.gateway.submit(draft(f"{receiver.url}/"), server.clock.now())
        server.wake()
        async with asyncio.timeout(10):
            noted = [await done.get() for _ in range(expected)]
        posts = [receiver.posts.get_nowait() for _ in range(receiver.posts.qsize())]
    return posts, noted


@pytest.mark.parametrize(
    ("fault", "posts", "noted", "struck"),
    [
        (Fault(what="callback-lost"), 0, 3, 3),
        (Fault(what="callback-lost", count=1), 2, 3, 1),
        (Fault(what="callback-doubled"), 6, 6, 6),
        (Fault(what="callback-storm", times=7), 21, 21, 21),
        (Fault(what="callback-late", seconds=30.0), 3, 3, 3),
        (Fault(what="callback-shuffled"), 3, 3, 3),
        (Fault(what="callback-forged", count=2), 5, 5, 4),
    ],
)
async def test_so_many_come(fault: Fault, posts: int, noted: int, struck: int) -> None:
    """Every copy is posted and noted, one that is lost is noted alone."""
    came, seen = await told(fault, noted)
    assert (len(came), len(seen)) == (posts, noted)
    assert len([one for one in seen if one.fault == fault.what]) == struck


async def test_a_lost_callback_was_never_posted() -> None:
    """It has no attempt and no answer, and counts as no failure of the receiver."""
    _, noted = await told(Fault(what="callback-lost"), 3)
    assert {(one.attempts, one.http_status, one.received_at) for one in noted} == {
        (0, 0, None)
    }


async def test_a_forged_one_does_not_pass_for_twilios() -> None:
    """Beside each good callback comes the same with a signature of another token."""
    posts, _ = await told(Fault(what="callback-forged"), 6)
    good = [
        VALIDATOR.validate(post.url, post.form, post.headers[SIGNATURE])
        for post in posts
    ]
    assert sorted(good) == [False] * 3 + [True] * 3


async def test_a_late_one_is_late() -> None:
    """By as many simulated seconds as were ordered, at least."""
    _, noted = await told(Fault(what="callback-late", seconds=120.0), 3)
    assert min((one.received_at or 0.0) - one.due_at for one in noted) >= 120.0


async def test_the_journal_names_the_fault(tmp_path: Path) -> None:
    """A callback's line says which fault has struck it, null for none."""
    path = tmp_path / "journal.jsonl"
    done: asyncio.Queue[CallbackPosted] = asyncio.Queue()
    settings = replace(fast(), journal=path)
    async with (
        receiving() as receiver,
        running(settings, on_callback=done.put_nowait) as server,
    ):
        server.gateway.faults.add(Fault(what="callback-doubled", count=1))
        server.gateway.submit(draft(f"{receiver.url}/"), server.clock.now())
        server.wake()
        async with asyncio.timeout(10):
            _ = [await done.get() for _ in range(4)]
    lines = map(orjson.loads, path.read_bytes().splitlines())
    faults = [line["fault"] for line in lines if line["kind"] == "callback"]
    assert sorted(faults, key=str) == [None, None, *["callback-doubled"] * 2]
