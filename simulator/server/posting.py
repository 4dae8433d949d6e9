"""Posts one callback: signed, within its time, again where its URL asks for that."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from functools import lru_cache
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from simulator.api.overrides import Overrides, read_overrides
from simulator.api.signatures import SIGNATURE_HEADER, signature_headers
from simulator.api.verdicts import Signed, judge
from simulator.engine.chance import new_sid
from simulator.server.destinations import LocalNames, loopback_socket

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.api.callbacks import Parameters
    from simulator.api.verdicts import Verdict
    from simulator.engine.accounts import SharedKey
    from sms.units import Seconds

KEEPALIVE: Seconds = 2.0
"""Real seconds an idle connection is kept: shorter than any receiver keeps its own."""

LARGEST_REPLY = 65_536
"""Bytes of a receiver's reply that are read; its connection is dropped above."""


MOST_FAILURES = 500
"""Attempts that may end without an answer in a real second, above a tenth of that.

Each costs a connection, and with it processor time that the API and the engine need.
"""

BURST: Seconds = 0.1
"""Real seconds' worth of such attempts that nobody waits for."""


class Attempt(NamedTuple):
    """One request for a callback: when it began, in simulated seconds, and how it went.

    It took so many real `seconds`, as a receiver's time-outs are.  `http_status` is 0
    where no answer came, and `problem` says why by the debugger's codes.
    """

    began_at: Seconds
    seconds: Seconds
    http_status: int
    problem: str


@dataclass(frozen=True, slots=True)
class Reply:
    """How posting a callback went: the last answer, and every attempt in order.

    `http_status` is 0 where no answer came; `problem` says why, or what of the URL's
    fragment was not understood, by the debugger's codes.  `signed` is None where nobody
    could be asked.
    """

    http_status: int
    problem: str = ""
    content_type: str = ""
    body: bytes = b""
    made: tuple[Attempt, ...] = ()
    signed: Signed | None = None

    @property
    def attempts(self) -> int:
        """How many attempts there were."""
        return len(self.made)


HTTP_FAILURE, NO_CONNECTION, BAD_PROTOCOL, NO_NAME = 11200, 11205, 11206, 11210
REDIRECTED, NO_TLS, BAD_OVERRIDE = 11215, 11220, 11243
"""What the debugger calls a webhook's failures.

Source: https://www.twilio.com/docs/api/errors/11200 to 11243 (2025-02).
"""


