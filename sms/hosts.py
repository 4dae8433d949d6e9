"""Which hosts are this very machine, the only one spoken to, and which are Twilio's."""

from __future__ import annotations

from ipaddress import ip_address

PRODUCTS = {
    "api.twilio.com": "",
    "messaging.twilio.com": "/messaging",
    "notify.twilio.com": "/notify",
    "comms.twilio.com": "/comms",
}
"""Twilio's hosts, and the prefix under which this machine's address has the same."""


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
