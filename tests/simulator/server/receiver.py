"""A customer's end of callbacks, for tests: answers as it is told, keeps what came."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from multidict import CIMultiDict


@dataclass(frozen=True, slots=True)
class Post:
    """A callback as it came."""

    url: str
    headers: CIMultiDict[str]
    form: MultiDict[str]


@dataclass(slots=True)
class Receiver:
    """Listens at `url`; answers with the next of `statuses`, then with 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    posts: asyncio.Queue[Post] = field(default_factory=asyncio.Queue)

    async def take(self, count: int) -> list[Post]:
        """Wait for so many callbacks."""
        async with asyncio.timeout(10):
            return [await self.posts.get() for _ in range(count)]

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        text = (await request.read()).decode()
        form = MultiDict(parse_qsl(text, keep_blank_values=True))
        self.posts.put_nowait(Post(str(request.url), request.headers.copy(), form))
        status = self.statuses.pop(0) if self.statuses else 200
        return web.Response(status=status, headers={"Location": f"{self.url}/other"})


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Run a receiver within a `with` block."""
    receiver = Receiver()
    runner = web.ServerRunner(web.Server(receiver._answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield receiver
    finally:
        await runner.cleanup()
