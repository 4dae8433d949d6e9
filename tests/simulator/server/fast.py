"""A server for tests: no latency, a thousand times as fast, every message arrives."""

from __future__ import annotations

from typing import Any

from simulator.profiles import load_profile
from simulator.server.running import Settings
from tests.simulator.api.caller import SAFE


def fast(**changes: Any) -> Settings:
    """Return settings for a test; `changes` are to the profile."""
    return Settings(
        profile=load_profile("twilio-2021", {**SAFE, **changes}),
        port=0,
        speed=1_000,
        api_latency=0.0,
    )
