"""Connections: bounded in number, and in how long each may take."""

from __future__ import annotations

import asyncio
import resource
import socket
from dataclasses import replace

import pytest

from simulator.engine.worlds import ACCOUNT_SID
from simulator.server import connections
from simulator.server.connections import allow_files, most_connections
from simulator.server.running import running
from tests.simulation.loops import JumpingLoop, play
from tests.simulator.server.fast import fast
from tests.simulator.server.sockets import connect, exchange, read_to_end

HEALTH = b"GET /_smslab/health HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BEGINNINGS = [
    b"",
    b"G",
    HEALTH,
    HEALTH + b"X-Slow: ",
    f"POST /2010-04-01/Accounts/{ACCOUNT_SID}".encode(),
]


async def write_on(writer: asyncio.StreamWriter) -> None:
    """Write until nobody takes it."""
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a head's time short."""
    monkeypatch.setattr(connections, "HEAD_TIMEOUT", 0.05)
    monkeypatch.setattr(connections, "ROUND", 0.01)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("beginning", BEGINNINGS)
async def test_a_head_that_does_not_come_is_408_and_the_end(beginning: bytes) -> None:
    """Half a head is answered and closed, whatever half it is."""
    async with running(fast()) as server:
        reader, writer = await connect(server)
        writer.write(beginning)
        assert (await read_to_end(reader)).startswith(b"HTTP/1.1 408 ")
        writer.close()


@pytest.mark.usefixtures("hurried")
async def test_many_half_heads_are_all_closed() -> None:
    """Two hundred that say half of something are gone, and others are answered."""
    async with running(fast()) as server:
        opened = [await connect(server) for _ in range(200)]
        for number, (_, writer) in enumerate(opened):
            writer.write(BEGINNINGS[number % len(BEGINNINGS)])
        assert b" 200 " in await exchange(server, HEALTH + b"\r\n")
        ends = await asyncio.gather(*(read_to_end(reader) for reader, _ in opened))
        assert all(end.startswith(b"HTTP/1.1 408 ") for end in ends)
        for _, writer in opened:
            writer.close()


@pytest.mark.usefixtures("hurried")
async def test_half_a_head_after_a_whole_request_is_408_too() -> None:
    """A connection that has been answered has no more time than a new one."""
    async with running(fast()) as server:
        reader, writer = await connect(server)
        writer.write(HEALTH + b"\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split()[0])
        await reader.readexactly(length)
        writer.write(HEALTH)
        assert (await read_to_end(reader)).startswith(b"HTTP/1.1 408 ")
        writer.close()


async def write_slowly(writer: asyncio.StreamWriter, sent: bytes) -> None:
    """Write a byte every 0.7 seconds, so none at the instant of a look."""
    for byte in sent:
        writer.write(bytes([byte]))
        await asyncio.sleep(0.7)


async def trickle(loop: JumpingLoop) -> tuple[bytes, float]:
    """Return what a slow head comes to after a whole request, and after how long."""
    async with running(fast()) as server:
        end = socket.socket()
        await loop.sock_connect(end, ("127.0.0.1", int(server.url.rpartition(":")[2])))
        reader, writer = await asyncio.open_connection(sock=end)
        writer.write(HEALTH + b"\r\n")
        await reader.readuntil(b"\r\n\r\n")
        began_at = loop.time()
        writing = asyncio.create_task(write_slowly(writer, HEALTH))
        told = await read_to_end(reader)
        took = loop.time() - began_at
        writing.cancel()
        writer.close()
        return told, took


def test_a_head_that_trickles_in_is_408_in_its_time() -> None:
    """A byte now and then keeps nobody on: the time counts from the first one."""
    told, took = play(trickle)
    assert b"HTTP/1.1 408 " in told
    longest = connections.HEAD_TIMEOUT + connections.ROUND
    assert connections.HEAD_TIMEOUT <= took <= longest + 0.1


async def test_one_connection_too_many_is_503_until_one_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who finds no room is told so and closed; who is there is served on."""
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 2)
    async with running(fast()) as server:
        first, second = await connect(server), await connect(server)
        assert b"503 " in (await exchange(server, b"")).partition(b"\r\n")[0]
        first[1].write(HEALTH + b"\r\n")
        assert b"200" in await first[0].readline()
        second[1].close()
        answer = b"503"
        while b"503" in answer:
            answer = (await exchange(server, HEALTH + b"\r\n")).partition(b"\r\n")[0]
        assert b"200" in answer
        first[1].close()


async def test_who_does_not_leave_when_turned_away_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A caller without room is listened to for a moment, and then no more."""
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 1)
    monkeypatch.setattr(connections, "LINGER", 0.0)
    monkeypatch.setattr(connections, "ROUND", 0.01)
    async with running(fast()) as server:
        _, first = await connect(server)
        reader, writer = await connect(server)
        assert (await read_to_end(reader)).startswith(b"HTTP/1.1 503 ")
        with pytest.raises(ConnectionError):
            await write_on(writer)
        first.close()


async def test_a_name_allowed_is_answered_to() -> None:
    """A Host that was allowed at the start is 200, one like it 403."""
    settings = replace(fast(), allowed_hosts=frozenset({"sms.test"}))
    async with running(settings) as server:
        for name, expected in ((b"SMS.test:80", b" 200 "), (b"xsms.test", b" 403 ")):
            sent = HEALTH.replace(b"127.0.0.1", name) + b"\r\n"
            assert expected in (await exchange(server, sent)).partition(b"\r\n")[0]


def test_there_are_no_more_connections_than_files() -> None:
    """As many callers as files may be opened for, and never more than the most."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1_000, hard))
        assert most_connections() == 1_000 - connections.SPARE_FILES
        allow_files()
        raised = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        assert raised > 1_000 or raised == hard
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
