"""What a run says of itself: the manifest that heads its folder."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from loadtests.records import FORMAT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loadtests.questions import Plan
    from sms.units import Seconds

LIBRARIES = ("aiohttp", "twilio", "phonenumberslite", "pyarrow", "matplotlib")


def describe(
    plan: Plan,
    *,
    started_at: datetime,
    clock: str,
    speed: float,
    deadline: Seconds | None,
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the manifest of a run about to begin; `strategies` are added as they end.

    `options` are those that were typed, fit for JSON.
    """
    scenario = plan.scenario
    return {
        "format": FORMAT,
        "smslab": _version("smslab"),
        "created_at": started_at.isoformat(),
        "start_at": started_at.isoformat(),
        "complete": False,
        "missing": [],
        "seed": scenario.seed,
        "profile": scenario.profile.name,
        "clock": clock,
        "speed": speed,
        "deadline": deadline,
        "redeliver": scenario.redeliver,
        "options": dict(options),
        "machine": {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cpus": os.cpu_count() or 1,
            "libraries": {name: _version(name) for name in LIBRARIES},
        },
        **plan.facts,
        "senders": [
            {"address": s.address, "type": s.type, "country": s.country}
            for s in scenario.world.senders
        ],
        "strategies": [],
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
