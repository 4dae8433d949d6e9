"""Destinations: where callbacks may go, which is this machine and nowhere else.

Names are never looked up: what is asked of a name server has left this machine already,
and what it answers may be another address the next time.
"""

from __future__ import annotations

import errno
import socket
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from aiohttp.abc import AbstractResolver, ResolveResult

if TYPE_CHECKING:
    from aiohappyeyeballs import AddrInfoType

ADDRESSES = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
"""What `localhost` is, and every name below it (RFC 6761, section 6.3)."""


class LocalNames(AbstractResolver):
    """Knows `localhost` and the names below it; every other name is refused."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a name.

        Raises:
            OSError: it is no name of this machine.
        """
        name = host.lower().removesuffix(".")
        if name != "localhost" and not name.endswith(".localhost"):
            raise OSError(
                errno.EACCES,
                "callbacks go to this machine alone: to localhost, 127.0.0.1 or [::1]",
            )
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=own,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for own, address in ADDRESSES
            if family in (own, socket.AF_UNSPEC)
        ]

    async def close(self) -> None:
        """Do nothing: there is nothing open."""


def loopback_socket(address: AddrInfoType) -> socket.socket:
    """Return a socket to connect with, to this machine alone.

    An IPv4 address in an IPv6 one is refused, whichever it is.

    Raises:
        OSError: the address that is to be connected to is another machine's.
    """
    family, type_, protocol, _, place = address
    host = ip_address(str(place[0]).partition("%")[0])
    mapped = isinstance(host, IPv6Address) and host.ipv4_mapped is not None
    if mapped or not host.is_loopback:
        raise OSError(
            errno.EACCES, f"callbacks go to this machine alone, and {host} is another"
        )
    return socket.socket(family, type_, protocol)
