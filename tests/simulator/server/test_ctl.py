"""`smslab ctl`: words that are asked of a server, and answers in lines."""

from __future__ import annotations

import asyncio
import json

import pytest
from typer.testing import CliRunner

import smslab
from simulator.keys import ConfigError
from simulator.server.controls import READS
from simulator.server.ctl import CHANGES, READ, ask_of, lines_of
from simulator.server.running import Running, Settings, running

SAMPLES = {
    "clock speed": "60",
    "clock advance": "4h",
    "clock advance-to": "20000",
    "seed": "7",
    "faults add": "429: share=2%",
    "faults remove": "1",
    "inbound": "SM1",
}


async def type_in(server: Running, *words: str) -> str:
    """Type a command, and return what it prints."""
    line = ["ctl", *words, "--url", server.url, "--token", server.token]
    result = await asyncio.to_thread(CliRunner().invoke, smslab.app, line)
    if result.exception is not None:
        raise result.exception
    return result.output


async def test_every_word_is_a_route() -> None:
    """Whatever can be typed is asked of a route that is there."""
    async with running(Settings(port=0)) as server:
        controls = server.stage.routes
    for name, count in CHANGES:
        ask = ask_of([*name.split(), *([SAMPLES.get(name, "")] * count)])
        paths = {
            p.replace("{number}", "1").replace("{sid}", "SM1") for _, p in controls
        }
        assert f"/_smslab/{ask.path}" in paths
    for name in READ:
        assert ("GET", f"/_smslab/{name}") in controls
    assert {"GET"} < READS


async def test_time_and_faults_are_changed() -> None:
    """In the words of the command line, and told in lines."""
    async with running(Settings(port=0, paused=True)) as server:
        told = await type_in(server, "clock", "advance", "4h")
        assert "simulated_seconds  14400.0" in told
        assert server.clock.now() == 14_400
        await type_in(server, "clock", "resume")
        assert not server.clock.paused
        await type_in(server, "faults", "add", "429: share=2%, count=3")
        (rule,) = server.gateway.faults.rules.values()
        assert (rule.fault.share, rule.fault.count) == (0.02, 3)
        assert "too-many-requests" in await type_in(server, "faults")
        assert json.loads(await type_in(server, "faults", "clear", "--json")) == {
            "removed": 1
        }
        await type_in(server, "seed", "7")
        assert server.gateway.seed == 7


async def test_what_is_no_json_is_passed_on() -> None:
    """Metrics stay as Prometheus reads them."""
    async with running(Settings(port=0, paused=True)) as server:
        assert "smslab_paused 1.0" in await type_in(server, "metrics")


async def test_what_the_server_refuses_is_told() -> None:
    """In its own words."""
    async with running(Settings(port=0)) as server:
        with pytest.raises(ConfigError, match="400: 'soon' is no duration"):
            await type_in(server, "clock", "advance", "soon")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["helth"], "did you mean 'health'"),
        (["clock", "advance"], "clock advance"),
        (["seed", "x"], "'x' is no whole number"),
        (["clock", "speed", "fast"], "'fast' is no number"),
        (["faults", "add", "4299"], "4299"),
    ],
)
def test_words_that_say_nothing_are_told(words: list[str], said: str) -> None:
    """With what would do."""
    with pytest.raises(ValueError, match=said):
        ask_of(words)


def test_a_list_is_a_table_and_nothing_is_none() -> None:
    """Every key is a column; what a row has not is a dash."""
    rows = [{"sid": "PN1", "n": 2}, {"sid": "PN22", "of": [1]}]
    assert lines_of({"numbers": rows}) == [
        "sid   n  of",
        "PN1   2  -",
        "PN22  -  [1]",
    ]
    assert lines_of({"numbers": []}) == ["none"]
    assert lines_of({"seed": 7, "ab": None}) == ["seed  7", "ab    -"]
