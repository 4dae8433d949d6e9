"""HTTPS: straight, through a proxy's CONNECT, and for no other names."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import smslab
from simulator.engine.worlds import ACCOUNT_SID, AUTH_TOKEN
from simulator.keys import ConfigError
from simulator.server.running import running
from simulator.server.serve import secured_lines
from simulator.server.tls import DEFAULT_TLS_PORT, Secured, Tls
from sms.hosts import PRODUCTS
from tests.simulator.server.fast import fast

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BASIC = b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()


@asynccontextmanager
async def answering(folder: Path) -> AsyncIterator[Secured]:
    """Run a server with HTTPS, and yield where that is."""
    async with running(replace(fast(), tls=Tls(folder, 0))) as server:
        assert server.secured is not None
        yield server.secured


async def ask(secured: Secured, host: str, path: str, *, proxied: bool = False) -> str:
    """Get a path over HTTPS as a program would that believes it is at Twilio."""
    reader, writer = await asyncio.open_connection("127.0.0.1", secured.port)
    if proxied:
        writer.write(
            f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode()
        )
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
    context = ssl.create_default_context(cafile=str(secured.certificate))
    await writer.start_tls(context, server_hostname=host)
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {BASIC}\r\n"
        "Connection: close\r\n\r\n".encode()
    )
    answer = (await reader.read()).decode()
    writer.close()
    return answer


@pytest.mark.parametrize("proxied", [False, True])
async def test_twilios_names_are_answered_to(tmp_path: Path, proxied: bool) -> None:
    """A service's own links lead to Twilio's name, under which it was asked for."""
    async with answering(tmp_path) as secured:
        host = "messaging.twilio.com"
        answer = await ask(secured, host, "/v1/Services", proxied=proxied)
    assert answer.startswith("HTTP/1.1 200 ")
    assert '"first_page_url":"https://messaging.twilio.com/v1/' in answer


async def test_this_machines_name_has_links_of_https(tmp_path: Path) -> None:
    """Links lead back by the scheme that the caller came by."""
    async with answering(tmp_path) as secured:
        answer = await ask(secured, "localhost", "/messaging/v1/Services")
    assert '"first_page_url":"https://localhost/messaging/v1/' in answer


@pytest.mark.parametrize(
    "head",
    [
        "CONNECT example.test:443 HTTP/1.1",
        "CONNECT api.twilio.com:25 HTTP/1.1",
        "GET http://example.test/ HTTP/1.1",
        "x" * 9_000,
    ],
)
async def test_a_proxy_for_nothing_else(tmp_path: Path, head: str) -> None:
    """Other sites, other ports and plain HTTP are refused in words."""
    async with answering(tmp_path) as secured:
        reader, writer = await asyncio.open_connection("127.0.0.1", secured.port)
        writer.write(f"{head}\r\n\r\n".encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 403 ")
        writer.close()


async def test_who_says_nothing_does_not_keep_others_waiting(tmp_path: Path) -> None:
    """A connection that never speaks is closed when the server stops."""
    async with answering(tmp_path) as secured:
        reader, writer = await asyncio.open_connection("127.0.0.1", secured.port)
        assert "200 OK" in await ask(secured, "notify.twilio.com", "/v1/Services")
    assert await reader.read() == b""
    writer.close()


async def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    """The port of HTTPS is named apart from the other, and all is closed again."""
    async with answering(tmp_path) as secured:
        taken = replace(fast(), tls=Tls(tmp_path, secured.port))
        with pytest.raises(ConfigError, match=f"TLS port {secured.port} cannot be had"):
            async with running(taken):
                pass


def test_a_port_that_is_none_is_named(tmp_path: Path) -> None:
    """A bad port is a ConfigError before anything starts."""
    with pytest.raises(ConfigError, match="TLS port 65536"):
        Tls(tmp_path, 65_536)


def test_what_is_printed_says_what_to_trust(tmp_path: Path) -> None:
    """Port, names and certificate; the command line has the same port by default."""
    lines = secured_lines(
        Secured(4443, tmp_path / "ca.pem"), "http://127.0.0.1:4010", Path("a b.toml")
    )
    assert f"trust {tmp_path}/ca.pem" in lines
    assert all(name in lines for name in PRODUCTS)
    assert "--url http://127.0.0.1:4010 --tls --tls-port 4443 --config '/" in lines
    assert "/a b.toml')" in lines
    assert smslab.TLS_PORT == DEFAULT_TLS_PORT
