"""Advancing: simulated time let pass as fast as may be, and nothing left out."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.server.stage import Stage
    from sms.units import Seconds

BREATH = 200
"""Steps after which requests that wait are looked after."""


async def advance(stage: Stage, until: Seconds, patience: Seconds) -> bool:
    """Go from one instant at which something is due to the next, up to `until`.

    What is due is done at its instant, and callbacks and webhooks of it are answered
    before time goes on, so that a program's answers come when they would.  The clock
    stands still between two steps, and runs on afterwards if it ran before.  False says
    that `patience` real seconds were over before: it is then as late as it got.

    Raises:
        ValueError: `until` is before now.
    """
    clock, loop = stage.clock, asyncio.get_running_loop()
    limit = loop.time() + patience
    ran = not clock.paused
    clock.pause()
    try:
        if until < (now := clock.now()):
            raise ValueError(
                f"time does not run backwards: it is {now:g}, not {until:g}"
            )
        return await _step(stage, until, limit)
    finally:
        if ran:
            clock.resume()


async def _step(stage: Stage, until: Seconds, limit: float) -> bool:
    clock, loop = stage.clock, asyncio.get_running_loop()
    steps = 0
    while True:
        stage.look()
        if not await stage.settle(limit):
            return False
        stage.look()
        due = stage.due()
        if due is None or due > until:
            clock.advance_to(until)
            return True
        if loop.time() >= limit:
            return False
        clock.advance_to(max(due, clock.now()))
        steps += 1
        if not steps % BREATH:
            await asyncio.sleep(0)
