"""What a run says of itself: the manifest that heads its folder."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Protocol

from loadtests.records import FORMAT
from simulator.engine.conversations import Conversation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loadtests.checks import Judgement
    from loadtests.loads import Load
    from loadtests.scenarios import Scenario
    from simulator.engine.faults import Faults
    from simulator.engine.gateway import Gateway
    from sms.units import Seconds

LIBRARIES = ("aiohttp", "twilio", "phonenumbers", "pyarrow", "matplotlib")

VIRTUAL, REAL = "virtual", "real"
"""By which clock a run went."""


class Asked(Protocol):
    """What is run, a comparison's plan or a load; `facts` are of its recipients."""

    @property
    def scenario(self) -> Scenario:
        """The world, its limits and the seed."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What is said of the recipients and the message."""


def describe(
    plan: Asked,
    *,
    created_at: datetime,
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
        "created_at": created_at.isoformat(),
        "start_at": scenario.started_at.isoformat(),
        "complete": False,
        "missing": [],
        "seed": scenario.seed,
        "profile": scenario.profile.name,
        "clock": clock,
        "speed": speed,
        "deadline": deadline,
        "redeliver": scenario.redeliver,
        "quiet_law": [str(rule.hours) for rule in scenario.world.rules.quiet_hours],
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
        "faults": [fault.facts() for fault in scenario.world.faults],
        "struck": [],
        "strategies": [],
        "inbound": [],
    }


def describe_load(
    load: Load, *, created_at: datetime, clock: str, options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the manifest of a load about to begin.

    Streams, knee, receivers and checks are added once it is over; in virtual time
    there is no generator.
    """
    real = clock == REAL
    described = describe(
        load,
        created_at=created_at,
        clock=clock,
        speed=load.speed if real else 0.0,
        deadline=None,
        options=options,
    )
    described["machine"]["libraries"]["locust"] = _version("locust")
    generator = {
        "driver": load.driver.value,
        "users": load.users,
        "processes": load.processes,
    }
    return described | {
        "command": "load",
        "redeliver": max(stream.scenario.redeliver for stream in load.streams),
        "scenario": {
            "name": load.name,
            "teaches": load.teaches,
            "look_at": load.look_at,
        },
        "generator": generator if real else None,
        "receivers": {},
        "checks": [],
        "knee": None,
    }


def add_inbound(
    manifest: dict[str, Any], name: str, said: Mapping[str, Any] | None
) -> None:
    """Say of an account what came in and was replied; None where nothing was."""
    if said is not None:
        manifest.setdefault("inbound", []).append(
            {"name": name} | {key: said[key] for key in Conversation._fields}
        )


def add_struck(manifest: dict[str, Any], name: str, faults: Faults) -> None:
    """Say how often each of a run's faults has struck, in their order."""
    if faults.rules:
        counts = [fact["struck"] for fact in faults.facts()]
        manifest.setdefault("struck", []).append({"name": name, "counts": counts})


def inbound_of(gateway: Gateway) -> Mapping[str, Any] | None:
    """Return what came into an account and was replied, None where nothing was."""
    if not gateway.inbox.handled:
        return None
    return gateway.conversation()._asdict()


def describe_checks(judgements: Iterable[Judgement]) -> list[dict[str, Any]]:
    """Return what the manifest says of checks that were held against the figures."""
    return [
        {
            "check": str(one.check),
            "wanted": one.wanted,
            "got": one.got_text,
            "met": one.met,
        }
        for one in judgements
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
