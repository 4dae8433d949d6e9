"""A bare aiohttp server, as anyone would write it: it imports nothing of smslab.

    python -m benchmarks.server_bare PATH < answer.json

Prints its port, parses each form posted to the path, and answers what it was given.
`benchmarks.server` starts it and kills it.
"""

from __future__ import annotations

import asyncio
import sys

from aiohttp import web


class Canned:
    """Answers every message alike, once its form has been parsed."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    async def __call__(self, request: web.Request) -> web.Response:
        """Parse the form and answer as though it had been a message."""
        form = await request.post()
        assert form["To"]
        return web.Response(
            body=self._answer, status=201, content_type="application/json"
        )


async def serve(path: str, answer: bytes) -> None:
    """Serve until killed."""
    app = web.Application()
    app.router.add_post(path, Canned(answer))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.stdin.buffer.read()))
