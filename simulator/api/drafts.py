"""Reads a message out of the form of POST Messages, and refuses what cannot be one.

The order of the checks is Twilio's product as much as their codes, but is documented
nowhere; this one is the project's own.  `simulator.engine` adds its own refusals.

Source: https://www.twilio.com/docs/messaging/api/message-resource and each code's page
(read 2026-11-23).
"""

from __future__ import annotations

import re
from dataclasses import fields as fields_of
from typing import TYPE_CHECKING, Any

from simulator.api.contents import fill_template
from simulator.api.forms import callback_url as read_callback_url
from simulator.api.forms import firsts, is_web_url, many, one, whole
from simulator.api.message_parameters import PARAMETERS
from simulator.api.parameters import read_parameters
from simulator.api.schedules import read_send_at
from simulator.engine.messages import Draft, Extras
from sms import errors
from sms.addresses import AddressKind, country, kind
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.api.requests import Call, Form
    from simulator.engine.gateway import Gateway
    from simulator.engine.services import MessagingService

MOST_MEDIA = 10

PLAIN = frozenset({"To", "From", "MessagingServiceSid", "Body", "StatusCallback"})
"""What nearly every message says, and no more: it is read without the table."""

_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_EXTRAS = frozenset(field.name for field in fields_of(Extras))


def read_draft(call: Call) -> Draft:
    """Return the message a form asks for.

    Raises:
        ApiError: what is missing, malformed or not the account's.
    """
    form, gateway = call.request.form, call.gateway
    given = firsts(form)
    to, sender = given.get("To", ""), given.get("From", "")
    service = given.get("MessagingServiceSid", "")
    if sender[:2] == "MG" and not service:
        sender, service = "", sender
    if not to:
        raise ApiError(errors.NO_TO)
    if not (sender or service):
        raise ApiError(errors.NO_FROM)
    body = given.get("Body", "")
    if not body and not any(many(form, "MediaUrl")) and not given.get("ContentSid"):
        raise ApiError(_no_content(given, service))
    to_country = _check_senders(sender, service, to, gateway)
    if not PLAIN.issuperset(given):
        draft = Draft(to, body, sender or None, service or None, country=to_country)
        return _read_all(call, draft, given)
    check_content(body, (), gateway)
    return Draft(
        to,
        body,
        sender or None,
        service or None,
        (),
        read_callback_url(given, "StatusCallback"),
        None,
        None,
        to_country,
    )


def _no_content(given: Mapping[str, str], service: str) -> errors.ErrorCode:
    """Return what is missing where there is nothing to send."""
    if given.get("ContentVariables"):
        return errors.NO_TEMPLATE
    return errors.NO_CONTENT if service else errors.NO_BODY


def _read_all(call: Call, draft: Draft, given: Mapping[str, str]) -> Draft:
    """Return a draft with all that the table of parameters knows."""
    form, gateway, service = call.request.form, call.gateway, draft.service or ""
    media_urls = [url for url in many(form, "MediaUrl") if url]
    check_content(draft.body, media_urls, gateway)
    period = read_validity_period(given, gateway)
    fields = read_parameters(PARAMETERS, form)
    if "fallback_from" in fields and not service:
        problem = "FallbackFrom needs a MessagingServiceSid"
        raise ApiError(errors.INVALID_PARAMETER, problem=problem)
    body, filled = draft.body, fill_template(fields, gateway)
    if filled is not None:
        body, media_urls = filled[0], [*media_urls, *filled[1]]
        check_content(body, media_urls, gateway)
    fields["send_at"] = read_send_at(call, fields, service)
    return draft._replace(
        body=body,
        media_urls=tuple(media_urls),
        status_callback=fields.get("status_callback") or _told_to(fields, gateway),
        validity_period=period,
        smart_encoding=fields.get("smart_encoding"),
        extras=_extras(fields),
    )


def _told_to(fields: Mapping[str, Any], gateway: Gateway) -> str | None:
    """Return the callback of the TwiML App that a message names, if it has one."""
    application = gateway.applications.get(fields.get("application", ""))
    return None if application is None else application.message_status_callback


