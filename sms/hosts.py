"""Which hosts are this very machine: the only ones that anything here speaks to."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine alone: `localhost` or a loopback address.

    No name is looked up, and an IPv6 address stands without brackets.
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
