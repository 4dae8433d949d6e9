"""Setups: the file over the profile, the command line over both."""

from __future__ import annotations

import pytest

from simulator.engine.worlds import default_world
from simulator.keys import ConfigError
from simulator.profiles import load_profile
from simulator.setups import set_up

FILE = 'opted_out = ["+14155550199"]\n[profile]\nname = "twilio-2026"\nconcurrency = 7'


def test_nothing_said_is_the_default() -> None:
    """The default world and the classic profile."""
    setup = set_up()
    assert setup.world == default_world()
    assert setup.profile == load_profile()


def test_the_file_changes_world_and_profile() -> None:
    """What it says holds, and all else is as it was."""
    setup = set_up(FILE, "world.toml")
    assert setup.world.opted_out == {"+14155550199"}
    assert (setup.profile.name, setup.profile.concurrency) == ("twilio-2026", 7)


def test_options_stand_above_the_file() -> None:
    """Profile and concurrency of the command line count."""
    setup = set_up(FILE, "world.toml", profile="twilio-2021", concurrency=3)
    assert (setup.profile.name, setup.profile.concurrency) == ("twilio-2021", 3)


def test_latency_keeps_its_spread() -> None:
    """Half the median is half the 99th percentile too."""
    usual = load_profile().api_latency
    latency = set_up(api_latency=usual.median / 2).profile.api_latency
    assert latency.median == usual.median / 2
    assert latency.p99 == pytest.approx(usual.p99 / 2)


def test_latency_can_be_none() -> None:
    """0 takes it away, and it can be set again over a file that did."""
    none = set_up(api_latency=0.0).profile.api_latency
    assert (none.median, none.p99) == (0.0, 0.0)
    file = "[profile.api_latency]\nmedian = 0.0\np99 = 0.0\n"
    again = set_up(file, "world.toml", api_latency=0.1).profile.api_latency
    assert (again.median, again.p99) == (0.1, 0.1)


@pytest.mark.parametrize("latency", [float("inf"), float("nan"), -0.1])
def test_latency_that_cannot_be_is_named(latency: float) -> None:
    """No infinite, undefined or negative time."""
    with pytest.raises(ConfigError, match="latency"):
        set_up(api_latency=latency)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("concurency = 1", "world.toml: .*concurency"),
        ("[profile]\nconcurency = 1", "world.toml: .*'concurrency'"),
        ('[profile]\nname = "twilio-1999"', "world.toml: .*twilio-1999"),
        ("x = [", "world.toml: "),
    ],
)
def test_a_bad_file_is_named(text: str, complaint: str) -> None:
    """The error names the file and the key."""
    with pytest.raises(ConfigError, match=complaint):
        set_up(text, "world.toml")
