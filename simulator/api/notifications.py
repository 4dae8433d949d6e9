"""Notify's notifications: one request, one body, up to 10,000 recipients.

What is wrong with a binding's syntax refuses the notification whole (52001); an address
of the right syntax that no message can go to fails for itself alone, as the delivery
callback and the log tell.

Source: https://github.com/twilio/twilio-oai, twilio_notify_v1 (2026-04-14);
https://www.twilio.com/docs/notify/api/notification-resource (read 2026-11-23).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from simulator.api.bindings import TYPES
from simulator.api.drafts import check_content
from simulator.api.forms import is_callback_url, many, one
from simulator.api.notify import SMS, find
from simulator.api.parameters import (
    Parameter,
    callback_url,
    one_of,
    read_parameters,
    text,
    whole,
)
from simulator.api.paths import NOTIFY
from simulator.api.requests import Answer
from simulator.engine.messages import Extras
from simulator.engine.notifications import Binding, Notification
from sms import errors
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.api.requests import Call, Form, Route
    from simulator.engine.gateway import Gateway
    from simulator.engine.notifications import NotifyService

MOST_IDENTITIES = 20
MOST_TAGS = 5
LONGEST_TIME_TO_LIVE = 2_419_200
RESERVED = "twi_"

PAYLOADS = ("Data", "Apn", "Gcm", "Fcm", "FacebookMessenger", "Alexa")
"""What is JSON for other channels: checked and repeated, and never sent by SMS."""


def _payload(value: str) -> dict[str, Any]:
    """Read custom pairs, whose keys Twilio reserves in part."""
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise ValueError("is a JSON object")  # noqa: TRY004 - as every reader's
    if any(key.startswith(RESERVED) for key in read):
        raise ValueError(f"has no key that begins with {RESERVED}")
    return read


PARAMETERS = (
    Parameter(name="Body", field="body", read=text),
    Parameter(name="Title", field="title", read=text),
    Parameter(name="Sound", field="sound", read=text),
    Parameter(name="Action", field="action", read=text),
    Parameter(name="Priority", field="priority", read=one_of("high", "low")),
    Parameter(name="Ttl", field="ttl", read=whole(0, LONGEST_TIME_TO_LIVE)),
    *(Parameter(name=name, field=name.lower(), read=_payload) for name in PAYLOADS),
    Parameter(name="Identity", field="identities", read=text, repeated=True),
    Parameter(name="Tag", field="tags", read=text, repeated=True),
    Parameter(name="Segment", field="segments", read=text, repeated=True),
    Parameter(
        name="DeliveryCallbackUrl",
        field="delivery_callback",
        read=callback_url,
        error=errors.INVALID_CALLBACK,
    ),
)
"""What a notification is made of, besides `Sms` and `ToBinding`.

