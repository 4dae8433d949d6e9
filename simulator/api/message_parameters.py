"""The parameters of POST Messages: all of the OpenAPI file's, and `Tags`.

Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14); `Tags` and
the codes by each one's page (read 2026-11-23).
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulator.api.parameters import (
    Parameter,
    Reader,
    callback_url,
    flag,
    json_object,
    one_of,
    sid,
    text,
    web_url,
    whole,
)
from sms import errors
from sms.addresses import kind

if TYPE_CHECKING:
    from collections.abc import Sequence

_LARGEST = 2**31 - 1


def _is(word: str, other: str) -> Reader:
    """Return a reader of one of two words, which says whether it is the first."""
    read = one_of(word, other)
    return lambda value: read(value) == word


def price(value: str) -> float:
    """Read a float."""
    try:
        read = float(value)
    except ValueError:
        read = math.nan
    if not math.isfinite(read):
        raise ValueError("is a float")
    return read


def address(value: str) -> str:
    """Read what a message can leave from, by its form alone."""
    if kind(value) is None:
        raise ValueError("is a number, a short code or a sender ID")
    return value


def date_time(value: str) -> datetime:
    """Read a date with its time as ISO 8601 has it, in UTC where it names no zone."""
    read: datetime | None = None
    try:
        read = datetime.fromisoformat(value)
        read = read.replace(tzinfo=read.tzinfo or UTC)
        read = read.astimezone(UTC)
    except OverflowError:  # of the first or the last hours there are
        edge = datetime.max if read and read.year > 1 else datetime.min
        read = edge.replace(tzinfo=UTC)
    except ValueError:
        read = None
    if read is None or ":" not in value:
        raise ValueError("is written YYYY-MM-DDTHH:MM:SSZ")
    return read


PARAMETERS: Sequence[Parameter] = (
    Parameter(name="To", field="recipient", read=text),
    Parameter(name="From", field="sender", read=text),
    Parameter(name="MessagingServiceSid", field="service", read=text),
    Parameter(name="Body", field="body", read=text),
    Parameter(
        name="MediaUrl",
        field="media_urls",
        read=web_url,
        error=errors.INVALID_MEDIA,
        repeated=True,
    ),
    Parameter(name="ValidityPeriod", field="validity_period", read=text),
    Parameter(
        name="StatusCallback",
        field="status_callback",
        read=callback_url,
        error=errors.INVALID_CALLBACK,
    ),
    Parameter(
        name="MaxPrice",
        field="max_price",
        read=price,
        error=errors.INVALID_MAX_PRICE,
    ),
    Parameter(
        name="ContentSid",
        field="template",
        read=sid("HX"),
        error=errors.INVALID_TEMPLATE,
    ),
    Parameter(
        name="ContentVariables",
        field="variables",
        read=json_object,
        error=errors.INVALID_VARIABLES,
    ),
    Parameter(
        name="ContentRetention",
        field="discard",
        read=_is("discard", "retain"),
        error=errors.INVALID_CONTENT_RETENTION,
    ),
    Parameter(
        name="AddressRetention",
        field="obfuscate",
        read=_is("obfuscate", "retain"),
        error=errors.INVALID_ADDRESS_RETENTION,
    ),
    Parameter(name="ApplicationSid", field="application", read=sid("AP")),
    Parameter(name="Attempt", field="attempt", read=whole(-_LARGEST, _LARGEST)),
    Parameter(name="FallbackFrom", field="fallback_from", read=address),
    Parameter(name="ForceDelivery", field="force_delivery", read=flag),
    Parameter(
        name="PersistentAction",
        field="persistent_actions",
        read=text,
        repeated=True,
    ),
    Parameter(name="ProvideFeedback", field="feedback", read=flag),
    Parameter(name="RiskCheck", field="risk_check", read=one_of("enable", "disable")),
    Parameter(name="SendAsMms", field="as_mms", read=flag),
    Parameter(name="ShortenUrls", field="shorten_urls", read=flag),
    Parameter(name="SmartEncoded", field="smart_encoding", read=flag),
    Parameter(name="Tags", field="tags", read=json_object),
    Parameter(name="TrafficType", field="traffic_type", read=one_of("free")),
    Parameter(
        name="ScheduleType",
        field="schedule_type",
        read=one_of("fixed"),
        error=errors.INVALID_SCHEDULE,
    ),
    Parameter(
        name="SendAt",
        field="send_at",
        read=date_time,
        error=errors.INVALID_SEND_AT,
    ),
)
"""In the order they are looked at, after what makes a message at all."""