class Poster:
    """Posts to this machine alone: every connection is checked when it is made.

    No redirect is followed, no proxy used and no cookie kept.  `now` tells when an
    attempt begins: the simulated clock, or the machine's where there is none.  A
    receiver that is down or no HTTP gets `MOST_FAILURES`, the others wait their turn.
    """

    def __init__(
        self,
        auth_token: str,
        retries: int,
        shared_key: SharedKey | None = None,
        *,
        now: Callable[[], Seconds] = monotonic,
    ) -> None:
        self._now = now
        self._auth_token = auth_token
        self._shared_key = shared_key
        self._retries = retries
        self._rests_until: Seconds = 0.0
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                keepalive_timeout=KEEPALIVE,
                resolver=LocalNames(),
                socket_factory=loopback_socket,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "User-Agent": "TwilioProxy/1.1",
            },
        )

    async def post(
        self,
        url: str,
        parameters: Parameters,
        *,
        method: str = "POST",
        forged: bool = False,
    ) -> Reply:
        """Post a form, or get a URL with it as its query, as often as it says itself.

        One that is `forged` bears a signature, but not Twilio's.

        Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
        (read 2026-11-23).
        """
        body = urlencode(parameters)
        if method == "GET":
            url, parameters, body = _with_query(url, body), (), ""
        try:
            address, overrides = _read_url(url, self._retries)
        except ValueError as error:
            return self.never(f"{HTTP_FAILURE} no URL: {error}")
        headers = dict(
            signature_headers(url, parameters, *self._secrets(forged=forged))
        )
        asked = _Asked(method, address, body.encode(), headers, overrides)
        given, made = await self._insist(asked)
        if not given.http_status:
            await self._rest(len(made))
        problems = [f"{BAD_OVERRIDE} {problem}" for problem in overrides.problems]
        problems += [given.problem] if given.problem else []
        signed = Signed(url.partition("#")[0], parameters, headers[SIGNATURE_HEADER])
        return replace(given, made=made, signed=signed, problem="; ".join(problems))

    def never(self, problem: str) -> Reply:
        """Return how it went where nobody could be asked, which is one attempt."""
        return Reply(0, problem, made=(Attempt(self._now(), 0.0, 0, problem),))

    def judge(self, signed: Signed) -> Verdict:
        """Say whether a receiver that knows the secret takes what was signed."""
        return judge(signed, self._auth_token, self._shared_key)

    async def _insist(self, asked: _Asked) -> tuple[Reply, tuple[Attempt, ...]]:
        """Ask as often as the URL says; return the last answer, and all attempts."""
        overrides, loop = asked.overrides, asyncio.get_running_loop()
        made: list[Attempt] = []
        began_at, began, given = self._now(), loop.time(), Reply(0)
        try:
            async with asyncio.timeout(overrides.total_timeout):
                while len(made) <= overrides.retries:
                    began_at, began = self._now(), loop.time()
                    given, reason = await self._try(asked)
                    seconds = loop.time() - began
                    made.append(
                        Attempt(began_at, seconds, given.http_status, given.problem)
                    )
                    if reason not in overrides.retry_on:
                        break
                    token = new_sid("", str(asked.url), asked.body.decode())
                    asked.headers["I-Twilio-Idempotency-Token"] = token
        except TimeoutError:
            late = f"{NO_CONNECTION} no answer within {overrides.total_timeout} s"
            made.append(Attempt(began_at, loop.time() - began, 0, late))
            given = Reply(0, late)
        return given, tuple(made)

    async def _rest(self, failures: int) -> None:
        """Wait where so many attempts fail that others would feel it."""
        now = asyncio.get_running_loop().time()
        self._rests_until = max(self._rests_until, now) + failures / MOST_FAILURES
        await asyncio.sleep(max(0.0, self._rests_until - now - BURST))

    def _secrets(self, *, forged: bool) -> tuple[str, SharedKey | None]:
        """Return what to sign with: another's token, where it is to be forged."""
        if forged:
            return f"not {self._auth_token}", None
        return self._auth_token, self._shared_key

    async def _try(self, asked: _Asked) -> tuple[Reply, str]:
        """Ask once; return the answer, and the reason there may be to try again."""
        timeout = aiohttp.ClientTimeout(
            total=None,
            sock_connect=asked.overrides.connect_timeout,
            sock_read=asked.overrides.read_timeout,
        )
        try:
            async with self._session.request(
                asked.method,
                asked.url,
                data=asked.body or None,
                headers=asked.headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                body = await _read_body(response)
                status = response.status
                given = Reply(status, _problem(status), response.content_type, body)
                return given, f"{status // 100}xx"
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Reply(0, f"{_code(error)} {str(error) or 'no connection'}"), "ct"
        except aiohttp.ClientPayloadError as error:
            return Reply(0, f"{BAD_PROTOCOL} {error}"), ""
        except (aiohttp.ClientError, OSError) as error:
            named = str(error) or type(error).__name__
            return Reply(0, f"{_code(error)} {named}"), "rt"

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()


@lru_cache(maxsize=1024)
def _read_url(url: str, retries: int) -> tuple[URL, Overrides]:
    """Take a URL apart.

    Raises:
        ValueError: nobody can be asked there.
    """
    address = URL(url.partition("#")[0], encoded=True)
    if address.scheme not in ("http", "https") or not address.host or not address.port:
        raise ValueError("it is http or https, a host, and a port from 1 to 65535")
    return address, read_overrides(url, retries)


@dataclass(frozen=True, slots=True)
class _Asked:
    method: str
    url: URL
    body: bytes
    headers: dict[str, str]
    overrides: Overrides


async def _read_body(response: aiohttp.ClientResponse) -> bytes:
    """Return a reply's body, as far as it is read."""
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) >= LARGEST_REPLY:
            break
    return bytes(body[:LARGEST_REPLY])


def _problem(status: int) -> str:
    """Return what the debugger says of an answer, nothing of a good one."""
    if 200 <= status < 300:
        return ""
    code = REDIRECTED if 300 <= status < 400 else HTTP_FAILURE
    return f"{code} HTTP {status}"


def _code(error: Exception) -> int:
    """Return the debugger's code for why no answer came."""
    return next(
        (code for kind, code in _CODES if isinstance(error, kind)), HTTP_FAILURE
    )


_CODES: tuple[tuple[type[Exception], int], ...] = (
    (aiohttp.ClientConnectorDNSError, NO_NAME),
    (aiohttp.ClientSSLError, NO_TLS),
    (aiohttp.ClientConnectorError, NO_CONNECTION),
    (aiohttp.ServerTimeoutError, NO_CONNECTION),
    (aiohttp.ClientResponseError, BAD_PROTOCOL),
    (OSError, NO_CONNECTION),
)


def _with_query(url: str, query: str) -> str:
    """Return a URL with more parameters in its query; its fragment stays."""
    address, mark, fragment = url.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}{query}{mark}{fragment}"
