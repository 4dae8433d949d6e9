"""The Notify API: its services.

Source: https://github.com/twilio/twilio-oai, twilio_notify_v1 (2026-04-14).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.api.forms import one
from simulator.api.pages import Asked, cut, list_v1, url
from simulator.api.parameters import (
    Parameter,
    callback_url,
    flag,
    read_parameters,
    sid,
    text,
    up_to,
)
from simulator.api.paths import NOTIFY
from simulator.api.requests import Answer
from simulator.engine.worlds import NotifySettings
from sms import errors
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Call, Route
    from simulator.engine.notifications import NotifyService

SMS = "sms"

LONGEST_NAME = 64

CHANNELS = ("apn", "gcm", "fcm")

PARAMETERS = (
    Parameter(name="FriendlyName", field="friendly_name", read=up_to(LONGEST_NAME)),
    Parameter(name="MessagingServiceSid", field="messaging_service", read=sid("MG")),
    Parameter(
        name="DeliveryCallbackUrl",
        field="delivery_callback_url",
        read=callback_url,
        error=errors.INVALID_CALLBACK,
    ),
    Parameter(
        name="DeliveryCallbackEnabled", field="delivery_callback_enabled", read=flag
    ),
    Parameter(name="LogEnabled", field="log_enabled", read=flag),
    *(
        Parameter(
            name=f"{channel.title()}CredentialSid",
            field=f"{channel}_credential",
            read=sid("CR"),
        )
        for channel in CHANNELS
    ),
    *(
        Parameter(
            name=f"Default{channel.title()}NotificationProtocolVersion",
            field=f"{channel}_version",
            read=text,
        )
        for channel in (*CHANNELS, "alexa")
    ),
    Parameter(name="FacebookMessengerPageId", field="messenger_page", read=text),
    Parameter(name="AlexaSkillId", field="alexa_skill", read=text),
)
"""What a service is made and changed with; push channels' settings are only kept."""


def create(call: Call) -> Answer:
    """Make a Notify service without bindings."""
    changes = _read_changes(call)
    settings = NotifySettings(sid="", **changes)
    settings = replace(settings, sid=call.gateway.next_sid("IS"))
    service = call.gateway.add_notify_service(settings, call.now)
    return Answer(201, record(service, call))


def fetch(call: Call) -> Answer:
    """Show a Notify service."""
    return Answer(200, record(find(call), call))


def list_(call: Call) -> Answer:
    """List the Notify services, the oldest first, or those of a `FriendlyName`."""
    name = one(call.request.query, "FriendlyName")
    services = [
        service
        for service in call.gateway.notify_services.values()
        if not name or service.settings.friendly_name == name
    ]
    page = cut(Asked.read(call.request.query), services, lambda s: s.settings.sid)
    return list_v1(call, "services", page, [record(s, call) for s in page.items])


def update(call: Call) -> Answer:
    """Change what the form names."""
    service = find(call)
    service.settings = replace(service.settings, **_read_changes(call))
    service.updated_at = call.now
    return Answer(200, record(service, call))


def delete(call: Call) -> Answer:
    """Delete a Notify service with its bindings."""
    del call.gateway.notify_services[find(call).settings.sid]
    return Answer(204)


def find(call: Call) -> NotifyService:
    """Return the service the path names.

    Raises:
        ApiError: 20404, where there is none.
    """
    service = call.gateway.notify_services.get(call.names["service"])
    if service is None:
        raise ApiError(errors.NOT_FOUND, path=call.request.path)
    return service


def _read_changes(call: Call) -> dict[str, Any]:
    """Return the settings a form names, by the names of NotifySettings."""
    changes = read_parameters(PARAMETERS, call.request.form)
    service = changes.get("messaging_service")
    if service is not None and service not in call.gateway.services:
        raise ApiError(errors.NO_SUCH_SERVICE, service=service)
    return changes


def record(service: NotifyService, call: Call) -> dict[str, Any]:
    """Return a Notify service as Twilio's JSON shows it."""
    settings = service.settings
    address = url(call, f"/notify/v1/Services/{settings.sid}")
    links = ("Bindings", "Notifications", "Segments", "Users")
    return {
        "sid": settings.sid,
        "account_sid": call.gateway.world.account_sid,
        "friendly_name": settings.friendly_name,
        "date_created": call.dates.iso8601(service.created_at),
        "date_updated": call.dates.iso8601(service.updated_at),
        **{
            f"{c}_credential_sid": getattr(settings, f"{c}_credential")
            for c in CHANNELS
        },
        "messaging_service_sid": settings.messaging_service,
        "facebook_messenger_page_id": settings.messenger_page,
        **{
            f"default_{c}_notification_protocol_version": getattr(
                settings, f"{c}_version"
            )
            for c in (*CHANNELS, "alexa")
        },
        "log_enabled": settings.log_enabled,
        "alexa_skill_id": settings.alexa_skill,
        "delivery_callback_url": settings.delivery_callback_url,
        "delivery_callback_enabled": settings.delivery_callback_enabled,
        "url": address,
        "links": {link.lower(): f"{address}/{link}" for link in links},
    }


_SERVICE = f"{NOTIFY}/{{service}}"

ROUTES: Sequence[Route] = (
    ("POST", NOTIFY, create),
    ("GET", NOTIFY, list_),
    ("GET", _SERVICE, fetch),
    ("POST", _SERVICE, update),
    ("DELETE", _SERVICE, delete),
)
