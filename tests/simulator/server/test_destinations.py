"""Destinations: no callback leaves this machine, however its URL is written.

`tests/conftest.py` holds every socket and every look-up of a name: what would leave
fails the test that tried it.
"""

from __future__ import annotations

import asyncio
import socket

import pytest

from simulator.server.destinations import LocalNames, loopback_socket
from simulator.server.posting import LARGEST_REPLY, Poster, Reply
from tests.simulator.server.escapes import ESCAPES


async def post(url: str) -> Reply:
    """Post one callback, once."""
    poster = Poster("token", 0)
    try:
        return await poster.post(url, (("MessageStatus", "sent"),))
    finally:
        await poster.close()


def test_there_are_many_ways_out() -> None:
    """The corpus is as large as was asked for, and says nothing twice."""
    assert len(set(ESCAPES)) == len(ESCAPES) == 148


@pytest.mark.parametrize("url", ESCAPES)
async def test_no_callback_leaves_this_machine(url: str) -> None:
    """It has no answer, and whoever asks is told why."""
    reply = await post(url)
    assert (reply.attempts, reply.http_status) == (1, 0)
    assert len(reply.problem) > len("11200 ")


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST.", "app.localhost"])
async def test_this_machines_names_are_known(name: str) -> None:
    """They are its own two addresses, and nobody is asked."""
    found = await LocalNames().resolve(name, 80)
    assert {one["host"] for one in found} == {"127.0.0.1", "::1"}
    [only] = await LocalNames().resolve(name, 80, socket.AF_INET6)
    assert (only["host"], only["port"]) == ("::1", 80)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "fe80::1%lo"]
)
def test_what_is_connected_to_is_judged(host: str) -> None:
    """Whatever a name was looked up as, the address itself has the last word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with pytest.raises(OSError, match="this machine alone"):
        loopback_socket((family, socket.SOCK_STREAM, 0, "", (host, 80)))


async def answer_in_pieces(
    pieces: tuple[bytes, ...], length: int
) -> tuple[asyncio.Server, str]:
    """Start a receiver that sends its answer's body piece by piece."""

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@pytest.mark.parametrize(
    ("pieces", "length", "read"),
    [
        ((b"<Response>", b"</Response>"), 21, 21),
        ((b"x" * 40_000, b"y" * 40_000), 80_000, LARGEST_REPLY),
    ],
)
async def test_an_answer_is_read_to_its_end(
    pieces: tuple[bytes, ...], length: int, read: int
) -> None:
    """In however many pieces it comes; what is beyond the bound is left."""
    server, url = await answer_in_pieces(pieces, length)
    async with server:
        reply = await post(url)
    assert (reply.http_status, reply.body) == (200, b"".join(pieces)[:read])
