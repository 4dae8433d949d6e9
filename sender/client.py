"""The one door to the official Twilio library: a client bound to this machine.

The library has no setting for another host, and its own HTTP client ignores its
time-out, repeats what must not be repeated and hides the headers.  Ours rewrites each
URL to a base on loopback and refuses any other host: nothing here can reach the real
Twilio.
"""

from __future__ import annotations

import asyncio
import json
import re
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from logging import getLogger
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from yarl import URL

from sender.plans import Call, Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sms.units import Seconds

PRODUCTS = {
    "api.twilio.com": "",
    "messaging.twilio.com": "/messaging",
    "notify.twilio.com": "/notify",
    "comms.twilio.com": "/comms",
}
"""Twilio's hosts, and under which path the base answers for each."""

CONNECT_TIMEOUT: Seconds = 10.0

READ_TIMEOUT: Seconds = 60.0
"""Silence after which an answer is given up: longer than Twilio's own 26 seconds.

A shorter one makes sends ambiguous that were not.  Seconds of the wall, as all here.
"""

KEEPALIVE: Seconds = 15.0
"""How long an idle connection is kept."""

MOST_OPEN = 1_000
"""Requests open at a time; further ones wait."""

CONCURRENT_REQUESTS = "Twilio-Concurrent-Requests"

_headers: ContextVar[Mapping[str, str]] = ContextVar("_headers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for a call.

    `http_status` is 0 where nothing did, and `reached` False where the request cannot
    have left.  `concurrent_requests` is how many Twilio says were in flight, this one
    included; None where it does not say.
    """

    http_status: int
    error_code: int | None = None
    sid: str | None = None
    concurrent_requests: int | None = None
    reached: bool = True


class HttpClient(AsyncHttpClient):  # type: ignore[misc]  # the library has no types
    """Carries the library's requests to one base on loopback, over one session.

    It repeats nothing and follows no redirect.  Use it within one event loop, and
    `close` it there.

    Raises:
        ValueError: the base is not an HTTP URL of this very machine.
    """

    def __init__(self, base_url: str, *, most_open: int = MOST_OPEN) -> None:
        super().__init__(getLogger(__name__), is_async=True)
        self._base = _loopback(base_url)
        self._slots = asyncio.Semaphore(most_open)
        self._session: aiohttp.ClientSession | None = None

    async def request(self, method: str, uri: str, **options: Any) -> Response:
        """Make a request; `options` are those of the library's own client.

        Raises:
            ValueError: the host is none of PRODUCTS.
            aiohttp.ClientError, TimeoutError: no answer came.
        """
        url = URL(self._rewrite(uri, options.get("params")), encoded=True)
        headers = dict(options.get("headers") or {})
        if options.get("auth"):
            headers["Authorization"] = aiohttp.encode_basic_auth(*options["auth"])
        data = options.get("data")
        body = urlencode(data, doseq=True).encode() if data else None
        async with (
            self._slots,
            self._open_session().request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as answer,
        ):
            _headers.set(answer.headers)
            return Response(answer.status, await _text(answer), answer.headers)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> aiohttp.ClientSession:
        """Return the session, opened with the first request: it needs the loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEPALIVE),
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=CONNECT_TIMEOUT, sock_read=READ_TIMEOUT
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _rewrite(self, uri: str, params: Mapping[str, object] | None) -> str:
        scheme, host, path, query, _ = urlsplit(uri)
        if scheme != "https" or host not in PRODUCTS:
            raise ValueError(
                f"{scheme}://{host} is no host this client knows; it knows "
                f"{', '.join(PRODUCTS)}"
            )
        query = "&".join(filter(None, (query, urlencode(params or {}, doseq=True))))
        return f"{self._base}{PRODUCTS[host]}{path}{'?' + query if query else ''}"


def make_client(base_url: str, account_sid: str, auth_token: str) -> Client:
    """Return the official client, speaking to the base alone.

    Neither TWILIO_EDGE nor any other variable of the environment changes that.  Close
    it with `close_client`.

    Raises:
        ValueError: the base is not an HTTP URL of this very machine.
    """
    no_environment = {"-": "-"}  # an empty one would stand for the process's own
    http_client = HttpClient(base_url)
    client = Client(
        account_sid, auth_token, http_client=http_client, environment=no_environment
    )
    # The library imports a product when it is first asked for, for half a second.
    _ = client.messages, client.messaging.v1.services, client.notify.v1.services
    return client


async def close_client(client: Client) -> None:
    """Close the connections of a client that `make_client` made."""
    await client.http_client.close()


async def perform(client: Client, call: Call) -> Answer:
    """Make a call through the library and say what came of it, whatever that is.

    An answer that breaks off after a 201 is a 201 without a SID: the message exists.
    """
    _headers.set({})
    try:
        made = await _resource(client, call).create_async(**_arguments(call))
    except (TwilioRestException, TwilioServiceException) as refusal:
        return _answer(refusal.status, error_code=_error_code(refusal))
    except json.JSONDecodeError:
        # Only the body of a success is read so strictly: it was created, somehow.
        return _answer(201)
    except aiohttp.ClientConnectorError:
        return _answer(0, reached=False)
    except (aiohttp.ClientError, TimeoutError, ConnectionError):
        return _answer(0)
    return _answer(201, sid=made.sid)


def _answer(http_status: int, **rest: Any) -> Answer:
    told = _headers.get().get(CONCURRENT_REQUESTS, "")
    concurrent = int(told) if told.isdecimal() else None
    return Answer(http_status=http_status, concurrent_requests=concurrent, **rest)


def _error_code(refusal: TwilioRestException | TwilioServiceException) -> int | None:
    """Return Twilio's code; where the body is not Twilio's, the library has made it up.

    It then is the HTTP status over again.
    """
    code = refusal.code
    return code if isinstance(code, int) and code != refusal.status else None


def _resource(client: Client, call: Call) -> Any:
    """Return what the library creates a call's kind of thing with."""
    if call.operation is Operation.CREATE_MESSAGE:
        return client.messages
    return client.notify.v1.services(call.service).notifications


def _arguments(call: Call) -> dict[str, Any]:
    return {_argument(name): value for name, value in call.form.items()}


@lru_cache(maxsize=64)
def _argument(parameter: str) -> str:
    """Return the library's name for a parameter: to_binding for ToBinding."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", parameter).lower()
    return "from_" if name == "from" else name


async def _text(answer: aiohttp.ClientResponse) -> str:
    """Return the body; none where a success breaks off: it was created all the same."""
    try:
        return await answer.text(encoding="utf-8", errors="replace")
    except (aiohttp.ClientError, TimeoutError, ConnectionError):
        if answer.ok:
            return ""
        raise


def _loopback(base_url: str) -> str:
    """Return the base without a final slash, or refuse it."""
    parts = urlsplit(base_url)
    usable = parts.scheme in ("http", "https") and not (parts.query or parts.fragment)
    if not usable or parts.username is not None or not _is_loopback(parts.hostname):
        raise ValueError(
            f"{base_url!r} is not this machine; give http://127.0.0.1:PORT, where "
            "smslab serve listens: the real Twilio is never spoken to"
        )
    return base_url.rstrip("/")


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
