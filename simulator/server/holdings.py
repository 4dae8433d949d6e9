"""Holdings: which accounts there are, and the numbers of each; never a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.requests import Answer
from simulator.server.controls import OWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.api import Api
    from simulator.api.tenants import Tenant
    from simulator.engine.senders import Sender
    from simulator.server.controls import Asked, Control

ACCOUNTS, NUMBERS = f"{OWN}accounts", f"{OWN}numbers"


class Holdings:
    """The routes that tell who owns what: the main account and its subaccounts."""

    def __init__(self, api: Api) -> None:
        self._tenants = api.tenants

    def controls(self) -> Sequence[Control]:
        """Return the routes."""
        return (("GET", ACCOUNTS, self.accounts), ("GET", NUMBERS, self.numbers))

    def accounts(self, _: Asked) -> Answer:
        """List the accounts, the main one first; a subaccount names its parent."""
        return Answer(200, {"accounts": [_account(one) for one in self._all()]})

    def numbers(self, _: Asked) -> Answer:
        """List every account's senders, each with the service whose pool it is in."""
        rows = [
            _number(tenant, sender)
            for tenant in self._all()
            for sender in tenant.gateway.senders.values()
        ]
        return Answer(200, {"numbers": rows})

    def _all(self) -> Sequence[Tenant]:
        return (self._tenants.main, *self._tenants.subaccounts)


def _account(tenant: Tenant) -> dict[str, Any]:
    return {
        "sid": tenant.sid,
        "name": tenant.friendly_name,
        "status": tenant.status.value,
        "parent": tenant.owner if tenant.owner != tenant.sid else None,
    }


def _number(tenant: Tenant, sender: Sender) -> dict[str, Any]:
    service = tenant.gateway.service_of(sender)
    return {
        "account": tenant.sid,
        "sid": sender.sid,
        "address": sender.address,
        "type": sender.type.value,
        "country": sender.country,
        "service": service.settings.sid if service else None,
        "campaign": sender.campaign,
    }
