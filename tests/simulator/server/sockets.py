"""Raw sockets for tests: bytes there, and all that comes back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.server.running import Running

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(server: Running) -> Streams:
    """Open a connection to a server."""
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    return await asyncio.open_connection(host, int(port))


async def read_to_end(reader: asyncio.StreamReader) -> bytes:
    """Read until the connection ends, however it does."""
    parts = []
    with suppress(ConnectionError):
        while part := await reader.read(65_536):
            parts.append(part)
    return b"".join(parts)


async def exchange(server: Running, sent: bytes) -> bytes:
    """Send bytes, wait for an answer or the end, and return all that came."""
    reader, writer = await connect(server)
    writer.write(sent)
    came = b""
    with suppress(ConnectionError):
        while b"\r\n\r\n" not in came and (part := await reader.read(65_536)):
            came += part
    with suppress(OSError):
        writer.write_eof()
    came += await read_to_end(reader)
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return came
