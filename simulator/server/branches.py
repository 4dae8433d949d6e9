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
    from simulator.server.callback_log import CallbackLog
    from simulator.server.clock import ScaledClock
    from sms.units import Seconds


class Branches:
    """A pump, a dispatcher and webhooks for each subaccount, once it has been woken.

    Both sign with the subaccount's own token.  `webhooks` are by the account's SID.
    """

    def __init__(
        self, api: Api, clock: ScaledClock, log: CallbackLog | None = None
    ) -> None:
        self._api = api
        self._clock = clock
        self._log = log
        self._closed = False
        self._pumps: dict[str, Pump] = {}
        self._dispatchers: list[Dispatcher] = []
        self.webhooks: dict[str, Webhooks] = {}

    def wake(self) -> None:
        """Have every subaccount's gateway looked at soon."""
        tenants = self._api.tenants
        if len(tenants.by_sid) <= _ALONE or self._closed:
            return
        for tenant in tenants.subaccounts:
            if tenant.sid not in self._pumps:
                self._begin(tenant)
            self._pumps[tenant.sid].wake()

    def look(self) -> None:
        """Do what is due now, in every subaccount."""
        for pump in self._pumps.values():
            pump.look()
        for dispatcher in self._dispatchers:
            dispatcher.release()

    def due(self) -> Seconds | None:
        """Return the next instant at which anything is due, None where nothing is."""
        gateways = (tenant.gateway for tenant in self._api.tenants.subaccounts)
        instants = [gateway.due() for gateway in gateways if self._pumps]
        instants += [dispatcher.due() for dispatcher in self._dispatchers]
        return min((at for at in instants if at is not None), default=None)

    async def settled(self) -> None:
        """Wait until nothing is being posted and no webhook is asked."""
        for dispatcher in self._dispatchers:
            await dispatcher.settled()
        for webhooks in self.webhooks.values():
            await webhooks.settled()

    def _begin(self, tenant: Tenant) -> None:
        gateway = tenant.gateway
        retries, now = gateway.profile.callback_retries, self._clock.now
        poster = Poster(tenant.token, retries, now=now)
        api = self._api.of(tenant)
        dispatcher = Dispatcher(api, self._clock, poster, log=self._log)
        webhooks = Webhooks(gateway, self._clock, poster, log=self._log)
        pump = Pump(gateway, self._clock, [dispatcher.take, webhooks.take])
        webhooks.pump = pump
        self._dispatchers.append(dispatcher)
        self.webhooks[tenant.sid] = webhooks
        self._pumps[tenant.sid] = pump

    async def close(self) -> None:
        """Let no more time in and post no more."""
        self._closed = True
        for pump in self._pumps.values():
            pump.stop()
        for webhooks in self.webhooks.values():
            await webhooks.close()
        for dispatcher in self._dispatchers:
            await dispatcher.close()


_ALONE = 2
"""Accounts where there is no subaccount: the main one, and the one for tests."""
