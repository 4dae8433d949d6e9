"""Notify's notifications: one request, one body, up to 10,000 recipients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from simulator.api.drafts import check_content
from simulator.api.forms import callback_url, is_callback_url, many, one
from simulator.api.notify import SMS, check_address, find
from simulator.api.paths import NOTIFY
from simulator.api.requests import Answer
from simulator.engine.notifications import Notification
from sms import errors
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Call, Form, Route
    from simulator.engine.gateway import Gateway
    from simulator.engine.notifications import NotifyService

MOST_IDENTITIES = 20
MOST_TAGS = 5
LONGEST_TIME_TO_LIVE = 2_419_200


@dataclass(frozen=True, slots=True)
class ToBinding:
    """One recipient as the form names it, in JSON."""

    binding_type: str
    address: str


@dataclass(frozen=True, slots=True)
class Sms:
    """What holds for SMS alone, in JSON; `max_price` is obsolete and not looked at."""

    body: str = ""
    media_urls: tuple[str, ...] = ()
    status_callback: str | None = None


_read_to_binding = msgspec.json.Decoder(ToBinding).decode
_read_sms = msgspec.json.Decoder(Sms).decode


def create(call: Call) -> Answer:
    """Take a notification: 201 at once, its messages follow by themselves."""
    service, form = find(call), call.request.form
    identities, tags = tuple(many(form, "Identity")), tuple(many(form, "Tag"))
    recipients = _recipients(form, service, identities, tags)
    _check_recipients(recipients, call.gateway)
    sms = _sms(form)
    body = sms.body or one(form, "Body")
    if not body and not sms.media_urls:
        raise ApiError(errors.NO_CONTENT)
    check_content(body, sms.media_urls, call.gateway)
    delivery_callback = _delivery_callback(form, service)
    notification = Notification(
        messaging_service=_messaging_service(service, call.gateway),
        sid=call.gateway.next_sid("NT"),
        service=service.settings.sid,
        body=body,
        recipients=recipients,
        media_urls=sms.media_urls,
        status_callback=sms.status_callback,
        delivery_callback=delivery_callback,
        identities=identities,
        tags=tags,
        created_at=call.now,
    )
    call.gateway.notify(notification, call.now)
    return Answer(201, lambda: _record(notification, call), notification.sid)


def _recipients(
    form: Form,
    service: NotifyService,
    identities: tuple[str, ...],
    tags: tuple[str, ...],
) -> tuple[str, ...]:
    """Return whom the form names, in the order it does, then whom it selects."""
    if len(identities) > MOST_IDENTITIES or len(tags) > MOST_TAGS:
        problem = f"up to {MOST_IDENTITIES} Identity and {MOST_TAGS} Tag are taken"
        raise ApiError(errors.BAD_REQUEST, problem=problem)
    named = [_address(text) for text in many(form, "ToBinding")]
    selected = service.select(identities, tags) if identities or tags else ()
    return (*named, *(binding.address for binding in selected))


def _address(text: str) -> str:
    """Return the address of a ToBinding parameter."""
    try:
        binding = _read_to_binding(text)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise ApiError(errors.INVALID_BINDING, binding=text[:200]) from error
    if binding.binding_type != SMS:
        raise ApiError(errors.INVALID_BINDING, binding=text[:200])
    return binding.address


def _check_recipients(recipients: tuple[str, ...], gateway: Gateway) -> None:
    """Check that there are some, not too many, and all of them numbers."""
    if not recipients:
        raise ApiError(errors.NO_RECIPIENTS)
    most = gateway.profile.notification_recipients
    if len(recipients) > most:
        raise ApiError(errors.TOO_MANY_RECIPIENTS, count=len(recipients), most=most)
    for recipient in recipients:
        check_address(recipient)


def _sms(form: Form) -> Sms:
    """Return the form's Sms parameter, the empty one where there is none."""
    text = one(form, "Sms")
    if not text:
        return Sms()
    try:
        sms = _read_sms(text)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        problem = f"Sms is no JSON of body, media_urls and status_callback: {error}"
        raise ApiError(errors.BAD_REQUEST, problem=problem) from error
    if sms.status_callback and not is_callback_url(sms.status_callback):
        raise ApiError(errors.INVALID_CALLBACK, url=sms.status_callback[:200])
    return sms


def _delivery_callback(form: Form, service: NotifyService) -> str | None:
    """Return whom to tell that all messages are made: the form's, or the service's."""
    settings = service.settings
    enabled = (
        settings.delivery_callback_url if settings.delivery_callback_enabled else None
    )
    return callback_url(form, "DeliveryCallbackUrl") or enabled


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


def _record(notification: Notification, call: Call) -> dict[str, Any]:
    """Return a notification as Twilio's JSON shows it: no recipients, no message SIDs.

    Source: https://github.com/twilio/twilio-oai, twilio_notify_v1 (2026-04-14).
    """
    form = call.request.form
    given = msgspec.json.decode(one(form, "Sms") or "{}")
    absent = ("data", "apn", "gcm", "fcm", "facebook_messenger", "alexa")
    return {
        "sid": notification.sid,
        "account_sid": call.gateway.world.account_sid,
        "service_sid": notification.service,
        "date_created": call.dates.iso8601(notification.created_at),
        "identities": list(notification.identities),
        "tags": list(notification.tags),
        "segments": [],
        "priority": one(form, "Priority") or "high",
        "ttl": LONGEST_TIME_TO_LIVE,
        "title": one(form, "Title") or None,
        "body": one(form, "Body") or None,
        "sound": one(form, "Sound") or None,
        "action": one(form, "Action") or None,
        **dict.fromkeys(absent),
        "sms": {k: v for k, v in given.items() if k in Sms.__slots__} or None,
    }


ROUTES: Sequence[Route] = (("POST", f"{NOTIFY}/{{service}}/Notifications", create),)
