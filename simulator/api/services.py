"""The Services resource of the Messaging API: Messaging Services and their settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.api.drafts import read_validity_period
from simulator.api.forms import boolean, callback_url, choice, one, required
from simulator.api.pages import Asked, cut, list_v1, url
from simulator.api.paths import SERVICES
from simulator.api.requests import Answer
from simulator.engine.worlds import ServiceSettings
from sms.errors import (
    INVALID_FRIENDLY_NAME,
    INVALID_USE_CASE,
    NOT_FOUND,
    ApiError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Call, Form, Route
    from simulator.engine.services import MessagingService

LONGEST_NAME = 64

USE_CASES = (
    "notifications",
    "marketing",
    "verification",
    "discussion",
    "poll",
    "undeclared",
)
"""Source: https://www.twilio.com/docs/api/errors/21713 (2025-02)."""

_METHODS = ("GET", "POST")

_BOOLEANS = {
    "sticky_sender": "StickySender",
    "area_code_geomatch": "AreaCodeGeomatch",
    "smart_encoding": "SmartEncoding",
    "mms_converter": "MmsConverter",
    "fallback_to_long_code": "FallbackToLongCode",
    "use_inbound_webhook_on_number": "UseInboundWebhookOnNumber",
}
_URLS = {
    "status_callback": "StatusCallback",
    "inbound_request_url": "InboundRequestUrl",
    "fallback_url": "FallbackUrl",
}
_LINKS = {
    "phone_numbers": "PhoneNumbers",
    "short_codes": "ShortCodes",
    "alpha_senders": "AlphaSenders",
    "messages": "Messages",
    "us_app_to_person": "Compliance/Usa2p",
    "us_app_to_person_usecases": "Compliance/Usa2p/Usecases",
    "channel_senders": "ChannelSenders",
    "destination_alpha_senders": "DestinationAlphaSenders",
}


def create(call: Call) -> Answer:
    """Make a Messaging Service with an empty pool."""
    form = call.request.form
    name = required(form, "FriendlyName")
    changes = _read_changes(call, form)
    settings = ServiceSettings(sid="", friendly_name=name)
    settings = replace(settings, **changes, sid=call.gateway.next_sid("MG"))
    service = call.gateway.add_service(settings, call.now)
    return Answer(201, record(service, call))


def fetch(call: Call) -> Answer:
    """Show a Messaging Service."""
    return Answer(200, record(find(call), call))


def list_(call: Call) -> Answer:
    """List the Messaging Services, the oldest first."""
    services = list(call.gateway.services.values())
    page = cut(Asked.read(call.request.query), services, lambda s: s.settings.sid)
    return list_v1(call, "services", page, [record(s, call) for s in page.items])


def update(call: Call) -> Answer:
    """Change what the form names; messages under way keep what they have."""
    service = find(call)
    changes = _read_changes(call, call.request.form)
    service.settings = replace(service.settings, **changes)
    service.updated_at = call.now
    return Answer(200, record(service, call))


def delete(call: Call) -> Answer:
    """Delete a service; its senders are free to join another."""
    call.gateway.remove_service(find(call).settings.sid)
    return Answer(204)


def find(call: Call) -> MessagingService:
    """Return the service the path names.

    Raises:
        ApiError: 20404, where there is none.
    """
    service = call.gateway.services.get(call.names["service"])
    if service is None:
        raise ApiError(NOT_FOUND, path=call.request.path)
    return service


def _read_changes(call: Call, form: Form) -> dict[str, Any]:
    """Return the settings a form names, by the names of ServiceSettings."""
    changes: dict[str, Any] = {
        name: boolean(form, parameter) for name, parameter in _BOOLEANS.items()
    }
    changes["friendly_name"] = _read_name(form)
    changes["inbound_method"] = choice(form, "InboundMethod", _METHODS)
    changes["fallback_method"] = choice(form, "FallbackMethod", _METHODS)
    changes["validity_period"] = read_validity_period(form, call.gateway)
    changes["use_case"] = _read_use_case(form)
    changes = {name: value for name, value in changes.items() if value is not None}
    for name, parameter in _URLS.items():
        if parameter in form:  # empty takes it away
            changes[name] = callback_url(form, parameter)
    return changes


def _read_name(form: Form) -> str | None:
    name = one(form, "FriendlyName")
    if len(name) > LONGEST_NAME:
        raise ApiError(INVALID_FRIENDLY_NAME)
    return name or None


def _read_use_case(form: Form) -> str | None:
    use_case = one(form, "Usecase")
    if use_case and use_case not in USE_CASES:
        raise ApiError(INVALID_USE_CASE)
    return use_case or None


def record(service: MessagingService, call: Call) -> dict[str, Any]:
    """Return a service as Twilio's JSON shows it.

    Source: https://www.twilio.com/docs/messaging/api/service-resource (read
    2026-11-23).
    """
    settings, gateway = service.settings, call.gateway
    address = url(call, f"/messaging/v1/Services/{settings.sid}")
    return {
        "sid": settings.sid,
        "account_sid": gateway.world.account_sid,
        "friendly_name": settings.friendly_name,
        "date_created": call.dates.iso8601(service.created_at),
        "date_updated": call.dates.iso8601(service.updated_at),
        "inbound_request_url": settings.inbound_request_url,
        "inbound_method": settings.inbound_method,
        "fallback_url": settings.fallback_url,
        "fallback_method": settings.fallback_method,
        "status_callback": settings.status_callback,
        **{name: getattr(settings, name) for name in _BOOLEANS},
        "scan_message_content": "inherit",
        "synchronous_validation": False,
        "validity_period": settings.validity_period
        or gateway.profile.longest_validity_period,
        "usecase": settings.use_case,
        "us_app_to_person_registered": any(s.campaign for s in service.pool.values()),
        "url": address,
        "links": {name: f"{address}/{path}" for name, path in _LINKS.items()},
    }


_SERVICE = f"{SERVICES}/{{service}}"

ROUTES: Sequence[Route] = (
    ("POST", SERVICES, create),
    ("GET", SERVICES, list_),
    ("GET", _SERVICE, fetch),
    ("POST", _SERVICE, update),
    ("DELETE", _SERVICE, delete),
)
