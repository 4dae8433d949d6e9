"""The official library: its clients led to the simulator, and its own judgement.

A program builds its `twilio.rest.Client` as ever.  What carries the requests, the
library's two HTTP clients, is made to send them to this machine: the URL's host becomes
the Host header, by which the server knows which product is meant.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from simulator.testing.guard import DOMAIN, is_twilio
from sms.hosts import PRODUCTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pytest


def lead(patches: pytest.MonkeyPatch, url: str) -> None:
    """Lead the library's HTTP clients to a server until the patches are undone."""
    sync, asynchronous = TwilioHttpClient.request, AsyncTwilioHttpClient.request
    patches.setattr(TwilioHttpClient, "request", _led(sync, url))
    patches.setattr(AsyncTwilioHttpClient, "request", _led_async(asynchronous, url))


@contextmanager
def client_for(account_sid: str, auth_token: str) -> Iterator[Client]:
    """Lend a client, whose connections are closed at the end."""
    http = TwilioHttpClient()
    try:
        yield Client(account_sid, auth_token, http_client=http)
    finally:
        http.session.close()


def is_genuine(
    url: str, parameters: Any, headers: Mapping[str, str], auth_token: str
) -> bool:
    """Say whether a webhook bears the signature of this account's token."""
    given = headers.get("X-Twilio-Signature", "")
    return bool(RequestValidator(auth_token).validate(url, parameters, given))


def here(uri: str, url: str) -> tuple[str, str]:
    """Return where a request goes instead, and its Host header, empty for neither.

    Hosts of regions and edges are the product's; what is no product that there is here
    stays as it is, for the guard to stop.
    """
    _, host, path, query, _ = urlsplit(uri)
    product = f"{host.partition('.')[0]}.{DOMAIN}"
    if not is_twilio(host) or product not in PRODUCTS:
        return uri, ""
    return f"{url}{path}{'?' + query if query else ''}", product


def _led(original: Callable[..., Any], url: str) -> Callable[..., Any]:
    bind = signature(original).bind

    @wraps(original)
    def request(*given: Any, **options: Any) -> Any:
        call = bind(*given, **options)
        _turn(call.arguments, url)
        return original(*call.args, **call.kwargs)

    return request


def _led_async(original: Callable[..., Any], url: str) -> Callable[..., Any]:
    bind = signature(original).bind

    @wraps(original)
    async def request(*given: Any, **options: Any) -> Any:
        call = bind(*given, **options)
        _turn(call.arguments, url)
        return await original(*call.args, **call.kwargs)

    return request


def _turn(arguments: dict[str, Any], url: str) -> None:
    """Turn a request to Twilio into one to the server."""
    target, product = here(str(arguments["url"]), url)
    if product:
        arguments["url"] = target
        arguments["headers"] = {**(arguments.get("headers") or {}), "Host": product}