def _extras(fields: Mapping[str, Any]) -> Extras | None:
    """Return what few messages ask for, None where this one asks for none of it."""
    asked = {
        name: value
        for name, value in fields.items()
        if name in _EXTRAS and value is not None and value is not False
    }
    return Extras(**asked) if asked else None


def _check_senders(sender: str, service: str, to: str, gateway: Gateway) -> str:
    """Check the form of the three addresses, then whether the account has them.

    Returns the recipient's country.
    """
    known_service = gateway.services.get(service) if service else None
    if service and known_service is None and not _SERVICE.fullmatch(service):
        raise ApiError(errors.INVALID_SERVICE, service=service)
    to_country = check_recipient(to)
    known_sender = gateway.owned(sender) if sender else None
    if sender and known_sender is None and kind(sender) is None:
        raise ApiError(errors.INVALID_FROM, sender=sender)
    if service and known_service is None:
        raise ApiError(errors.NO_SUCH_SERVICE, service=service)
    by_itself = known_sender is not None and not service
    if sender and not (by_itself and gateway.world.permissions is None):
        _check_owned(sender, known_service, gateway)
    return to_country


def _check_owned(
    sender: str, service: MessagingService | None, gateway: Gateway
) -> None:
    """Check that a sender is in the pool of the service named, else the account's."""
    if service is not None:
        if all(member.address != sender for member in service.pool.values()):
            raise ApiError(errors.FROM_NOT_OWNED, sender=sender)
    elif gateway.owned(sender) is None:
        raise ApiError(_whose(sender, gateway), sender=sender)
    permissions = gateway.world.permissions
    if permissions is not None and sender in permissions.voice_only:
        finer = gateway.profile.finer_from_codes
        row = errors.FROM_NOT_SMS if finer else errors.FROM_NOT_OWNED
        raise ApiError(row, sender=sender)


def _whose(sender: str, gateway: Gateway) -> errors.ErrorCode:
    """Return why a sender that the account has not cannot be sent from."""
    if not gateway.profile.finer_from_codes:
        return errors.FROM_NOT_OWNED
    permissions = gateway.world.permissions
    if permissions is not None and sender in permissions.elsewhere:
        return errors.FROM_ELSEWHERE
    return errors.FROM_UNKNOWN


def check_recipient(to: str) -> str:
    """Check that a message can go to an address at all, and return its country.

    Raises:
        ApiError: 21265 for a short code, 21211 for anything but an E.164 number of a
            country that there is.
    """
    found = country(to)
    if found is None:
        short_code = kind(to) is AddressKind.SHORT_CODE
        row = errors.TO_IS_SHORT_CODE if short_code else errors.INVALID_TO
        raise ApiError(row, to=to)
    return found


def check_content(body: str, media_urls: Sequence[str], gateway: Gateway) -> None:
    """Check a text's length and its media.

    The length is counted in UTF-16 units before smart encoding, as far as one knows.

    Raises:
        ApiError: 21617, 21620 or 21623.
    """
    longest = gateway.profile.body_characters
    if len(body) * 2 > longest and len(body.encode("utf-16-le")) > 2 * longest:
        raise ApiError(errors.BODY_TOO_LONG)
    if len(media_urls) > MOST_MEDIA:
        raise ApiError(errors.TOO_MANY_MEDIA)
    for url in media_urls:
        if not is_web_url(url):
            raise ApiError(errors.INVALID_MEDIA, url=url[:200])


def read_validity_period(form: Form, gateway: Gateway) -> int | None:
    """Return the seconds a message may wait; None where the form does not say.

    Raises:
        ApiError: 21624, where they are not from 1 to the profile's longest.
    """
    value = one(form, "ValidityPeriod")
    if not value:
        return None
    period, longest = whole(value), gateway.profile.longest_validity_period
    if period is None or not 1 <= period <= longest:
        raise ApiError(errors.INVALID_VALIDITY_PERIOD, value=value, longest=longest)
    return period
