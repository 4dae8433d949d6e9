"""Hosts: this machine's names, and what only looks like one."""

from __future__ import annotations

import pytest

from sms.hosts import is_loopback


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_has_many_names(host: str) -> None:
    """All of 127.0.0.0/8 is loopback, and so is ::1."""
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        *("", "0.0.0.0", "::", "10.0.0.1", "::ffff:10.0.0.1", "example.com"),
        *("127.0.0.1.example.com", "localhost.example.com", "127.1", "[::1]"),
    ],
)
def test_what_may_be_elsewhere_is_not(host: str) -> None:
    """Every address, other hosts, and spellings that would need looking up."""
    assert not is_loopback(host)
