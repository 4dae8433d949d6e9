"""The jumping loop: no wait takes long, and bytes take no time at all."""

from __future__ import annotations

import asyncio
import socket

import aiohttp
import pytest
from aiohttp import web

from tests.simulation.loops import JumpingLoop, StuckError, play


def test_sleeping_takes_no_time() -> None:
    """A year is over at once, and the clock says so."""

    async def work(loop: JumpingLoop) -> float:
        await asyncio.sleep(365 * 86_400.0)
        return loop.time()

    assert play(work) == pytest.approx(365 * 86_400.0)


def test_timers_come_in_their_order() -> None:
    """The clock stands at each on its way, never before it."""
    seen: list[float] = []

    async def work(loop: JumpingLoop) -> None:
        for at in (5.0, 1.0, 3.0):
            loop.call_at(at, lambda: seen.append(loop.time()))
        await asyncio.sleep(9.0)

    play(work)
    assert seen == [pytest.approx(at) for at in (1.0, 3.0, 5.0)]
    assert all(now >= at for now, at in zip(seen, (1.0, 3.0, 5.0), strict=True))


def test_bytes_on_their_way_stop_the_clock() -> None:
    """A thousand requests one after another all happen at one instant."""

    async def work(loop: JumpingLoop) -> float:
        async def answer(request: web.BaseRequest) -> web.Response:
            return web.Response(body=await request.read())

        runner = web.ServerRunner(web.Server(answer))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        async with aiohttp.ClientSession() as session:
            for _ in range(100):
                data = b"x" * 300_000
                async with session.post(f"http://127.0.0.1:{port}", data=data) as got:
                    assert await got.read() == data
        now = loop.time()
        await runner.cleanup()
        return now

    assert play(work) < 1e-3


def test_nobody_there_refuses() -> None:
    """A port where nobody listens, and another machine's address."""

    async def work(loop: JumpingLoop) -> None:
        async with aiohttp.ClientSession() as session:
            for host in ("127.0.0.1:9", "192.0.2.1:80"):
                with pytest.raises(aiohttp.ClientConnectorError):
                    await session.get(f"http://{host}/")

    play(work)


def test_a_name_is_no_address() -> None:
    """Nobody is asked for names."""

    async def work(loop: JumpingLoop) -> None:
        assert (await loop.getaddrinfo("localhost", 80))[0][4] == ("127.0.0.1", 80)
        with pytest.raises(socket.gaierror):
            await loop.getaddrinfo("example.com", 80)

    play(work)


def test_what_waits_for_nothing_is_stuck() -> None:
    """Where time would stand still for ever, the test ends."""

    async def work(loop: JumpingLoop) -> None:
        await asyncio.Event().wait()

    with pytest.raises(StuckError):
        play(work)
