"""The one door to the official Twilio library: a client bound to this machine.

The library has no setting for another host, and its own HTTP client ignores its
time-out, repeats what must not be repeated and hides the headers.  So it is given
another, which rewrites each URL to a Base on loopback and knows no other host: nothing
here can reach the real Twilio.  `sender/http.py` has one for asyncio.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.rest import Client

from sender.calls import Answer
from sender.plans import Call, Operation
from sms.hosts import PRODUCTS, is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twilio.http import HttpClient
    from twilio.http.response import Response

    from sms.units import Seconds

BULK = "https://comms.twilio.com/v1/Messages"
JSON = "application/json"

CONNECT_TIMEOUT: Seconds = 10.0

READ_TIMEOUT: Seconds = 60.0
"""Silence after which an answer is given up: longer than Twilio's own 26 seconds.

A shorter one makes sends ambiguous that were not.  Seconds of the wall, as all here.
"""

CONCURRENT_REQUESTS = "Twilio-Concurrent-Requests"

_headers: ContextVar[Mapping[str, str]] = ContextVar("_headers")

_TELLING = (
    TwilioRestException,
    TwilioServiceException,
    json.JSONDecodeError,
    ConnectionError,
    TimeoutError,
)
"""What a call may raise that says how it ended."""


class Prepared(NamedTuple):
    """A request as it goes over the wire: no body where there is no form."""

    url: str
    headers: dict[str, str]
    body: bytes | None


class Base:
    """The address on this machine that answers for all of Twilio's hosts.

    Raises:
        ValueError: it is not an HTTP URL of this very machine.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.username is None
        if parts.query or parts.fragment or not is_loopback(parts.hostname or ""):
            usable = False
        if not usable:
            raise ValueError(
                f"{url!r} is not this machine; give http://127.0.0.1:PORT, where "
                "smslab serve listens: the real Twilio is never spoken to"
            )
        self.url = url.rstrip("/")

    def rewrite(self, uri: str, params: Mapping[str, object] | None = None) -> str:
        """Return where a request to one of Twilio's URLs goes instead.

        Raises:
            ValueError: the host is none of PRODUCTS.
        """
        scheme, host, path, query, _ = urlsplit(uri)
        if scheme != "https" or host not in PRODUCTS:
            raise ValueError(
                f"{scheme}://{host} is no host this client knows; it knows "
                f"{', '.join(PRODUCTS)}"
            )
        query = "&".join(filter(None, (query, urlencode(params or {}, doseq=True))))
        return f"{self.url}{PRODUCTS[host]}{path}{'?' + query if query else ''}"

    def prepare(self, uri: str, options: Mapping[str, Any]) -> Prepared:
        """Return the request to make; `options` are those of the library's own client.

        Of them `params`, `data`, `headers` and `auth` count.

        Raises:
            ValueError: the host is none of PRODUCTS.
        """
        headers = dict(options.get("headers") or {})
        if options.get("auth"):
            headers["Authorization"] = _basic(*options["auth"])
        body = _body(options.get("data"), headers.get("Content-Type", ""))
        return Prepared(self.rewrite(uri, options.get("params")), headers, body)


class _BoundClient(Client):  # type: ignore[misc]  # the library has no types
    """The official client; it notes each answer's headers, which the library drops.

    They are kept by context, which each asyncio task and each greenlet has of its own.
    """

    def request(self, *options: Any, **more: Any) -> Response:
        """Make a request as the library does."""
        answer = super().request(*options, **more)
        _headers.set(answer.headers or {})
        return answer

    async def request_async(self, *options: Any, **more: Any) -> Response:
        """Make a request as the library does."""
        answer = await super().request_async(*options, **more)
        _headers.set(answer.headers or {})
        return answer


def make_client(http_client: HttpClient, account_sid: str, auth_token: str) -> Client:
    """Return the official client, whose requests go through `http_client` alone.

    That one sends what a Base prepares, repeats nothing and follows no redirect.  It
    returns the library's Response with headers that are looked up in any case, or it
    raises: ConnectionRefusedError where nothing can have left, ConnectionError or
    TimeoutError where no answer came.  A success that breaks off has an empty body.

    Neither TWILIO_EDGE nor any other variable of the environment changes the client.
    """
    no_environment = {"-": "-"}  # an empty one would stand for the process's own
    client = _BoundClient(
        account_sid, auth_token, http_client=http_client, environment=no_environment
    )
    # The library imports a product when it is first asked for, for half a second.
    _ = client.messages, client.messaging.v1.services, client.notify.v1.services
    return client


async def perform(client: Client, call: Call) -> Answer:
    """Make a call through the library and say what came of it, whatever that is.

    An answer that breaks off after a 201 is a 201 without a SID: the message exists.
    """
    _headers.set({})
    try:
        if call.document is not None:
            return _begun(await client.request_async(*_bulk(call), headers=_json()))
        made = await _resource(client, call).create_async(**_arguments(call))
    except _TELLING as error:
        return _told_by(error)
    return _answer(201, sid=made.sid)


def perform_sync(client: Client, call: Call) -> Answer:
    """Do as `perform` does, with a client that waits for its answers."""
    _headers.set({})
    try:
        if call.document is not None:
            return _begun(client.request(*_bulk(call), headers=_json()))
        made = _resource(client, call).create(**_arguments(call))
    except _TELLING as error:
        return _told_by(error)
    return _answer(201, sid=made.sid)


def _bulk(call: Call) -> tuple[str, str, None, Mapping[str, Any] | None]:
    """Return a bulk request as the library's own client takes it.

    It has no product for the Bulk API, so that this is by hand.
    """
    return "POST", BULK, None, call.document


def _json() -> dict[str, str]:
    return {"Content-Type": JSON}


def _begun(response: Response) -> Answer:
    """Return what the answer to a bulk request says: an operation's id, or an error.

    A success that breaks off has made an operation all the same.
    """
    status = response.status_code
    try:
        said = json.loads(response.text or "")
    except json.JSONDecodeError:
        said = {}
    if 200 <= status < 300:
        return _answer(status, sid=said.get("operationId"))
    errors = said.get("errors") or [said]
    code = errors[0].get("code")
    return _answer(status, error_code=code if isinstance(code, int) else None)


def _body(data: Any, content_type: str) -> bytes | None:
    """Return a request's body: JSON where its headers say so, else a form."""
    if not data:
        return None
    if content_type == JSON:
        return json.dumps(data, separators=(",", ":")).encode()
    return urlencode(data, doseq=True).encode()


def _told_by(error: Exception) -> Answer:
    """Return what an error says of the call that raised it, one of _TELLING."""
    match error:
        case TwilioRestException() | TwilioServiceException():
            return _answer(error.status, error_code=_error_code(error))
        case json.JSONDecodeError():
            # Only the body of a success is read so strictly: it was created, somehow.
            return _answer(201)
    return _answer(0, reached=not isinstance(error, ConnectionRefusedError))


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


def _basic(user: str, password: str) -> str:
    """Return credentials as an Authorization header has them."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
