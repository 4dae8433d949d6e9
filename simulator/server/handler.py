"""The one handler: every request of whatever host, path and method comes here."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from simulator.api.credentials import Credentials
from simulator.api.paths import COMMS
from simulator.api.requests import Answer, Request
from simulator.api.xml import turn_away
from simulator.engine.chance import Delay, nth
from simulator.server.answers import Written, carry_whole, compose
from simulator.server.arrivals import Arrival
from simulator.server.bodies import parse_form, read_body, understand
from simulator.server.controls import OWN, READS, TOKEN_HEADER, Asked
from simulator.server.documents import read_document, refuse
from simulator.server.hosts import allow_names, check_caller
from simulator.server.mishaps import meet, reset
from simulator.server.streams import Stream
from sms.errors import TOO_MANY_REQUESTS, ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.web import BaseRequest

    from simulator.api.api import Api
    from simulator.server.arrivals import Arrivals
    from simulator.server.clock import ScaledClock
    from simulator.server.controls import Controls
    from simulator.server.mishaps import Mishap
    from simulator.server.running import Settings


class Handler:
    """Answers requests, as Twilio's edge and API together do.

    Refusals of the edge come at once and have done nothing: who may not ask (403), with
    which credentials (401), how many at a time (429).  The API then takes its time over
    a form, unless time stands still, and the request happens at the end of that.
    `taken` counts the requests that had to wait for it, `answered` those to Twilio's
    paths by status; `wake` has every account's gateway looked at soon, and `arrivals`
    keeps what came.
    """

    def __init__(
        self,
        api: Api,
        clock: ScaledClock,
        wake: Callable[[], None],
        *,
        settings: Settings,
        controls: Controls,
        arrivals: Arrivals,
    ) -> None:
        gateway = api.gateway
        self.taken = 0
        self.answered: Counter[int] = Counter()
        self._answered = 0
        self._allowed = allow_names(settings.allowed_hosts)
        self._api = api
        self._clock = clock
        self._wake = wake
        self._controls = controls
        self._seed = gateway.seed
        self._most_bytes = gateway.profile.body_bytes
        self._latency = Delay(settings.latency)
        self._arrivals = arrivals
        self._credentials = Credentials(
            gateway.world.account_sid, gateway.world.auth_token, api.tenants.secret_of
        )

    async def __call__(self, request: BaseRequest) -> Written:
        """Answer a request; it is in flight until the last byte of that is written."""
        began_at = self._clock.now()
        path, limits = request.raw_path, self._api.gateway.limits
        arrival = Arrival(began_at, request.method, _bare(path))
        try:
            host = check_caller(request.headers, request.scheme, self._allowed)
            if path.startswith(OWN):
                given = await self._own(request)
                if isinstance(given, Stream):
                    return await given.carry(request)
                return await self._write(request, given, arrival, 0)
            path = arrival.path = host.prefix + arrival.path
            asker = self._credentials.check(request.headers.get("Authorization"))
            limits = self._api.tenants.asked(path, asker).gateway.limits
            in_flight = limits.enter()
        except ApiError as refusal:
            in_flight = limits.in_flight + 1
            answer = _turn_away(refusal, path)
            written = await self._write(request, answer, arrival, in_flight)
            if refusal.error is TOO_MANY_REQUESTS:
                await self._read_late(request, arrival)
            self._arrivals.add(arrival)
            return written
        try:
            handled = await self._answer(request, arrival, host.origin, asker)
            if handled is None:
                return reset(request)
            return await self._write(request, handled, arrival, in_flight)
        finally:
            limits.leave()
            self._arrivals.add(arrival)

    async def _answer(
        self, request: BaseRequest, arrival: Arrival, origin: str, asker: str
    ) -> Answer | None:
        """Read a request, take the API's time over it, and have it handled.

        None is no answer at all: a fault on order wants it so.
        """
        path = arrival.path
        try:
            body = await read_body(request, self._most_bytes)
            arrival.digest = sha256(body).digest()
            content = understand(request, body, takes_json=path.startswith(COMMS))
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
        faults = self._api.gateway.faults
        if faults.rules:
            arrival.mishap = meet(asked, faults, self._clock)
        if self._latency.median and not self._clock.paused:
            await asyncio.sleep(self._draw_latency())
        if arrival.mishap is not None:
            return await self._suffer(asked, arrival, arrival.mishap)
        return self._handle(asked, arrival)

    async def _suffer(
        self, asked: Request, arrival: Arrival, mishap: Mishap
    ) -> Answer | None:
        """Have a request handled as far as its mishap lets it."""
        if mishap.delay:
            await asyncio.sleep(mishap.delay)
        if mishap.resets:
            return None
        if mishap.refusal is not None:
            return turn_away(ApiError(mishap.refusal), asked.path)
        answer = self._handle(asked, arrival)
        if mishap.instead is not None:
            return turn_away(ApiError(mishap.instead), asked.path)
        return answer

    def _handle(self, asked: Request, arrival: Arrival) -> Answer:
        """Have a request handled, and note what it has made."""
        answer = self._api.handle(asked, self._clock.now())
        arrival.sid = answer.sid
        if asked.method != "GET":
            self._wake()
        return answer

    def _draw_latency(self) -> float:
        """Return how many real seconds the API takes over the next request."""
        self.taken += 1
        quantile = nth(self.taken, self._seed)
        return self._latency.at(quantile) / self._clock.speed

    async def _own(self, request: BaseRequest) -> Answer | Stream:
        """Answer what is asked of the simulator itself."""
        path, _, query = request.raw_path.partition("?")
        path, controls = _plain(path), self._controls
        given = request.headers.get(TOKEN_HEADER)
        refused = controls.refuse(request.method, path, given)
        if refused is not None:
            return refused
        body = await read_body(request, self._most_bytes)
        asked = Asked(
            parse_form(query.encode("utf-8", "surrogateescape")),
            read_document(body, request),
            request.headers.get("Accept", ""),
            request.headers.get("Last-Event-ID", ""),
        )
        answer = await controls.answer(request.method, path, asked)
        if request.method not in READS:
            self._wake()
        return answer

    async def _write(
        self, request: BaseRequest, answer: Answer, arrival: Arrival, in_flight: int
    ) -> Written:
        self._answered += 1
        now = self._clock.now()
        arrival.status = answer.status
        if in_flight:
            self.answered[answer.status] += 1
        composed = compose(
            request,
            answer,
            date=self._api.dates.http(now),
            duration=now - arrival.at,
            in_flight=in_flight,
            number=self._answered,
        )
        carry = (arrival.mishap and arrival.mishap.carry) or carry_whole
        arrival.answered = await carry(request, composed.head, composed.body)
        return Written(composed.keep_alive)

    async def _read_late(self, request: BaseRequest, arrival: Arrival) -> None:
        """Read the body of a request that was refused before: what came is noted."""
        with suppress(ApiError):
            body = await read_body(request, self._most_bytes)
            arrival.digest = sha256(body).digest()


def _turn_away(refusal: ApiError, path: str) -> Answer:
    """Return a refusal as Twilio has it, or as our own routes do."""
    return refuse(refusal) if path.startswith(OWN) else turn_away(refusal, path)


def _bare(raw_path: str) -> str:
    """Return a request's path without its query and escapes."""
    path = raw_path.partition("?")[0]
    return _plain(path) if "%" in path or not path.isascii() else path


def _plain(path: str) -> str:
    """Return a path without escapes, and without what no JSON can hold."""
    return unquote_to_bytes(path.encode("utf-8", "surrogateescape")).decode(
        "utf-8", "replace"
    )
