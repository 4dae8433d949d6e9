"""Who may speak to the server, under which names, and which product each is.

A web page in the developer's browser can send forms here and, by DNS rebinding, even
read the answers.  So the Host must be this machine's or Twilio's, and what a browser
says of another site's page is believed: it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sms.errors import FORBIDDEN, ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

PRODUCTS = {
    "api.twilio.com": "",
    "messaging.twilio.com": "/messaging",
    "notify.twilio.com": "/notify",
    "comms.twilio.com": "/comms",
}
"""Twilio's hosts, and the prefix under which this machine's address has the same."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True)
class Host:
    """What a Host header stands for.

    `prefix` goes before each path; `origin` begins absolute links, empty where they
    begin with Twilio's own names.
    """

    prefix: str
    origin: str


def check_caller(headers: Mapping[str, str], scheme: str = "http") -> Host:
    """Return which host a request is for, that came by this scheme.

    Raises:
        ApiError: 20403, where the host is none of ours or another site's page asks.
    """
    host = read_host(headers.get("Host", ""), scheme)
    if host is None:
        raise ApiError(
            FORBIDDEN, problem="Host is not this machine's or one of Twilio's names"
        )
    origin = headers.get("Origin")
    if origin is not None and (not host.origin or origin != host.origin):
        raise ApiError(FORBIDDEN, problem="Origin is another site")
    if headers.get("Sec-Fetch-Site") == "cross-site":
        raise ApiError(FORBIDDEN, problem="Sec-Fetch-Site is cross-site")
    return host


@lru_cache(maxsize=256)
def read_host(text: str, scheme: str = "http") -> Host | None:
    """Return what a Host header stands for, None where it is not answered to.

    Names are compared whole; the port does not matter.
    """
    name, colon, port = text.lower().rpartition(":")
    if not colon or port.endswith("]"):
        name, port = text.lower(), ""
    if port and not (port.isascii() and port.isdigit()):
        return None
    if name in LOOPBACK:
        return Host("", f"{scheme}://{text.lower()}")
    if name in PRODUCTS:
        return Host(PRODUCTS[name], "")
    return None
