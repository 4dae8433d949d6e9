"""The official library over Locust's own session: every call in Locust's statistics."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from locust.contrib.fasthttp import FastHttpSession
from twilio.http import HttpClient
from twilio.http.response import Response

from sender.client import CONNECT_TIMEOUT, READ_TIMEOUT, Base, make_client
from sms.errors import TABLE

if TYPE_CHECKING:
    from locust.env import Environment
    from locust.user import User
    from twilio.rest import Client

THROTTLED = 429

NO_ANSWER = 0

_SID = re.compile(r"/[A-Z]{2}[0-9a-f]{32}(?=[/.?]|$)", re.IGNORECASE)


class RefusedError(Exception):
    """A call that Twilio would not take, by its code."""


class SessionClient(HttpClient):  # type: ignore[misc]  # the library has no types
    """Carries the library's requests over one of Locust's sessions.

    A 429 is a refusal that will be made good: it has a row of its own and is no
    failure.  Any other refusal fails by Twilio's code.
    """

    def __init__(self, session: FastHttpSession, base_url: str) -> None:
        self._session = session
        self._base = Base(base_url)

    def request(self, method: str, uri: str, *args: Any, **options: Any) -> Response:
        """Make a request; `options` are those of the library's own client.

        Raises:
            ConnectionRefusedError: no connection was to be had, nothing has left.
            ConnectionError: no answer came.
        """
        options |= zip(("params", "data", "headers", "auth"), args, strict=False)
        url, headers, body = self._base.prepare(uri, options)
        with self._session.request(
            method,
            url,
            name=folded(url.removeprefix(self._base.url)),
            data=body,  # type: ignore[arg-type]  # bytes, as its text says
            headers=headers,
            catch_response=True,
        ) as answer:
            status, text = answer.status_code, answer.text or ""
            if status == THROTTLED:
                answer.request_meta["name"] += " (429)"
                answer.success()
            elif status >= 400:
                answer.failure(RefusedError(said(text, status)))
        if status == NO_ANSWER:
            refused = isinstance(answer.error, ConnectionRefusedError)
            raise (ConnectionRefusedError if refused else ConnectionError)(answer.error)
        return Response(status, text, answer.headers)


def folded(path: str) -> str:
    """Return a path without SIDs or query, so that calls of a kind share a row."""
    return _SID.sub("/{sid}", path.partition("?")[0])


def said(body: str, status: int) -> str:
    """Return what a refusal says: Twilio's code and what it stands for."""
    try:
        return named(int(json.loads(body)["code"]))
    except (ValueError, KeyError, TypeError):
        return f"HTTP {status}"


def named(code: int) -> str:
    """Return a code with its text, where that is the same for everybody."""
    row = TABLE.get(code)
    return str(code) if row is None or "{" in row.text else f"{code} {row.text}"


class LoopbackSession(FastHttpSession):
    """Locust's session, which speaks to this machine and to no other."""

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
        """Make a request as Locust does.

        Raises:
            ValueError: it would leave this machine.
        """
        if url.startswith(("http:", "https:", "//")):
            Base(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}")
        return super().request(method, url, *args, **options)


def open_session(
    environment: Environment, host: str, user: User | None, *, connections: int
) -> LoopbackSession:
    """Return a session that repeats nothing and follows no redirect."""
    return LoopbackSession(
        base_url=host,
        request_event=environment.events.request,
        user=user,
        connection_timeout=CONNECT_TIMEOUT,
        network_timeout=READ_TIMEOUT,
        max_retries=0,
        max_redirects=0,
        concurrency=connections,
    )


def bound_client(
    session: FastHttpSession, host: str, account_sid: str, auth_token: str
) -> Client:
    """Return the official client over a session, bound to a host of this machine."""
    return make_client(SessionClient(session, host), account_sid, auth_token)
