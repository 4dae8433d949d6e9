"""What holds for every test: no byte leaves this machine.

`--brief` tries each property on a few examples alone: for counting which lines tests
reach, not for what they find.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = (None, "", "localhost")
FEW = 25
"""Examples of a property under `--brief`."""

_SETTINGS = "_hypothesis_internal_use_settings"


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


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--brief`."""
    told = f"at most {FEW} examples of each property"
    parser.addoption("--brief", action="store_true", help=told)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Have properties tried on few examples, where that is asked for."""
    if not config.getoption("--brief"):
        return
    for item in items:
        law = getattr(item, "obj", None)
        law = getattr(law, "__func__", law)
        wanted = getattr(law, _SETTINGS, None)
        if wanted is not None and wanted.max_examples > FEW:
            setattr(law, _SETTINGS, settings(wanted, max_examples=FEW))


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
