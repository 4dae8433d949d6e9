"""The customer's end of status callbacks, in the same loop; signatures by the SDK."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aiohttp import web
from twilio.request_validator import RequestValidator

from simulator.engine.worlds import AUTH_TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sms.units import Seconds


@dataclass(frozen=True, slots=True)
class Came:
    """A callback: when it came, of what, and whether Twilio has signed it."""

    at: Seconds
    sid: str
    status: str
    genuine: bool


@dataclass(slots=True)
class Receiver:
    """Takes every callback, and keeps what came in its order."""

    url: str = ""
    came: list[Came] = field(default_factory=list)
    _validator: RequestValidator = field(
        default_factory=lambda: RequestValidator(AUTH_TOKEN)
    )

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer 204."""
        form = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        signature = request.headers.get("X-Twilio-Signature", "")
        self.came.append(
            Came(
                asyncio.get_running_loop().time(),
                form["MessageSid"],
                form["MessageStatus"],
                self._validator.validate(self.url, form, signature),
            )
        )
        return web.Response(status=204)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Take callbacks within a `with` block."""
    receiver = Receiver()
    runner = web.ServerRunner(web.Server(receiver.answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/status"
    try:
        yield receiver
    finally:
        await runner.cleanup()
