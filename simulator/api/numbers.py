"""What the account owns: its phone numbers and short codes, to be listed and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.forms import one
from simulator.api.messages import VERSION
from simulator.api.pages import Asked, cut, list_2010
from simulator.api.paths import ACCOUNT
from simulator.api.pools import NUMBER_TYPES
from simulator.api.requests import Answer
from simulator.engine.senders import SenderType
from simulator.engine.services import NORTH_AMERICA
from sms.errors import NOT_FOUND, ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from simulator.api.requests import Call, Route
    from simulator.engine.senders import Sender

_SHORT_CODE = (SenderType.SHORT_CODE,)

_UNSET = (
    "address_sid",
    "bundle_sid",
    "emergency_address_sid",
    "identity_sid",
    "sms_application_sid",
    "sms_fallback_url",
    "sms_url",
    "status_callback",
    "trunk_sid",
    "voice_application_sid",
    "voice_fallback_url",
    "voice_url",
)
_POSTED = (
    "sms_fallback_method",
    "sms_method",
    "status_callback_method",
    "voice_fallback_method",
    "voice_method",
)


def fetch_phone_number(call: Call) -> Answer:
    """Show a phone number."""
    return Answer(200, phone_number(_find(call, NUMBER_TYPES), call))


def list_phone_numbers(call: Call) -> Answer:
    """List the account's phone numbers, or those whose digits hold `PhoneNumber`'s."""
    return _list(
        call,
        "incoming_phone_numbers",
        phone_number,
        _holding(call, "PhoneNumber", NUMBER_TYPES),
    )


def fetch_short_code(call: Call) -> Answer:
    """Show a short code."""
    return Answer(200, short_code(_find(call, _SHORT_CODE), call))


def list_short_codes(call: Call) -> Answer:
    """List the account's short codes, or those whose digits hold `ShortCode`'s."""
    return _list(
        call, "short_codes", short_code, _holding(call, "ShortCode", _SHORT_CODE)
    )


def _holding(call: Call, parameter: str, types: Collection[SenderType]) -> list[Sender]:
    """Return the senders of these types whose address matches a filter.

    Source: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
    (named, not seen): a part of the number is enough, `*` stands for any digit.
    """
    pattern = one(call.request.query, parameter)
    return [
        sender
        for sender in call.gateway.senders.values()
        if sender.type in types and _matches(pattern, sender.address)
    ]


def _matches(pattern: str, address: str) -> bool:
    """Say whether a pattern lies anywhere within an address."""
    return any(
        all(p in ("*", a) for p, a in zip(pattern, address[at:], strict=False))
        for at in range(len(address) - len(pattern) + 1)
    )


def _list(
    call: Call,
    key: str,
    record: Callable[[Sender, Call], dict[str, Any]],
    senders: list[Sender],
) -> Answer:
    page = cut(Asked.read(call.request.query), senders, lambda s: s.sid)
    return list_2010(call, key, page, [record(s, call) for s in page.items])


def _find(call: Call, types: Collection[SenderType]) -> Sender:
    sender = call.gateway.senders.get(call.names["sender"])
    if sender is None or sender.type not in types:
        raise ApiError(NOT_FOUND, path=call.request.path)
    return sender


def phone_number(sender: Sender, call: Call) -> dict[str, Any]:
    """Return a phone number as Twilio's JSON shows it; what it lacks is null.

    Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14).
    """
    toll_free = sender.type is SenderType.TOLL_FREE
    has_mms = sender.country in NORTH_AMERICA
    return {
        **_common(sender, call, "IncomingPhoneNumbers"),
        "phone_number": sender.address,
        "address_requirements": "none",
        "beta": False,
        "capabilities": {"voice": True, "sms": True, "mms": has_mms, "fax": False},
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "origin": "twilio",
        "status": "in-use",
        "type": "tollfree" if toll_free else "local" if has_mms else "mobile",
        "voice_caller_id_lookup": False,
        "voice_receive_mode": "voice",
        **dict.fromkeys(_UNSET),
        **dict.fromkeys(_POSTED, "POST"),
    }


def short_code(sender: Sender, call: Call) -> dict[str, Any]:
    """Return a short code as Twilio's JSON shows it.

    Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14).
    """
    return {
        **_common(sender, call, "SMS/ShortCodes"),
        "short_code": sender.address,
        "sms_fallback_method": "POST",
        "sms_fallback_url": None,
        "sms_method": "POST",
        "sms_url": None,
    }


def _common(sender: Sender, call: Call, path: str) -> dict[str, Any]:
    """Return the fields that both have; the account has owned all since the start."""
    account = call.gateway.world.account_sid
    return {
        "sid": sender.sid,
        "account_sid": account,
        "api_version": VERSION,
        "date_created": call.dates.rfc2822(0.0),
        "date_updated": call.dates.rfc2822(0.0),
        "friendly_name": sender.address,
        "uri": f"/{VERSION}/Accounts/{account}/{path}/{sender.sid}.json",
    }


_NUMBERS, _CODES = f"{ACCOUNT}/IncomingPhoneNumbers", f"{ACCOUNT}/SMS/ShortCodes"

ROUTES: Sequence[Route] = (
    ("GET", f"{_NUMBERS}.json", list_phone_numbers),
    ("GET", f"{_NUMBERS}/{{sender}}.json", fetch_phone_number),
    ("GET", f"{_CODES}.json", list_short_codes),
    ("GET", f"{_CODES}/{{sender}}.json", fetch_short_code),
)
