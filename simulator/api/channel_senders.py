"""The ChannelSenders of a service: kept in its pool, and no SMS leaves from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api import services
from simulator.api.forms import required
from simulator.api.pages import Asked, cut, list_v1, url
from simulator.api.parameters import Parameter, read_parameters, sid
from simulator.api.paths import SERVICES
from simulator.api.requests import Answer
from simulator.engine.channels import ChannelSender
from sms.errors import ALREADY_IN_POOL, IN_ANOTHER_POOL, NOT_FOUND, ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Call, Route
    from simulator.engine.services import MessagingService

PARAMETERS: Sequence[Parameter] = (Parameter(name="Sid", field="sid", read=sid("XE")),)
"""What names a channel sender.

Source: https://github.com/twilio/twilio-oai, twilio_messaging_v1 (2026-04-14).
"""


def create(call: Call) -> Answer:
    """Have a channel sender join; of one that nobody declared only its SID is known."""
    service = services.find(call)
    required(call.request.form, "Sid")
    asked = read_parameters(PARAMETERS, call.request.form)["sid"]
    if asked in service.channels:
        raise ApiError(ALREADY_IN_POOL)
    if any(asked in other.channels for other in call.gateway.services.values()):
        raise ApiError(IN_ANOTHER_POOL)
    declared = {one.sid: one for one in call.gateway.world.channel_senders}
    sender = declared.get(asked) or ChannelSender(sid=asked)
    service.channels[asked] = sender
    service.joined_at[asked] = call.now
    return Answer(201, record(sender, service, call))


def list_(call: Call) -> Answer:
    """List a service's channel senders, in order of joining."""
    service = services.find(call)
    senders = list(service.channels.values())
    page = cut(Asked.read(call.request.query), senders, lambda one: one.sid)
    shown = [record(one, service, call) for one in page.items]
    return list_v1(call, "senders", page, shown)


def fetch(call: Call) -> Answer:
    """Show a channel sender."""
    service = services.find(call)
    return Answer(200, record(_find(call, service), service, call))


def delete(call: Call) -> Answer:
    """Take a channel sender out."""
    service = services.find(call)
    sender = _find(call, service)
    del service.channels[sender.sid], service.joined_at[sender.sid]
    return Answer(204)


def _find(call: Call, service: MessagingService) -> ChannelSender:
    sender = service.channels.get(call.names["sender"])
    if sender is None:
        raise ApiError(NOT_FOUND, path=call.request.path)
    return sender


def record(
    sender: ChannelSender, service: MessagingService, call: Call
) -> dict[str, Any]:
    """Return a channel sender as Twilio's JSON shows it.

    Source: https://github.com/twilio/twilio-oai, twilio_messaging_v1 (2026-04-14).
    """
    service_sid = service.settings.sid
    joined_at = call.dates.iso8601(service.joined_at[sender.sid])
    place = f"/messaging/v1/Services/{service_sid}/ChannelSenders/{sender.sid}"
    return {
        "account_sid": call.gateway.world.account_sid,
        "messaging_service_sid": service_sid,
        "sid": sender.sid,
        "sender": sender.address,
        "sender_type": sender.channel,
        "country_code": sender.country,
        "date_created": joined_at,
        "date_updated": joined_at,
        "url": url(call, place),
    }


_EVERY = f"{SERVICES}/{{service}}/ChannelSenders"
_SINGLE = f"{_EVERY}/{{sender}}"

ROUTES: Sequence[Route] = (
    ("POST", _EVERY, create),
    ("GET", _EVERY, list_),
    ("GET", _SINGLE, fetch),
    ("DELETE", _SINGLE, delete),
)
