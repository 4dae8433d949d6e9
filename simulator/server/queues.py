"""Queues: what waits for every sender, of every account, and when it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.requests import Answer
from simulator.engine.backlogs import backlogs
from simulator.server.controls import OWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.api import Api
    from simulator.api.tenants import Tenant
    from simulator.server.clock import ScaledClock
    from simulator.server.controls import Asked, Control
    from sms.units import Seconds

PATH = f"{OWN}queues"

MILLISECOND = 3
"""Decimals that seconds are told in."""


class Queues:
    """The route that tells of queues; seconds are simulated, and of their own traffic.

    A sender is told of while anything waits for it, the busiest of an account first.
    """

    def __init__(self, api: Api, clock: ScaledClock) -> None:
        self._api = api
        self._clock = clock

    def controls(self) -> Sequence[Control]:
        """Return the routes."""
        return (("GET", PATH, self.show),)

    def show(self, _: Asked) -> Answer:
        """List the senders for whom anything waits."""
        now, tenants = self._clock.now(), self._api.tenants
        accounts = (tenants.main, *tenants.subaccounts)
        rows = [row for tenant in accounts for row in self._rows(tenant, now)]
        return Answer(200, {"queues": rows})

    def _rows(self, tenant: Tenant, now: Seconds) -> list[dict[str, Any]]:
        gateway = tenant.gateway
        seats = gateway.seats.values()
        rates: dict[str, dict[str, float]] = {}
        free_at: dict[str, Seconds] = {}
        for (_, country), seat in gateway.seats.items():
            address, queue = seat.sender.address, seat.queue
            rates.setdefault(address, {})[country] = seat.mps
            free_at[address] = max(free_at.get(address, now), queue.free_at)
        limit = gateway.profile.queue_limit
        return [
            {
                "account": tenant.sid,
                "sender": one.address,
                "messages": one.messages,
                "seconds": round(one.seconds, MILLISECOND),
                "segments_a_second": rates[one.address],
                "empty_at": round(free_at[one.address], MILLISECOND),
                "room_seconds": round(max(0.0, limit - one.seconds), MILLISECOND),
                "limit_seconds": limit,
            }
            for one in backlogs(seats, now, len(seats))
        ]
