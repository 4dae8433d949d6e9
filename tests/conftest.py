"""What holds for every test: no byte leaves this machine."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = (None, "", "localhost")


class LeftTheMachineError(AssertionError):
    """A test has tried to reach another machine, or to look its name up."""


def check(host: object) -> None:
    """Let this machine's own addresses by.

    Raises:
        LeftTheMachineError: for all others.
    """
    name = host.decode() if isinstance(host, bytes) else host
    if name in NAMES:
        return
    try:
        own = ip_address(str(name).partition("%")[0]).is_loopback
    except ValueError:
        own = False
    if not own:
        raise LeftTheMachineError(f"a test has tried to reach {name}")


@pytest.fixture(autouse=True)
def _stay_on_this_machine() -> Iterator[None]:
    """Fail what connects to another machine, or asks for its address."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    look_up = socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            check(address[0])
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            check(address[0])
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *rest: Any, **options: Any) -> Any:
        check(host)
        return look_up(host, *rest, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield
