"""How the server is: what `GET /_smslab/health` answers."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.api.api import Api
    from simulator.server.clock import ScaledClock
    from simulator.server.dispatcher import Dispatcher


class Health:
    """Says how the server is, at any moment it is asked."""

    def __init__(self, api: Api, clock: ScaledClock, dispatcher: Dispatcher) -> None:
        self._api = api
        self._clock = clock
        self._dispatcher = dispatcher
        self._version = _own_version()

    def __call__(self) -> dict[str, Any]:
        """Return the state as JSON shows it; times are in simulated seconds."""
        gateway, dispatcher = self._api.gateway, self._dispatcher
        limits = gateway.limits
        now = self._clock.now()
        return {
            "status": "ok",
            "version": self._version,
            "profile": gateway.profile.name,
            "seed": gateway.seed,
            "speed": self._clock.speed,
            "simulated_time": self._api.dates.instant(now).isoformat(),
            "simulated_seconds": round(now, 3),
            "messages": {status.value: n for status, n in gateway.counts.items()},
            "requests": {
                "in_flight": limits.in_flight,
                "peak": limits.peak,
                "limit": limits.limit,
                "refused": limits.refusals,
            },
            "callbacks": {
                "waiting": dispatcher.waiting,
                "posted": dispatcher.posted,
                "failed": dispatcher.failed,
                "overflowed": dispatcher.overflowed,
            },
        }


def _own_version() -> str:
    try:
        return version("smslab")
    except PackageNotFoundError:
        return "unknown"
