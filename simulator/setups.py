"""A setup: the world and the limits a simulator begins with.

A config file says what differs from the default world and the profile; options of the
command line say what differs from both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from simulator.config import load_config
from simulator.keys import ConfigError
from simulator.profiles import DEFAULT, load_profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.faults import Fault
    from simulator.engine.profile import Profile
    from simulator.engine.worlds import World
    from sms.units import Seconds


@dataclass(frozen=True, slots=True)
class Setup:
    """A world and a profile, all changes made."""

    world: World
    profile: Profile


def set_up(
    config: str = "",
    name: str = "",
    *,
    profile: str | None = None,
    concurrency: int | None = None,
    api_latency: Seconds | None = None,
    faults: Sequence[Fault] = (),
) -> Setup:
    """Return a setup from a config file's text and `name`, and the options over it.

    `profile` is the profile's name, `api_latency` the median of the API's own time, 0
    for none; its spread stays the profile's.  None leaves a setting as it is; `faults`
    come behind those of the file.

    Raises:
        ConfigError: the file, the profile's name or a setting is bad.
    """
    read = load_config(config, name)
    changes: dict[str, Any] = dict(read.profile_changes)
    if concurrency is not None:
        changes["concurrency"] = concurrency
    chosen = profile or read.profile or DEFAULT
    if api_latency is not None:
        if not isfinite(api_latency):
            raise ConfigError(f"api_latency is a number of seconds, not {api_latency}")
        latency = load_profile(chosen, changes).api_latency
        spread = latency.p99 / latency.median if latency.median else 1.0
        changes["api_latency"] = {"median": api_latency, "p99": api_latency * spread}
    world = replace(read.world, faults=(*read.world.faults, *faults))
    return Setup(world, load_profile(chosen, changes))
