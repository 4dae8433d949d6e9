"""Reads a message out of the form of POST Messages, and refuses what cannot be one.

The order of the checks is Twilio's product as much as their codes, but is documented
nowhere; this one is the project's own.  `simulator.engine` adds its own refusals.

Source: https://www.twilio.com/docs/messaging/api/message-resource and each code's page
(read 2026-11-23).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.api.forms import boolean, firsts, is_web_url, many, one, whole
from simulator.api.forms import callback_url as read_callback_url
from simulator.engine.messages import Draft
from sms import errors
from sms.addresses import AddressKind, country, kind
from sms.errors import BAD_REQUEST, ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Form
    from simulator.engine.gateway import Gateway

MOST_MEDIA = 10

_LATER = frozenset({"SendAt", "ScheduleType"})

NO_SCHEDULE = (
    "SendAt and ScheduleType are not imitated here, and the message would leave at "
    "once: leave them out"
)

_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")


def read_draft(form: Form, gateway: Gateway) -> Draft:
    """Return the message a form asks for.

    Raises:
        ApiError: what is missing, malformed or not the account's.
    """
    given = firsts(form)
    to, sender = given.get("To", ""), given.get("From", "")
    service = given.get("MessagingServiceSid", "")
    if sender[:2] == "MG" and not service:
        sender, service = "", sender
    if not to:
        raise ApiError(errors.NO_TO)
    if not (sender or service):
        raise ApiError(errors.NO_FROM)
    if not _LATER.isdisjoint(given):
        raise ApiError(BAD_REQUEST, problem=NO_SCHEDULE)
    body, media_urls = given.get("Body", ""), many(form, "MediaUrl")
    if not body and not any(media_urls):
        raise ApiError(errors.NO_CONTENT if service else errors.NO_BODY)
    to_country = _check_senders(sender, service, to, gateway)
    check_content(body, media_urls, gateway)
    return Draft(
        to,
        body,
        sender or None,
        service or None,
        tuple(media_urls),
        read_callback_url(given, "StatusCallback"),
        read_validity_period(given, gateway),
        boolean(given, "SmartEncoded"),
        to_country,
    )


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
    if not sender:
        return to_country
    if known_service is not None:
        addresses = {member.address for member in known_service.pool.values()}
        if sender not in addresses:
            raise ApiError(errors.FROM_NOT_OWNED, sender=sender)
    elif known_sender is None:
        raise ApiError(errors.FROM_NOT_OWNED, sender=sender)
    return to_country


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
