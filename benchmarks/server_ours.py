"""Our server as `serve` runs it, without API latency; prints its port.

python -m benchmarks.server_ours
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from simulator.profiles import load_profile
from simulator.server.garbage import collect_seldom
from simulator.server.running import Settings, running


async def serve() -> None:
    """Serve until killed."""
    profile = replace(load_profile(), concurrency=1_000)
    async with running(Settings(profile=profile, port=0, api_latency=0.0)) as server:
        collect_seldom()
        print(server.url.rpartition(":")[2], flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
