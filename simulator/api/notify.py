"""The Notify API: its services and their bindings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.api.drafts import check_recipient
from simulator.api.forms import boolean, callback_url, many, one, required
from simulator.api.pages import Asked, cut, list_v1, url
from simulator.api.paths import NOTIFY
from simulator.api.requests import Answer
from simulator.engine.notifications import Binding
from simulator.engine.worlds import NotifySettings
from sms import errors
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Call, Route
    from simulator.engine.notifications import NotifyService

SMS = "sms"
MOST_TAGS = 20

# Services


def create(call: Call) -> Answer:
    """Make a Notify service without bindings."""
    changes = _read_changes(call)
    settings = replace(NotifySettings(sid=""), **changes)
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
    form = call.request.form
    changes: dict[str, Any] = {
        "friendly_name": one(form, "FriendlyName") or None,
        "delivery_callback_url": callback_url(form, "DeliveryCallbackUrl"),
        "delivery_callback_enabled": boolean(form, "DeliveryCallbackEnabled"),
        "log_enabled": boolean(form, "LogEnabled"),
    }
    sid = one(form, "MessagingServiceSid")
    if sid and sid not in call.gateway.services:
        raise ApiError(errors.NO_SUCH_SERVICE, service=sid)
    changes["messaging_service"] = sid or None
    return {name: value for name, value in changes.items() if value is not None}


def record(service: NotifyService, call: Call) -> dict[str, Any]:
    """Return a Notify service as Twilio's JSON shows it; push channels are null.

    Source: https://github.com/twilio/twilio-oai, twilio_notify_v1 (2026-04-14).
    """
    settings = service.settings
    address = url(call, f"/notify/v1/Services/{settings.sid}")
    links = ("Bindings", "Notifications", "Segments", "Users")
    push = ("apn", "gcm", "fcm", "alexa")
    return {
        "sid": settings.sid,
        "account_sid": call.gateway.world.account_sid,
        "friendly_name": settings.friendly_name,
        "date_created": call.dates.iso8601(service.created_at),
        "date_updated": call.dates.iso8601(service.updated_at),
        **{f"{kind}_credential_sid": None for kind in push[:3]},
        "messaging_service_sid": settings.messaging_service,
        "facebook_messenger_page_id": None,
        **{f"default_{kind}_notification_protocol_version": "3" for kind in push},
        "log_enabled": settings.log_enabled,
        "alexa_skill_id": None,
        "delivery_callback_url": settings.delivery_callback_url,
        "delivery_callback_enabled": settings.delivery_callback_enabled,
        "url": address,
        "links": {link.lower(): f"{address}/{link}" for link in links},
    }


# Bindings


def create_binding(call: Call) -> Answer:
    """Keep an address under an identity; only SMS addresses are imitated."""
    service, form = find(call), call.request.form
    identity = required(form, "Identity")
    kind, address = required(form, "BindingType"), required(form, "Address")
    tags = tuple(many(form, "Tag"))
    if kind != SMS or len(tags) > MOST_TAGS:
        problem = f"{kind} with {len(tags)} tags; sms with up to {MOST_TAGS} is taken"
        raise ApiError(errors.INVALID_BINDING, binding=problem)
    check_address(address)
    binding = Binding(
        sid=call.gateway.next_sid("BS"),
        identity=identity,
        type=kind,
        address=address,
        tags=tags,
        created_at=call.now,
    )
    service.bindings[binding.sid] = binding
    return Answer(201, _binding_record(binding, call))


def fetch_binding(call: Call) -> Answer:
    """Show a binding."""
    return Answer(200, _binding_record(_find_binding(call), call))


def list_bindings(call: Call) -> Answer:
    """List bindings, the oldest first; of any of the identities and all of the tags."""
    service, query = find(call), call.request.query
    identities, tags = set(many(query, "Identity")), set(many(query, "Tag"))
    bindings = [
        binding
        for binding in service.bindings.values()
        if (not identities or binding.identity in identities)
        and tags <= {*binding.tags, "all", SMS}
    ]
    page = cut(Asked.read(query), bindings, lambda b: b.sid)
    records = [_binding_record(b, call) for b in page.items]
    return list_v1(call, "bindings", page, records)


def delete_binding(call: Call) -> Answer:
    """Delete a binding."""
    del find(call).bindings[_find_binding(call).sid]
    return Answer(204)


def _find_binding(call: Call) -> Binding:
    binding = find(call).bindings.get(call.names["binding"])
    if binding is None:
        raise ApiError(errors.NOT_FOUND, path=call.request.path)
    return binding


def _binding_record(binding: Binding, call: Call) -> dict[str, Any]:
    sid = call.names["service"]
    service = url(call, f"/notify/v1/Services/{sid}")
    created_at = call.dates.iso8601(binding.created_at)
    return {
        "sid": binding.sid,
        "account_sid": call.gateway.world.account_sid,
        "service_sid": sid,
        "credential_sid": None,
        "date_created": created_at,
        "date_updated": created_at,
        "notification_protocol_version": "3",
        "endpoint": "",
        "identity": binding.identity,
        "binding_type": binding.type,
        "address": binding.address,
        "tags": list(binding.tags),
        "url": f"{service}/Bindings/{binding.sid}",
        "links": {"user": f"{service}/Users/{binding.identity}"},
    }


def check_address(address: str) -> None:
    """Check a binding's address.

    Raises:
        ApiError: 52001, where no message can go there.
    """
    try:
        check_recipient(address)
    except ApiError as error:
        raise ApiError(errors.INVALID_BINDING, binding=address[:200]) from error


_SERVICE = f"{NOTIFY}/{{service}}"
_BINDINGS, _BINDING = f"{_SERVICE}/Bindings", f"{_SERVICE}/Bindings/{{binding}}"

ROUTES: Sequence[Route] = (
    ("POST", NOTIFY, create),
    ("GET", NOTIFY, list_),
    ("GET", _SERVICE, fetch),
    ("POST", _SERVICE, update),
    ("DELETE", _SERVICE, delete),
    ("POST", _BINDINGS, create_binding),
    ("GET", _BINDINGS, list_bindings),
    ("GET", _BINDING, fetch_binding),
    ("DELETE", _BINDING, delete_binding),
)
