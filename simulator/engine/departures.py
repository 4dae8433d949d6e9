"""Departures: senders that a fault takes out of their pools, and brings back after it.

They are looked at whenever a pool is about to be asked for a sender, so that the pool
is as it should be at that instant, however rarely one looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.faults import Stage, Struck
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.engine.faults import Fault, Faults
    from simulator.engine.senders import Sender
    from simulator.engine.services import MessagingService
    from sms.units import Seconds


class Departures:
    """Keeps pools as the faults of a gateway say; what has left is queued still leaves.

    A sender that comes back is the last of its pool.  It does not where somebody has
    given it up, or put it into a pool, meanwhile.
    """

    def __init__(
        self,
        faults: Faults,
        services: Mapping[str, MessagingService],
        owned: Mapping[str, Sender],
    ) -> None:
        self._faults = faults
        self._services = services
        self._owned = owned
        self._away: dict[str, str] = {}

    def apply(self, now: Seconds) -> None:
        """Let leave who is to be gone at an instant, and come back who is not."""
        if self._away:
            for sid, service in list(self._away.items()):
                self._bring_back(sid, service, now)
        for fault in self._faults.acting(Stage.POOL):
            if fault.begins_at <= now < fault.ends_at:
                self._take_out(fault, now)

    def _take_out(self, fault: Fault, now: Seconds) -> None:
        for service in self._services.values():
            for sender in list(service.pool.values()):
                if fault.holds(_struck(sender), now):
                    service.leave(sender.sid)
                    self._away[sender.sid] = service.settings.sid
                    self._faults.count(fault)

    def _bring_back(self, sid: str, service: str, now: Seconds) -> None:
        sender = self._owned.get(sid)
        if sender and self._faults.would(Stage.POOL, _struck(sender), now):
            return
        del self._away[sid]
        pooled = any(sid in one.pool for one in self._services.values())
        if sender is None or pooled or service not in self._services:
            return
        try:
            self._services[service].join(sender, now)
        except ApiError:
            return  # others have filled the pool


def _struck(sender: Sender) -> Struck:
    return Struck(sender.sid, sender=sender.address)