Only `Body` and who is selected count for SMS; `Segment` is deprecated and selects
nobody.
"""


@dataclass(frozen=True, slots=True)
class ToBinding:
    """One recipient as the form names it, in JSON."""

    binding_type: str
    address: str


@dataclass(frozen=True, slots=True)
class Sms:
    """What holds for SMS alone, in JSON."""

    body: str = ""
    media_urls: tuple[str, ...] = ()
    status_callback: str | None = None
    max_price: float | str | None = None


_read_to_binding = msgspec.json.Decoder(ToBinding).decode
_read_sms = msgspec.json.Decoder(Sms).decode


def create(call: Call) -> Answer:
    """Take a notification: 201 at once, its messages follow by themselves."""
    service, form, gateway = find(call), call.request.form, call.gateway
    given = read_parameters(PARAMETERS, form)
    sms = _sms(form)
    extras = _extras(sms)
    chosen = _chosen(form, service, given)
    _check_number(len(chosen.addresses) + len(chosen.skipped), gateway)
    body = sms.body or given.get("body", "")
    if not body and not sms.media_urls:
        raise ApiError(errors.NO_CONTENT)
    check_content(body, sms.media_urls, gateway)
    messaging_service = _messaging_service(service, gateway)
    _check_limits(service, len(chosen.addresses), call)
    notification = Notification(
        messaging_service=messaging_service,
        sid=gateway.next_sid("NT"),
        service=service.settings.sid,
        body=body,
        recipients=chosen.addresses,
        media_urls=sms.media_urls,
        status_callback=sms.status_callback,
        delivery_callback=_delivery_callback(given, service),
        identities=given.get("identities", ()),
        tags=given.get("tags", ()),
        created_at=call.now,
        extras=extras,
        logged=service.settings.log_enabled,
        names=chosen.names,
        skipped=chosen.skipped,
    )
    gateway.notify(notification, call.now)
    service.notified(gateway.profile.notify.rate, call.now)
    return Answer(201, lambda: _record(notification, given, call), notification.sid)


class _Chosen(NamedTuple):
    """Who is sent to, under which identities, and whom no SMS can reach."""

    addresses: tuple[str, ...]
    names: Mapping[str, str]
    skipped: tuple[Binding, ...]


def _chosen(form: Form, service: NotifyService, given: Mapping[str, Any]) -> _Chosen:
    """Return whom the form names, in the order it does, then whom it selects."""
    identities, tags = given.get("identities", ()), given.get("tags", ())
    for name, values, most in (
        ("Identity", identities, MOST_IDENTITIES),
        ("Tag", tags, MOST_TAGS),
    ):
        if len(values) > most:
            problem = f"{name} is given at most {most} times, not {len(values)}"
            raise ApiError(errors.INVALID_PARAMETER, problem=problem)
    named = [_to_binding(value) for value in many(form, "ToBinding")]
    selected = service.select(identities, tags) if identities or tags else ()
    skipped = [
        Binding(sid="", identity="", type=one.binding_type, address=one.address)
        for one in named
        if one.binding_type != SMS
    ]
    reached = [binding for binding in selected if binding.type == SMS]
    return _Chosen(
        (
            *(one.address for one in named if one.binding_type == SMS),
            *(binding.address for binding in reached),
        ),
        {binding.address: binding.identity for binding in reached},
        (*skipped, *(binding for binding in selected if binding.type != SMS)),
    )


def _to_binding(value: str) -> ToBinding:
    """Return what a ToBinding parameter says.

    Raises:
        ApiError: 52001, where it is not of the syntax.
    """
    try:
        binding = _read_to_binding(value)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise ApiError(errors.INVALID_BINDING, binding=value[:200]) from error
    if binding.binding_type not in TYPES or not binding.address:
        raise ApiError(errors.INVALID_BINDING, binding=value[:200])
    return binding


def _check_number(count: int, gateway: Gateway) -> None:
    """Check that there are recipients, and not too many."""
    most = gateway.profile.notification_recipients
    if not count:
        raise ApiError(errors.NO_RECIPIENTS)
    if count > most:
        raise ApiError(errors.TOO_MANY_RECIPIENTS, count=count, most=most)


def _check_limits(service: NotifyService, count: int, call: Call) -> None:
    """Check what Notify bounds over many notifications.

    Raises:
        ApiError: 20429, above the service's rate; 52181, above the account's limit.
    """
    limits, gateway = call.gateway.profile.notify, call.gateway
    if service.busy(limits.rate, call.now):
        raise ApiError(errors.TOO_MANY_REQUESTS)
    if limits.most_sms and gateway.notified + count > limits.most_sms:
        raise ApiError(errors.NOTIFY_SMS_LIMIT, most=limits.most_sms)


def _sms(form: Form) -> Sms:
    """Return the form's Sms parameter, the empty one where there is none."""
    value = one(form, "Sms")
    if not value:
        return Sms()
    try:
        sms = _read_sms(value)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        problem = f"Sms is a JSON object of body, media_urls and so on: {error}"
        raise ApiError(errors.INVALID_PARAMETER, problem=problem) from error
    if sms.status_callback and not is_callback_url(sms.status_callback):
        raise ApiError(errors.INVALID_CALLBACK, url=sms.status_callback[:200])
    return sms


def _extras(sms: Sms) -> Extras | None:
    """Return what is kept with each message, None where that is nothing."""
    try:
        return None if sms.max_price is None else Extras(max_price=float(sms.max_price))
    except (ValueError, OverflowError) as error:
        problem = f"Sms: max_price is a number, not {str(sms.max_price)[:50]!r}"
        raise ApiError(errors.INVALID_PARAMETER, problem=problem) from error


def _delivery_callback(given: Mapping[str, Any], service: NotifyService) -> str | None:
    """Return whom to tell that all messages are made: the form's, or the service's."""
    settings = service.settings
    enabled = (
        settings.delivery_callback_url if settings.delivery_callback_enabled else None
    )
    return given.get("delivery_callback") or enabled


def _messaging_service(service: NotifyService, gateway: Gateway) -> str:
    """Return the SID of the service the messages go through, which must be able to."""
    sid = service.settings.messaging_service
    if sid is None:
        raise ApiError(errors.NO_MESSAGING_SERVICE)
    if sid not in gateway.services:
        raise ApiError(errors.NO_SUCH_SERVICE, service=sid)
    if not gateway.services[sid].pool:
        raise ApiError(errors.EMPTY_POOL)
    return sid


def _record(
    notification: Notification, given: Mapping[str, Any], call: Call
) -> dict[str, Any]:
    """Return a notification as Twilio's JSON shows it, without its recipients."""
    sms = msgspec.json.decode(one(call.request.form, "Sms") or "{}")
    payloads = {
        re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(): given.get(name.lower())
        for name in PAYLOADS
    }
    return {
        "sid": notification.sid,
        "account_sid": call.gateway.world.account_sid,
        "service_sid": notification.service,
        "date_created": call.dates.iso8601(notification.created_at),
        "identities": list(notification.identities),
        "tags": list(notification.tags),
        "segments": list(given.get("segments", ())),
        "priority": given.get("priority", "high"),
        "ttl": given.get("ttl", LONGEST_TIME_TO_LIVE),
        **{name: given.get(name) for name in ("title", "body", "sound", "action")},
        **payloads,
        "sms": {k: v for k, v in sms.items() if k in Sms.__slots__} or None,
    }


ROUTES: Sequence[Route] = (("POST", f"{NOTIFY}/{{service}}/Notifications", create),)
