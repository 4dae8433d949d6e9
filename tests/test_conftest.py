"""The guard that keeps the tests on this machine."""

from __future__ import annotations

import socket

import pytest

from tests.conftest import LeftTheMachineError

OUTSIDE = ("192.0.2.1", 9)
"""An address of TEST-NET-1, which is nobody's."""


def test_no_test_connects_to_another_machine() -> None:
    """A connection to another machine fails before a packet has left."""
    with socket.socket() as sock, pytest.raises(LeftTheMachineError):
        sock.connect(OUTSIDE)


def test_no_test_connects_unseen() -> None:
    """The call that returns errors instead of raising them fails all the same."""
    with socket.socket() as sock, pytest.raises(LeftTheMachineError):
        sock.connect_ex(OUTSIDE)


def test_no_test_asks_for_an_address() -> None:
    """No name is looked up."""
    with pytest.raises(LeftTheMachineError):
        socket.getaddrinfo("api.twilio.com", 443)
