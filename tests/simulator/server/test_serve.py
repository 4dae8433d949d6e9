"""`serve`: says where it is, and stops when it is told to."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import orjson
import pytest

from simulator.keys import ConfigError
from simulator.server.running import Settings, running
from simulator.server.serve import client_lines, serve
from tests.simulator.server.fast import fast

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_it(number: signal.Signals) -> None:
    """It prints its address and the client's five lines, and ends without an error."""
    said: list[str] = []

    def echo(line: str) -> None:
        said.append(line)
        if "Ctrl-C" in line:
            os.kill(os.getpid(), number)

    async with asyncio.timeout(10):
        await serve(fast(), echo)
    url = said[0].rpartition(" ")[2]
    assert url.startswith("http://127.0.0.1:")
    assert client_lines(fast(), url) in said
    assert len(client_lines(fast(), url).splitlines()) == 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_two_signals_leave_a_whole_journal(
    number: signal.Signals, tmp_path: Path
) -> None:
    """Who asks twice, as a terminal and a parent may, still gets its last line."""
    path = tmp_path / "journal.jsonl"

    def echo(line: str) -> None:
        if "Ctrl-C" in line:
            os.kill(os.getpid(), number)
            asyncio.get_running_loop().call_soon(os.kill, os.getpid(), number)

    async with asyncio.timeout(10):
        await serve(replace(fast(), journal=path), echo)
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    assert [line["kind"] for line in lines] == ["start", "end"]


async def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    """A second server on the same port is one line of ConfigError, and no journal."""
    path = tmp_path / "journal.jsonl"
    async with running(fast()) as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(ConfigError, match=f"port {port} cannot be had"):
            await serve(Settings(port=port, journal=path), print)
    assert not path.exists()


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"host": "0.0.0.0"}, "this machine alone"),
        ({"host": "example.test"}, "this machine alone"),
        ({"port": 65_536}, "port 65536"),
        ({"speed": 0}, "speed must be above 0"),
        ({"speed": float("nan")}, "speed must be above 0"),
        ({"api_latency": -1.0}, "api_latency"),
    ],
)
def test_settings_that_cannot_be_are_named(
    settings: dict[str, object], complaint: str
) -> None:
    """A bad setting is a ConfigError before anything starts."""
    with pytest.raises(ConfigError, match=complaint):
        Settings(**settings)  # type: ignore[arg-type]


async def test_an_open_request_may_finish() -> None:
    """A request that waits for the API when the server stops still gets its answer."""
    settings = Settings(port=0, speed=1, api_latency=0.2)
    async with running(settings) as server:
        host, _, port = server.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"GET /v1/x HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic "
            b"QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDpzbXNsYWI=\r\n\r\n"
        )
        while not server.gateway.limits.in_flight:
            await asyncio.sleep(0)
    assert (await reader.readline()).startswith(b"HTTP/1.1 404 ")
    writer.close()
