"""Phones: texts put in by hand, what came of them, and who has opted out."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from simulator.api.forms import is_web_url
from simulator.api.inbound import webhook_of
from simulator.api.requests import Answer
from simulator.engine.accounts import AccountStatus
from simulator.engine.inbound import Inbound
from simulator.engine.messages import Direction
from simulator.engine.optouts import OptOut
from simulator.engine.senders import SenderType
from simulator.server.webhooks import Told, told_record
from sms.addresses import country

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.api import Api
    from simulator.api.tenants import Tenant
    from simulator.engine.gateway import Gateway
    from simulator.engine.inbox import Handled
    from simulator.engine.messages import Message
    from simulator.server.branches import Branches
    from simulator.server.clock import ScaledClock
    from simulator.server.controls import Asked, Control
    from simulator.server.webhooks import Webhooks

LONGEST_BODY = 1_600
MOST_MEDIA = 10
KEYS = ("from", "to", "body", "media")
FORMATS = ("json", "csv")


class Phones:
    """Answers what is asked of the phones of this world."""

    def __init__(
        self, api: Api, clock: ScaledClock, webhooks: Webhooks, branches: Branches
    ) -> None:
        self._tenants = api.tenants
        self._dates = api.dates
        self._clock = clock
        self._webhooks = webhooks
        self._branches = branches

    def controls(self) -> Sequence[Control]:
        """Return the routes."""
        return (
            ("POST", "/_smslab/inbound", self.receive),
            ("GET", "/_smslab/inbound/{sid}", self.show),
            ("GET", "/_smslab/opt-outs", self.opt_outs),
        )

    def receive(self, asked: Asked) -> Answer:
        """Let a phone write: 201 and the message, or one line on what is wrong."""
        try:
            inbound = read_inbound(asked.document)
        except ValueError as error:
            return Answer(400, {"message": str(error)})
        tenant = self._owner(inbound.recipient)
        if tenant is None:
            told = f"to: {inbound.recipient} is no number of an active account here"
            return Answer(404, {"message": told})
        if self._owner(inbound.sender) is not None:
            told = f"from: {inbound.sender} is a number of an account here, no phone"
            return Answer(400, {"message": told})
        message = tenant.gateway.receive(inbound, self._clock.now())
        return Answer(201, self._record(tenant, message))

    def show(self, asked: Asked) -> Answer:
        """Show an inbound message, and what has come of it by now."""
        sid = asked.names["sid"]
        for tenant in self._accounts():
            message = tenant.gateway.messages.get(sid)
            if message is not None and message.direction is Direction.INBOUND:
                return Answer(200, self._record(tenant, message))
        return Answer(404, {"message": f"{sid} is no inbound message"})

    def opt_outs(self, asked: Asked) -> Answer:
        """List every opt-out: JSON, or CSV where that is asked for."""
        try:
            wanted = _format(asked)
        except ValueError as error:
            return Answer(400, {"message": str(error)})
        rows = [
            self._row(one, tenant.sid)
            for tenant in self._accounts()
            for one in tenant.gateway.opt_outs.facts()
        ]
        if wanted == "csv":
            text: Any = _csv(rows)
            return Answer(200, text, headers={"Content-Type": "text/csv"})
        return Answer(200, {"opt_outs": rows})

    def _row(self, fact: OptOut, account_sid: str) -> dict[str, Any]:
        row = {"account_sid": account_sid, **asdict(fact)}
        row["date"] = self._dates.rfc2822(fact.at)
        row["undone_date"] = self._dates.rfc2822(fact.undone_at)
        return row

    def _accounts(self) -> Sequence[Tenant]:
        return (self._tenants.main, *self._tenants.subaccounts)

    def _owner(self, address: str) -> Tenant | None:
        return next(
            (
                tenant
                for tenant in self._accounts()
                if tenant.gateway.owned(address)
                and tenant.status is AccountStatus.ACTIVE
            ),
            None,
        )

    def _record(self, tenant: Tenant, message: Message) -> dict[str, Any]:
        sid = message.sid
        handled = tenant.gateway.inbox.handled.get(sid)
        main = tenant is self._tenants.main
        webhooks = self._webhooks if main else self._branches.webhooks.get(tenant.sid)
        told = webhooks.told.get(sid) if webhooks else None
        assert message.sender is not None, "a phone has sent it"
        return {
            "sid": sid,
            "account_sid": tenant.sid,
            "from": message.sender.address,
            "to": message.recipient,
            "body": message.body,
            "media": list(message.media_urls),
            "status": message.status,
            "direction": message.direction,
            "num_segments": str(message.segments),
            "messaging_service_sid": message.service,
            "keyword": handled.word if handled else None,
            "changed": handled.changed if handled else False,
            "opted": _opted(message, handled) if handled else None,
            "reply": handled.reply.body if handled and handled.reply else None,
            "network_reply": (handled.network_reply or None) if handled else None,
            "webhook": told_record(told or Told()),
            "no_keyword_because": _no_keyword_because(message, tenant.gateway),
            "no_webhook_because": _no_webhook_because(message, tenant.gateway),
        }


def _opted(message: Message, handled: Handled) -> dict[str, Any] | None:
    """Say who may not text whom any more, or may again; None where nothing changed.

    A service is named by its SID, as the opt-out is of its whole pool; the toll-free
    network and a number in no service know pairs of numbers alone.
    """
    if not handled.changed or message.sender is None:
        return None
    by_service = message.service is not None and not handled.by_network
    return {
        "recipient": message.sender.address,
        "scope": message.service if by_service else message.recipient,
        "network": handled.by_network,
    }


def _no_keyword_because(message: Message, gateway: Gateway) -> str | None:
    """Say why no word is a keyword here, None where some are."""
    number = gateway.owned(message.recipient)
    if message.service is not None or number is None:
        return None
    if number.type is SenderType.SHORT_CODE:
        return "a short code outside of a service has no keywords"
    return None


def _no_webhook_because(message: Message, gateway: Gateway) -> str | None:
    """Say why no webhook is told of a message, None where one is."""
    if webhook_of(message, gateway) is not None:
        return None
    service = gateway.services.get(message.service or "")
    if service is None:
        return "the number has no SmsUrl"
    name = service.settings.friendly_name
    if service.settings.use_inbound_webhook_on_number:
        return f"the service {name} leaves it to the number, which has no SmsUrl"
    return (
        f"the number is in the service {name}, which has neither an InboundRequestUrl "
        "nor UseInboundWebhookOnNumber"
    )


def read_inbound(document: Any) -> Inbound:
    """Read what a phone writes.

    Raises:
        ValueError: names the key and what would do.
    """
    if not isinstance(document, dict):
        raise ValueError(  # noqa: TRY004 - told as any other
            'send JSON: {"from": "+1…", "to": "+1…", "body": "Hi"}, and send it with '
            "Content-Type: application/json"
        )
    for key in document:
        if key not in KEYS:
            raise ValueError(f"{key!r} is no key: there are {', '.join(KEYS)}")
    sender, to, body = (document.get(key, "") for key in KEYS[:3])
    if not isinstance(sender, str) or country(sender) is None:
        raise ValueError(f"from: {sender!r} is no phone number: write +14155550123")
    if not isinstance(to, str) or not to:
        raise ValueError(f"to: {to!r} is none of the account's numbers")
    if sender == to:
        raise ValueError(f"from: {sender} is to as well: nobody texts himself here")
    if not isinstance(body, str) or len(body) > LONGEST_BODY:
        raise ValueError(f"body: a text of {LONGEST_BODY} characters at most")
    return Inbound(sender, to, body, _media(document.get("media", []), body))


def _media(media: Any, body: str) -> tuple[str, ...]:
    if not isinstance(media, list) or not all(isinstance(m, str) for m in media):
        raise ValueError("media: a list of URLs")
    if len(media) > MOST_MEDIA or not (body or media):
        raise ValueError(f"write a body, or 1 to {MOST_MEDIA} media")
    for url in media:
        if not is_web_url(url):
            raise ValueError(f"media: {url!r} is no URL of http or https")
    return tuple(media)


def _format(asked: Asked) -> str:
    """Return how opt-outs are to be told: by the query, else by what is accepted.

    Raises:
        ValueError: names what is wrong with the query.
    """
    for name in asked.query:
        if name != "format":
            raise ValueError(f"{name!r} is no filter: there is format")
    given = asked.query.get("format")
    if given is None:
        return "csv" if asked.accept.startswith("text/csv") else "json"
    if given not in FORMATS:
        raise ValueError(f"format: {given!r} is none: there are {', '.join(FORMATS)}")
    return str(given)


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    text = io.StringIO()
    own = (field.name for field in fields(OptOut))
    names = ("account_sid", *own, "date", "undone_date")
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
