"""How a caller comes by each code of the server's own, over loopback: one row a code.

They are what the API never sees: who asks, how many at a time, and what comes of the
bytes of a request.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson

from simulator.engine.faults import Fault
from simulator.server import bodies
from tests.conformance.provocation import GOOD
from tests.simulator.api.caller import MESSAGES
from tests.simulator.server.fast import fast
from tests.simulator.server.test_handler import code_of, send_head, visiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from simulator.server.running import Running


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeProvocation:
    """A good message, and what is amiss with the request that brings it.

    `changes` are to the profile; `fault` is what goes wrong on order; `beside` is how
    many other requests wait for their bodies meanwhile; `stalls` has the request itself
    be one whose body does not come.
    """

    code: int
    headers: Mapping[str, str] = field(default_factory=dict)
    in_parts: bool = False
    changes: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""
    beside: int = 0
    stalls: bool = False

    async def carry_out(self) -> int:
        """Make the request of a server of its own; return the code of its answer."""
        async with visiting(fast(**self.changes)) as (server, client):
            if self.fault:
                server.gateway.faults.add(Fault(what=self.fault))
            async with _waiting(server, self.beside):
                if self.stalls:
                    return await _stall(server)
                form = aiohttp.FormData(GOOD, default_to_multipart=self.in_parts)
                async with client.post(
                    MESSAGES, data=form, headers=self.headers
                ) as answer:
                    return await code_of(answer)


@asynccontextmanager
async def _waiting(server: Running, count: int) -> AsyncIterator[None]:
    """Have so many requests wait for their bodies."""
    held = [await send_head(server, 9) for _ in range(count)]
    try:
        while server.gateway.limits.in_flight < count:
            await asyncio.sleep(0)
        yield
    finally:
        for _, writer in held:
            writer.close()


async def _stall(server: Running) -> int:
    """Send a head alone, with the server's patience at its shortest."""
    patience, bodies.BODY_TIMEOUT = bodies.BODY_TIMEOUT, 0.01
    try:
        reader, writer = await send_head(server, 9)
        head = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.splitlines()[1:] if line)
        size = int(fields[b"Content-Length"])
        body = orjson.loads(await reader.readexactly(size))
        writer.close()
    finally:
        bodies.BODY_TIMEOUT = patience
    return int(body["code"])


EDGES: tuple[EdgeProvocation, ...] = (
    EdgeProvocation(code=20003, headers={"Authorization": "Basic eDp5"}),
    EdgeProvocation(code=20403, headers={"Host": "elsewhere.test"}),
    EdgeProvocation(code=20408, stalls=True),
    EdgeProvocation(code=20413, changes={"body_bytes": 9}),
    EdgeProvocation(code=20415, in_parts=True),
    EdgeProvocation(code=20429, changes={"concurrency": 1}, beside=1),
    EdgeProvocation(code=20500, fault="error-before"),
)
"""In order of the codes."""
