"""The one handler: every request of whatever host, path and method comes here."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from simulator.api.credentials import Credentials
from simulator.api.refusals import refuse
from simulator.api.requests import Answer, Request
from simulator.engine.chance import Delay, nth
from simulator.server.answers import Written, write
from simulator.server.bodies import parse_form, read_form
from simulator.server.hosts import Host, check_caller
from sms.errors import METHOD_NOT_ALLOWED, NOT_FOUND, ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp.web import BaseRequest

    from simulator.api.api import Api
    from simulator.api.requests import Form
    from simulator.engine.profile import LogNormal
    from simulator.server.clock import ScaledClock
    from simulator.server.pump import Pump

OWN = "/_smslab/"
"""The prefix of what is ours and not Twilio's."""

Own = tuple[str, "Callable[[Form], Answer]"]
"""Something of ours: the method it is asked by, and what answers a query."""


class Handler:
    """Answers requests, as Twilio's edge and API together do.

    Refusals of the edge come at once and have done nothing: who may not ask (403), with
    which credentials (401), how many at a time (429).  The API then takes its time over
    a form, and the request happens at the end of that.  `taken` counts the requests
    that had to wait for it.
    """

    def __init__(
        self,
        api: Api,
        clock: ScaledClock,
        pump: Pump,
        *,
        latency: LogNormal,
        own: Mapping[str, Own],
    ) -> None:
        gateway = api.gateway
        self.taken = 0
        self._answered = 0
        self._api = api
        self._clock = clock
        self._pump = pump
        self._owned = own
        self._limits = gateway.limits
        self._seed = gateway.seed
        self._most_bytes = gateway.profile.body_bytes
        self._latency = Delay(latency)
        self._credentials = Credentials(
            gateway.world.account_sid, gateway.world.auth_token
        )

    async def __call__(self, request: BaseRequest) -> Written:
        """Answer a request; it is in flight until the last byte of that is written."""
        began_at = self._clock.now()
        try:
            host = check_caller(request.headers)
            if request.raw_path.startswith(OWN):
                return await self._write(request, self._own(request), began_at, 0)
            self._credentials.check(request.headers.get("Authorization"))
            in_flight = self._limits.enter()
        except ApiError as refusal:
            in_flight = self._limits.in_flight + 1
            return await self._write(request, refuse(refusal), began_at, in_flight)
        try:
            answer = await self._answer(request, host)
            return await self._write(request, answer, began_at, in_flight)
        finally:
            self._limits.leave()

    async def _answer(self, request: BaseRequest, host: Host) -> Answer:
        """Read a request, take the API's time over it, and have it handled."""
        try:
            form = await read_form(request, self._most_bytes)
        except ApiError as refusal:
            return refuse(refusal)
        path, _, query = request.raw_path.partition("?")
        if "%" in path or not path.isascii():
            path = _plain(path)
        asked = Request(
            request.method,
            host.prefix + path,
            parse_form(query.encode("utf-8", "surrogateescape")) if query else {},
            form,
            host.origin,
        )
        if self._latency.median:
            await asyncio.sleep(self._draw_latency())
        answer = self._api.handle(asked, self._clock.now())
        if request.method != "GET":
            self._pump.wake()
        return answer

    def _draw_latency(self) -> float:
        """Return how many real seconds the API takes over the next request."""
        self.taken += 1
        quantile = nth(self.taken, self._seed)
        return self._latency.at(quantile) / self._clock.speed

    def _own(self, request: BaseRequest) -> Answer:
        """Answer what is asked of the simulator itself."""
        path, _, query = request.raw_path.partition("?")
        if path not in self._owned:
            raise ApiError(NOT_FOUND, path=_plain(path))
        method, answer = self._owned[path]
        if request.method != method:
            raise ApiError(METHOD_NOT_ALLOWED)
        return answer(parse_form(query.encode("utf-8", "surrogateescape")))

    async def _write(
        self, request: BaseRequest, answer: Answer, began_at: float, in_flight: int
    ) -> Written:
        self._answered += 1
        now = self._clock.now()
        return await write(
            request,
            answer,
            date=self._api.dates.http(now),
            duration=now - began_at,
            in_flight=in_flight,
            number=self._answered,
        )


def _plain(path: str) -> str:
    """Return a path without escapes, and without what no JSON can hold."""
    return unquote_to_bytes(path.encode("utf-8", "surrogateescape")).decode(
        "utf-8", "replace"
    )
