"""The guard against the real Twilio."""

from __future__ import annotations

import socket
import ssl

import pytest

from simulator.testing.guard import MOST_TOLD, Guard, RealTwilioError, is_twilio


@pytest.mark.parametrize(
    "host", ["twilio.com", "API.Twilio.com.", b"api.sydney.au1.twilio.com"]
)
def test_twilios_hosts_are_known(host: object) -> None:
    """In any letters, with the dot of the root, as text or bytes."""
    assert is_twilio(host)


@pytest.mark.parametrize(
    "host", [None, "localhost", "nottwilio.com", "twilio.com.evil"]
)
def test_other_hosts_are_others(host: object) -> None:
    """A name that only looks like it is not Twilio's."""
    assert not is_twilio(host)


def test_tls_by_another_way_is_stopped() -> None:
    """Through a proxy the name is told by TLS alone."""
    guard = Guard()
    guard.install()
    try:
        context = ssl.create_default_context()
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        with pytest.raises(RealTwilioError):
            context.wrap_bio(incoming, outgoing, server_hostname="api.twilio.com")
        with socket.socket() as plain, pytest.raises(RealTwilioError):
            context.wrap_socket(plain, server_hostname="api.twilio.com")
        context.wrap_bio(incoming, outgoing, server_hostname="example.com")
    finally:
        guard.remove()
    assert len(guard.take()) == 1


def test_a_connection_by_name_is_stopped() -> None:
    """The socket itself would look the name up."""
    guard = Guard()
    guard.install()
    try:
        with socket.socket() as plain, pytest.raises(RealTwilioError):
            plain.connect(("api.twilio.com", 443))
    finally:
        guard.remove()


def test_it_leaves_everything_as_it_was() -> None:
    """Whoever stood guard before stands there again."""
    before = socket.getaddrinfo, socket.socket.connect, ssl.SSLContext.wrap_bio
    guard = Guard()
    guard.install()
    guard.remove()
    after = socket.getaddrinfo, socket.socket.connect, ssl.SSLContext.wrap_bio
    assert before == after


def test_what_is_told_is_bounded() -> None:
    """Of many breaches some are told, and each of them once."""
    guard = Guard()
    for ordinal in range(3 * MOST_TOLD):
        for _ in range(2):
            with pytest.raises(RealTwilioError):
                guard.check(f"host{ordinal}.twilio.com")
    assert len(guard.take()) == MOST_TOLD
    assert guard.take() == []
