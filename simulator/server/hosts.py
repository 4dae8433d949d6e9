"""Who may speak to the server, under which names, and which product each is.

A web page in the developer's browser can send forms here and, by DNS rebinding, even
read the answers.  So the Host must be this machine's or Twilio's, and what a browser
says of another site's page is believed: it is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from simulator.keys import ConfigError
from sms.errors import FORBIDDEN, ApiError
from sms.hosts import PRODUCTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})

LONGEST_NAME = 253
"""Characters of a host's name."""

NO_NAMES: frozenset[str] = frozenset()

_OWN_PAGES = frozenset({None, "same-origin", "none"})
"""What Sec-Fetch-Site says of no browser, of our own page and of a typed address."""

_NAME = re.compile(
    r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
)


@dataclass(frozen=True, slots=True)
class Host:
    """What a Host header stands for.

    `prefix` goes before each path; `origin` begins absolute links, empty where they
    begin with Twilio's own names.
    """

    prefix: str
    origin: str


def check_caller(
    headers: Mapping[str, str],
    scheme: str = "http",
    allowed: frozenset[str] = NO_NAMES,
) -> Host:
    """Return which host a request is for, that came by this scheme.

    `allowed` are names that are answered to besides.

    Raises:
        ApiError: 20403, where the host is none of ours or another site's page asks.
    """
    host = read_host(headers.get("Host", ""), scheme, allowed)
    if host is None:
        raise ApiError(
            FORBIDDEN, problem="Host is not this machine's or one of Twilio's names"
        )
    origin = headers.get("Origin")
    if origin is not None and (not host.origin or origin != host.origin):
        raise ApiError(FORBIDDEN, problem="Origin is another site")
    site = headers.get("Sec-Fetch-Site")
    if site not in _OWN_PAGES:
        raise ApiError(FORBIDDEN, problem="Sec-Fetch-Site is another site's page")
    return host


@lru_cache(maxsize=256)
def read_host(
    text: str, scheme: str = "http", allowed: frozenset[str] = NO_NAMES
) -> Host | None:
    """Return what a Host header stands for, None where it is not answered to.

    Names are compared whole; the port does not matter.
    """
    name, colon, port = text.lower().rpartition(":")
    if not colon or port.endswith("]"):
        name, port = text.lower(), ""
    if port and not (port.isascii() and port.isdigit()):
        return None
    if name in LOOPBACK or name in allowed:
        return Host("", f"{scheme}://{text.lower()}")
    if name in PRODUCTS:
        return Host(PRODUCTS[name], "")
    return None


def allow_names(names: Iterable[str]) -> frozenset[str]:
    """Return names that the server is to answer to besides, in small letters.

    Raises:
        ConfigError: one of them is no host's name, or one of Twilio's.
    """
    allowed = frozenset(name.lower() for name in names)
    for name in sorted(allowed):
        if name in PRODUCTS:
            raise ConfigError(f"allowed host {name!r} is answered to as it is")
        if len(name) > LONGEST_NAME or not _NAME.fullmatch(name):
            raise ConfigError(
                f"allowed host {name!r} is no host's name: give the whole name, "
                "without port or `*`, such as sms.test"
            )
    return allowed
