"""How the server is: what `GET /_smslab/health` answers."""

from __future__ import annotations

import asyncio
import os
import time
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from simulator.api.requests import Answer
from simulator.engine.backlogs import backlogs
from simulator.server.controls import OWN
from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.api import Api
    from simulator.server.clock import ScaledClock
    from simulator.server.controls import Control
    from simulator.server.dispatcher import Dispatcher
    from simulator.server.lateness import Lateness
    from sms.units import Seconds

MOST_SENDERS = 50
"""Senders whose queues are told of, the busiest first."""

MILLISECOND, MICROSECOND = 3, 6
"""Decimals that seconds are told in."""


class Health:
    """Says how the server is, at any moment it is asked.

    Cheap enough to be asked twice a second under load: what it says is counted as it
    happens, and only the senders are gone through.
    """

    def __init__(
        self,
        api: Api,
        clock: ScaledClock,
        dispatcher: Dispatcher,
        lateness: Lateness,
    ) -> None:
        self._api = api
        self._clock = clock
        self._dispatcher = dispatcher
        self._lateness = lateness
        self._version = _own_version()

    def controls(self) -> Sequence[Control]:
        """Return the routes."""
        return (("GET", f"{OWN}health", lambda _: Answer(200, self())),)

    def __call__(self) -> dict[str, Any]:
        """Return the state as JSON shows it; times are in simulated seconds.

        The processor's time and how late pacing is are in real ones.
        """
        gateway, dispatcher = self._api.gateway, self._dispatcher
        limits = gateway.limits
        now = self._clock.now()
        return {
            "status": "ok",
            "version": self._version,
            "profile": gateway.profile.name,
            "seed": gateway.seed,
            "speed": self._clock.speed,
            "paused": self._clock.paused,
            "simulated_time": self._api.dates.instant(now).isoformat(),
            "simulated_seconds": round(now, MICROSECOND),
            "messages": {status.value: n for status, n in gateway.counts.items()},
            "kept": len(gateway.messages),
            "queues": self._queues(now),
            "requests": {
                "in_flight": limits.in_flight,
                "peak": limits.peak,
                "limit": limits.limit,
                "refused": limits.refusals,
            },
            "callbacks": dispatcher.counts(),
            "pacing": self._lateness.facts(),
            "alerts": [
                {"at": one.at, "brand": one.brand, "error_code": one.error_code}
                for one in gateway.gates.alerts
            ],
            "process": {
                "pid": os.getpid(),
                "cpu_seconds": time.process_time(),
                "tasks": len(asyncio.all_tasks()),
            },
        }

    def _queues(self, now: Seconds) -> dict[str, Any]:
        """Return what waits for its turn, in all and by sender."""
        gateway = self._api.gateway
        counts = gateway.counts
        busiest = backlogs(gateway.seats.values(), now, MOST_SENDERS)
        longest = busiest[0].seconds if busiest else 0.0
        return {
            "messages": counts[MessageStatus.ACCEPTED] + counts[MessageStatus.QUEUED],
            "longest_seconds": round(longest, MILLISECOND),
            "by_sender": {
                one.address: {
                    "messages": one.messages,
                    "seconds": round(one.seconds, MILLISECOND),
                }
                for one in busiest
            },
        }


def _own_version() -> str:
    try:
        return version("smslab")
    except PackageNotFoundError:
        return "unknown"
