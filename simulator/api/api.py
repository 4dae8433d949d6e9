"""The REST API: hand it a request and the time, and it hands back an answer."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from simulator.api.accounts import check_active
from simulator.api.dates import Dates
from simulator.api.refusals import refuse
from simulator.api.requests import Answer, Call, Request
from simulator.api.routes import NO_NAMES, ROUTER
from simulator.api.tenants import Tenants
from simulator.api.trials import tried
from simulator.api.xml import is_xml, spell
from simulator.engine.accounts import AccountStatus
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from simulator.api.requests import Handler
    from simulator.api.tenants import Tenant
    from simulator.engine.gateway import Gateway
    from sms.units import Seconds


class Api:
    """Twilio's REST API in front of one account's gateway, and of its subaccounts'.

    The main account's own paths are found by a shorter way than all others.

    `started_at` is the date, with a time zone, at which simulated time begins; `dates`
    turns instants of the run into dates.
    """

    __slots__ = ("_main", "_shortcuts", "dates", "gateway", "tenants")

    def __init__(self, gateway: Gateway, started_at: datetime) -> None:
        self.gateway = gateway
        self.dates = Dates(started_at)
        self.tenants = Tenants(gateway)
        sid = gateway.world.account_sid
        self._main = ("", sid)
        self._shortcuts = ROUTER.of(sid)

    def of(self, tenant: Tenant) -> Api:
        """Return the same API as one account has it."""
        api = copy(self)
        api.gateway = tenant.gateway
        return api

    def handle(self, request: Request, now: Seconds) -> Answer:
        """Answer a request whose credentials have been checked already.

        What is due by `now` happens before it, and `Gateway.advance` still tells of it.
        A request refused changes nothing; here alone a refusal becomes an answer.
        """
        path, tenants = request.path, self.tenants
        try:
            handler = self._shortcuts.get((request.method, path))
            if handler is not None and request.asker in self._main:
                tenant, names = tenants.main, NO_NAMES
            else:
                tenant, handler, names = self._find(request)
            gateway, history = tenant.gateway, tenant.history
            gateway.catch_up(now)
            answer = handler(
                Call(request, now, names, gateway, self.dates, history, tenant, tenants)
            )
        except ApiError as refusal:
            answer = refuse(refusal, path)
        if path.endswith(".json") or not is_xml(path):
            return answer
        return spell(answer, path)

    def _find(self, request: Request) -> tuple[Tenant, Handler, Mapping[str, str]]:
        """Return who is asked, what answers, and what the path's placeholders hold."""
        tenant = self.tenants.asked(request.path, request.asker)
        handler, names = ROUTER.find(request.method, request.path)
        if tenant.for_tests:
            handler = tried(handler)
        elif tenant.status is not AccountStatus.ACTIVE:
            check_active(request, handler)
        return tenant, handler, names
