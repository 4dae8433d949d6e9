"""URLs that would have a callback leave this machine, or that are none, as data."""

from __future__ import annotations

from ipaddress import IPv4Address

OUTSIDE = ("10.0.0.1", "169.254.169.254", "192.168.1.1", "8.8.8.8", "255.255.255.255")
"""Addresses of others: private, a cloud's metadata, a router, public, everybody."""


def _spellings(address: str) -> list[str]:
    """Return how a host that is another's can be written."""
    number = int(IPv4Address(address))
    a, b, c, d = address.split(".")
    high, low = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    return [
        *(address, f"{address}.", str(number), hex(number), f"0{number:o}"),
        ".".join(hex(int(part)) for part in (a, b, c, d)),
        ".".join(f"0{int(part):o}" for part in (a, b, c, d)),
        *(f"{a}.{int(b) << 16 | int(c) << 8 | int(d)}", f"{a}.{b}.{int(c) << 8}"),
        *(f"[::ffff:{address}]", f"[::ffff:{high}:{low}]", f"[::{address}]"),
        *(f"[64:ff9b::{address}]", f"[2002:{high}:{low}::1]"),
        *(f"localhost@{address}", f"127.0.0.1:80@{address}"),
        address.translate({48 + digit: 0xFF10 + digit for digit in range(10)}),
        *(f"{address}.nip.io", f"{a}%2E{b}.{c}.{d}"),
    ]


_NAMES = (
    *("api.twilio.com", "example.test", "metadata.google.internal", "localtest.me"),
    *("127.0.0.1.nip.io", "localhost.example.test", "notlocalhost", "localhost.com"),
    *("local", "ip6-localhost", "localhost..", "localhostx", "xn--lcalhost-54a"),
    *("host.docker.internal", "kubernetes.default.svc", "router", "*"),
)
_UNCLEAR = (
    *("0.0.0.0", "0", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127.1"),
    *("0x7f000001", "2130706433", "017700000001", "0177.0.0.1", "127.0.0.01"),
    *("[::127.0.0.1]", "[fe80::1%25lo]", "[ff02::1]", "[fd00::1]", "[2001:db8::1]"),
)
"""What some programs take for this machine and others do not."""

_WHOLE = (
    *("unix:/run/docker.sock", "unix:///run/docker.sock", "file:///etc/passwd"),
    *("ftp://127.0.0.1/", "gopher://127.0.0.1/", "data:text/plain,x", "ws://[::1]/"),
    *("javascript:alert(1)", "//10.0.0.1/", "/status", "", "127.0.0.1:9", "http:"),
    *("http://", "http:///status", "http://[::1", "http://127.0.0.1:99999/"),
    *("http://127.0.0.1:x/", "http://127.0.0.1:-1/", "https:10.0.0.1"),
)

ESCAPES = (
    *(f"http://{host}/" for address in OUTSIDE for host in _spellings(address)),
    *(f"http://{host}/" for host in (*_NAMES, *_UNCLEAR)),
    *_WHOLE,
)
