"""The guard: no test opens a connection to Twilio's hosts, seen or unseen.

It stands where every program passes: where a name is looked up, where a socket is
connected, and where TLS names the host it speaks to, be it through a proxy.
"""

from __future__ import annotations

import socket
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

DOMAIN = "twilio.com"

MOST_TOLD = 10
"""Breaches of one test that are told; more are told as the last of them."""


class RealTwilioError(RuntimeError):
    """A test has tried to reach the real Twilio; nothing was sent."""


def is_twilio(host: object) -> bool:
    """Say whether a host is Twilio's, given as text or bytes; None is nobody's."""
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("ascii", "replace")
    name = str(host).lower().rstrip(".")
    return name == DOMAIN or name.endswith(f".{DOMAIN}")


class Guard:
    """Stops connections to Twilio, and remembers them for whoever judges the test.

    While it is `lenient` all may pass.  It can be asked from any thread.
    """

    def __init__(self) -> None:
        self.lenient = False
        self._breaches: list[str] = []
        self._lock = Lock()
        self._patches: Any = None

    def install(self) -> None:
        """Stand guard over this process until `remove`."""
        import ssl

        patches = self._patches = pytest.MonkeyPatch()
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            patches.setattr(socket, name, self._over_host(getattr(socket, name)))
        for name in ("connect", "connect_ex"):
            wrapped = self._over_address(getattr(socket.socket, name))
            patches.setattr(socket.socket, name, wrapped)
        for name, place in (("wrap_socket", 4), ("wrap_bio", 3)):
            wrapped = self._over_name(getattr(ssl.SSLContext, name), place)
            patches.setattr(ssl.SSLContext, name, wrapped)

    def remove(self) -> None:
        """Go, and leave everything as it was."""
        if self._patches is not None:
            self._patches.undo()
            self._patches = None

    def take(self) -> list[str]:
        """Return what was stopped since this was last asked, each in one line."""
        with self._lock:
            taken, self._breaches = self._breaches, []
        return taken

    def check(self, host: object) -> None:
        """Let all hosts by but Twilio's.

        Raises:
            RealTwilioError: it is one of Twilio's.
        """
        if self.lenient or not is_twilio(host):
            return
        name = host.decode() if isinstance(host, (bytes, bytearray)) else str(host)
        told = (
            f"a connection to {name} was stopped: take the fixture twilio_sim, which "
            "leads every twilio.rest.Client to a simulator (send what other HTTP "
            "clients send to its url), or mark the test real_twilio"
        )
        with self._lock:
            if told not in self._breaches:
                self._breaches[MOST_TOLD - 1 :] = [told]
        raise RealTwilioError(told)

    def _over_host(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that looks a name up, unless it is Twilio's."""

        def look_up(host: Any, *rest: Any, **options: Any) -> Any:
            self.check(host)
            return original(host, *rest, **options)

        return look_up

    def _over_address(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """Return a method that connects a socket, unless to Twilio by name."""

        def connect(own: Any, address: Any) -> Any:
            if isinstance(address, tuple):
                self.check(address[0])
            return original(own, address)

        return connect

    def _over_name(
        self, original: Callable[..., Any], place: int
    ) -> Callable[..., Any]:
        """Return a method that begins TLS; the host may stand at this place."""

        def wrap(own: Any, *given: Any, **options: Any) -> Any:
            host = options.get("server_hostname")
            self.check(given[place] if len(given) > place else host)
            return original(own, *given, **options)

        return wrap
