"""Branches: time, callbacks and webhooks for subaccounts, as the main account's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.server.dispatcher import Dispatcher
from simulator.server.posting import Poster
from simulator.server.pump import Pump
from simulator.server.webhooks import Webhooks

if TYPE_CHECKING:
    from simulator.api.api import Api
    from simulator.api.tenants import Tenant
    from simulator.server.clock import ScaledClock


class Branches:
    """A pump, a dispatcher and webhooks for each subaccount, once it has been woken.

    Both sign with the subaccount's own token.  `webhooks` are by the account's SID.
    """

    def __init__(self, api: Api, clock: ScaledClock) -> None:
        self._api = api
        self._clock = clock
        self._pumps: dict[str, Pump] = {}
        self._dispatchers: list[Dispatcher] = []
        self.webhooks: dict[str, Webhooks] = {}

    def wake(self) -> None:
        """Have every subaccount's gateway looked at soon."""
        tenants = self._api.tenants
        if len(tenants.by_sid) <= _ALONE:
            return
        for tenant in tenants.subaccounts:
            if tenant.sid not in self._pumps:
                self._begin(tenant)
            self._pumps[tenant.sid].wake()

    def _begin(self, tenant: Tenant) -> None:
        gateway = tenant.gateway
        poster = Poster(tenant.token, gateway.profile.callback_retries)
        dispatcher = Dispatcher(self._api.of(tenant), self._clock, poster)
        webhooks = Webhooks(gateway, self._clock, poster)
        pump = Pump(gateway, self._clock, [dispatcher.take, webhooks.take])
        webhooks.pump = pump
        self._dispatchers.append(dispatcher)
        self.webhooks[tenant.sid] = webhooks
        self._pumps[tenant.sid] = pump

    async def close(self) -> None:
        """Let no more time in and post no more."""
        for pump in self._pumps.values():
            pump.stop()
        for webhooks in self.webhooks.values():
            await webhooks.close()
        for dispatcher in self._dispatchers:
            await dispatcher.close()


_ALONE = 2
"""Accounts where there is no subaccount: the main one, and the one for tests."""
