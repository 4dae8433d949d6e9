"""The one handler: every request of whatever host, path and method comes here."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from simulator.api.credentials import Credentials
from simulator.api.paths import COMMS
from simulator.api.requests import Answer, Request
from simulator.api.xml import turn_away
from simulator.engine.chance import Delay, nth
from simulator.server.answers import Written, write
from simulator.server.bodies import parse_form, read_content
from simulator.server.controls import OWN, READS, TOKEN_HEADER, Asked
from simulator.server.hosts import check_caller
from sms.errors import ApiError

if TYPE_CHECKING:
    from aiohttp.web import BaseRequest

    from simulator.api.api import Api
    from simulator.engine.profile import LogNormal
    from simulator.server.branches import Branches
    from simulator.server.clock import ScaledClock
    from simulator.server.controls import Controls
    from simulator.server.pump import Pump


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
        controls: Controls,
        branches: Branches | None = None,
    ) -> None:
        gateway = api.gateway
        self.taken = 0
        self._answered = 0
        self._api = api
        self._clock = clock
        self._pump = pump
        self._controls = controls
        self._seed = gateway.seed
        self._most_bytes = gateway.profile.body_bytes
        self._latency = Delay(latency)
        self._branches = branches
        self._credentials = Credentials(
            gateway.world.account_sid, gateway.world.auth_token, api.tenants.secret_of
        )

    async def __call__(self, request: BaseRequest) -> Written:
        """Answer a request; it is in flight until the last byte of that is written."""
        began_at = self._clock.now()
        path, limits = request.raw_path, self._api.gateway.limits
        try:
            host = check_caller(request.headers, request.scheme)
            if path.startswith(OWN):
                answer = await self._own(request)
                return await self._write(request, answer, began_at, 0)
            path = host.prefix + _bare(path)
            asker = self._credentials.check(request.headers.get("Authorization"))
            limits = self._api.tenants.asked(path, asker).gateway.limits
            in_flight = limits.enter()
        except ApiError as refusal:
            in_flight = limits.in_flight + 1
            answer = turn_away(refusal, path)
            return await self._write(request, answer, began_at, in_flight)
        try:
            answer = await self._answer(request, path, host.origin, asker)
            return await self._write(request, answer, began_at, in_flight)
        finally:
            limits.leave()

    async def _answer(
        self, request: BaseRequest, path: str, origin: str, asker: str
    ) -> Answer:
        """Read a request, take the API's time over it, and have it handled."""
        try:
            content = await read_content(
                request, self._most_bytes, takes_json=path.startswith(COMMS)
            )
        except ApiError as refusal:
            return turn_away(refusal, path)
        query = request.raw_path.partition("?")[2]
        asked = Request(
            request.method,
            path,
            parse_form(query.encode("utf-8", "surrogateescape")) if query else {},
            content.form,
            origin,
            content.document,
            asker,
        )
        if self._latency.median:
            await asyncio.sleep(self._draw_latency())
        answer = self._api.handle(asked, self._clock.now())
        if request.method != "GET":
            self._wake()
        return answer

    def _wake(self) -> None:
        """Have every account's gateway looked at soon."""
        self._pump.wake()
        if self._branches is not None:
            self._branches.wake()

    def _draw_latency(self) -> float:
        """Return how many real seconds the API takes over the next request."""
        self.taken += 1
        quantile = nth(self.taken, self._seed)
        return self._latency.at(quantile) / self._clock.speed

    async def _own(self, request: BaseRequest) -> Answer:
        """Answer what is asked of the simulator itself."""
        path, _, query = request.raw_path.partition("?")
        path, controls = _plain(path), self._controls
        given = request.headers.get(TOKEN_HEADER)
        refused = controls.refuse(request.method, path, given)
        if refused is not None:
            return refused
        content = await read_content(request, self._most_bytes, takes_json=True)
        asked = Asked(
            parse_form(query.encode("utf-8", "surrogateescape")),
            content.document,
            request.headers.get("Accept", ""),
        )
        answer = controls.answer(request.method, path, asked)
        if request.method not in READS:
            self._wake()
        return answer

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


def _bare(raw_path: str) -> str:
    """Return a request's path without its query and escapes."""
    path = raw_path.partition("?")[0]
    return _plain(path) if "%" in path or not path.isascii() else path


def _plain(path: str) -> str:
    """Return a path without escapes, and without what no JSON can hold."""
    return unquote_to_bytes(path.encode("utf-8", "surrogateescape")).decode(
        "utf-8", "replace"
    )
