"""The Services resource of the Messaging API: Messaging Services and their settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.api.drafts import read_validity_period
from simulator.api.forms import callback_url, required
from simulator.api.pages import Asked, cut, list_v1, url
from simulator.api.parameters import (
    Parameter,
    flag,
    one_of,
    read_parameters,
    up_to,
)
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

_PURPOSES = {
    "notifications": "Tell people what concerns them.",
    "marketing": "Offer goods or services.",
    "verification": "Check that a number is somebody's.",
    "discussion": "Talk with people.",
    "poll": "Ask people's opinion.",
    "undeclared": "Not told.",
}

USE_CASES = tuple(_PURPOSES)
"""Source: https://www.twilio.com/docs/api/errors/21713 (2025-02)."""

_METHOD = one_of("GET", "POST")

_FLAGS = {
    "sticky_sender": "StickySender",
    "area_code_geomatch": "AreaCodeGeomatch",
    "smart_encoding": "SmartEncoding",
    "mms_converter": "MmsConverter",
    "fallback_to_long_code": "FallbackToLongCode",
    "use_inbound_webhook_on_number": "UseInboundWebhookOnNumber",
    "synchronous_validation": "SynchronousValidation",
}

PARAMETERS: Sequence[Parameter] = (
    Parameter(
        name="FriendlyName",
        field="friendly_name",
        read=up_to(LONGEST_NAME),
        error=INVALID_FRIENDLY_NAME,
    ),
    Parameter(name="InboundMethod", field="inbound_method", read=_METHOD),
    Parameter(name="FallbackMethod", field="fallback_method", read=_METHOD),
    Parameter(
        name="ScanMessageContent",
        field="scan_message_content",
        read=one_of("inherit", "enable", "disable"),
    ),
    Parameter(
        name="Usecase",
        field="use_case",
        read=one_of(*USE_CASES),
        error=INVALID_USE_CASE,
    ),
    *(Parameter(name=name, field=key, read=flag) for key, name in _FLAGS.items()),
)
"""What sets a service, but for its URLs and validity period.

Source: https://github.com/twilio/twilio-oai, twilio_messaging_v1 (2026-04-14).
"""

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
    changes = read_parameters(PARAMETERS, form)
    period = read_validity_period(form, call.gateway)
    if period is not None:
        changes["validity_period"] = period
    for name, parameter in _URLS.items():
        if parameter in form:  # empty takes it away
            changes[name] = callback_url(form, parameter)
    return changes


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
        **{name: getattr(settings, name) for name in _FLAGS},
        "scan_message_content": settings.scan_message_content,
        "validity_period": settings.validity_period
        or gateway.profile.longest_validity_period,
        "usecase": settings.use_case,
        "us_app_to_person_registered": gateway.registrations.of(service) is not None,
        "url": address,
        "links": {name: f"{address}/{path}" for name, path in _LINKS.items()},
    }


def use_cases(call: Call) -> Answer:
    """List what a service may be for.

    Source: https://github.com/twilio/twilio-oai, twilio_messaging_v1 (2026-04-14); the
    texts are the project's own.
    """
    del call
    shown = [
        {"usecase": case, "purpose": purpose, "description": purpose}
        for case, purpose in _PURPOSES.items()
    ]
    return Answer(200, {"usecases": shown})


_SERVICE = f"{SERVICES}/{{service}}"

ROUTES: Sequence[Route] = (
    ("POST", SERVICES, create),
    ("GET", SERVICES, list_),
    ("GET", f"{SERVICES}/Usecases", use_cases),
    ("GET", _SERVICE, fetch),
    ("POST", _SERVICE, update),
    ("DELETE", _SERVICE, delete),
)
