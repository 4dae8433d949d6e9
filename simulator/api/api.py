"""The REST API: hand it a request and the time, and it hands back an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.api.dates import Dates
from simulator.api.history import History
from simulator.api.refusals import refuse
from simulator.api.requests import Answer, Call, Request
from simulator.api.routes import Router
from sms.errors import ApiError

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.engine.gateway import Gateway
    from sms.units import Seconds


class Api:
    """Twilio's REST API in front of one gateway.

    `started_at` is the date, with a time zone, at which simulated time begins; `dates`
    turns instants of the run into dates.
    """

    __slots__ = ("_history", "_router", "dates", "gateway")

    def __init__(self, gateway: Gateway, started_at: datetime) -> None:
        self.gateway = gateway
        self.dates = Dates(started_at)
        self._history = History(gateway)
        self._router = Router(gateway.world.account_sid)

    def handle(self, request: Request, now: Seconds) -> Answer:
        """Answer a request whose credentials have been checked already.

        What is due by `now` happens before it, and `Gateway.advance` still tells of it.
        A request refused changes nothing; here alone a refusal becomes an answer.
        """
        try:
            handler, names = self._router.find(request.method, request.path)
            gateway = self.gateway
            gateway.catch_up(now)
            call = Call(request, now, names, gateway, self.dates, self._history)
            return handler(call)
        except ApiError as refusal:
            return refuse(refusal)
