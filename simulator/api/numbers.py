"""What the account owns: its phone numbers and short codes.

Numbers are bought out of `stocks`, set, moved to a subaccount and released.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.api import stocks
from simulator.api.forms import one
from simulator.api.messages import VERSION
from simulator.api.pages import Asked, cut, list_2010
from simulator.api.parameters import (
    Parameter,
    flag,
    one_of,
    read_parameters,
    sid,
    text,
    up_to,
    web_url,
)
from simulator.api.paths import ACCOUNT
from simulator.api.pools import NUMBER_TYPES
from simulator.api.requests import Answer
from simulator.engine.inbound import Webhook
from simulator.engine.senders import Sender, SenderType
from simulator.engine.services import NORTH_AMERICA
from sms.addresses import area_code, country, kind
from sms.errors import (
    BAD_REQUEST,
    INVALID_AREA_CODE,
    NO_NUMBER_IN_AREA,
    NOT_FOUND,
    NUMBER_INVALID,
    NUMBER_TAKEN,
    ApiError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from simulator.api.requests import Call, Handler, Route
    from simulator.api.tenants import Labels

_SHORT_CODE = (SenderType.SHORT_CODE,)

_METHOD = one_of("GET", "POST")

_WEBHOOK = {
    "sms_url": "url",
    "sms_method": "method",
    "sms_fallback_url": "fallback_url",
    "sms_fallback_method": "fallback_method",
}
"""Fields of ours, and those of the `Webhook` that they are."""

_BOTH = (
    Parameter(name="FriendlyName", field="friendly_name", read=up_to(64)),
    Parameter(name="ApiVersion", field="api_version", read=text),
    Parameter(name="SmsUrl", field="sms_url", read=web_url),
    Parameter(name="SmsMethod", field="sms_method", read=_METHOD),
    Parameter(name="SmsFallbackUrl", field="sms_fallback_url", read=web_url),
    Parameter(name="SmsFallbackMethod", field="sms_fallback_method", read=_METHOD),
)
"""What a phone number and a short code have alike."""

_SETTINGS = (
    *_BOTH,
    Parameter(name="AddressSid", field="address_sid", read=sid("AD")),
    Parameter(name="BundleSid", field="bundle_sid", read=sid("BU")),
    Parameter(
        name="EmergencyAddressSid", field="emergency_address_sid", read=sid("AD")
    ),
    Parameter(
        name="EmergencyStatus",
        field="emergency_status",
        read=one_of("Active", "Inactive"),
    ),
    Parameter(name="IdentitySid", field="identity_sid", read=sid("RI")),
    Parameter(name="SmsApplicationSid", field="sms_application_sid", read=sid("AP")),
    Parameter(name="StatusCallback", field="status_callback", read=web_url),
    Parameter(
        name="StatusCallbackMethod", field="status_callback_method", read=_METHOD
    ),
    Parameter(name="TrunkSid", field="trunk_sid", read=sid("TK")),
    Parameter(
        name="VoiceApplicationSid", field="voice_application_sid", read=sid("AP")
    ),
    Parameter(name="VoiceCallerIdLookup", field="voice_caller_id_lookup", read=flag),
    Parameter(name="VoiceFallbackMethod", field="voice_fallback_method", read=_METHOD),
    Parameter(name="VoiceFallbackUrl", field="voice_fallback_url", read=web_url),
    Parameter(name="VoiceMethod", field="voice_method", read=_METHOD),
    Parameter(
        name="VoiceReceiveMode", field="voice_receive_mode", read=one_of("voice", "fax")
    ),
    Parameter(name="VoiceUrl", field="voice_url", read=web_url),
)
"""What of voice is set is kept and shown, and nothing comes of it."""

_MOVE = (Parameter(name="AccountSid", field="account_sid", read=sid("AC")),)

_FILTERS = (
    Parameter(name="Beta", field="beta", read=flag),
    Parameter(name="FriendlyName", field="friendly_name", read=text),
    Parameter(name="Origin", field="origin", read=one_of("twilio", "hosted")),
)

_UNSET = (
    "address_sid",
    "bundle_sid",
    "emergency_address_sid",
    "identity_sid",
    "sms_application_sid",
    "status_callback",
    "trunk_sid",
    "voice_application_sid",
    "voice_fallback_url",
    "voice_url",
)
_POSTED = ("status_callback_method", "voice_fallback_method", "voice_method")


def fetch_phone_number(call: Call) -> Answer:
    """Show a phone number."""
    return Answer(200, phone_number(_find(call, NUMBER_TYPES), call))


def update_phone_number(call: Call) -> Answer:
    """Set what a phone number is called and where its messages are told of.

    With `AccountSid` it leaves its pool and moves to another account of the parent's.
    """
    sender = _find(call, NUMBER_TYPES)
    settings = read_parameters(_SETTINGS, call.request.form)
    move = read_parameters(_MOVE, call.request.form)
    _set(sender, call, settings)
    if move and move["account_sid"] != call.tenant.sid:
        call = _move(sender, call, move["account_sid"])
    return Answer(200, phone_number(sender, call))


def _move(sender: Sender, call: Call, account: str) -> Call:
    """Move a number to another account, and return the call as that has it."""
    other = call.tenants.by_sid.get(account)
    if other is None or other.owner != call.tenant.owner:
        raise ApiError(NOT_FOUND, path=f"/{VERSION}/Accounts/{account}")
    webhook = call.gateway.webhooks.get(sender.sid)
    call.gateway.release(sender.sid)
    other.gateway.own(sender)
    if webhook is not None:
        other.gateway.webhooks[sender.sid] = webhook
    other.labels[sender.sid] = call.tenant.labels.pop(sender.sid)
    return replace(call, gateway=other.gateway, tenant=other)


def release(call: Call) -> Answer:
    """Give a phone number up: it leaves its pool and is on sale again."""
    sender = _find(call, NUMBER_TYPES)
    call.gateway.release(sender.sid)
    call.tenant.labels.pop(sender.sid, None)
    return Answer(204)


def list_phone_numbers(call: Call) -> Answer:
    """List the account's phone numbers, or those whose digits hold `PhoneNumber`'s."""
    return _list_kind(call, None)


def _lister(kind: str) -> Handler:
    """Return what lists the account's numbers of a kind."""

    def list_(call: Call) -> Answer:
        return _list_kind(call, kind)

    return list_


def _list_kind(call: Call, kind: str | None) -> Answer:
    senders = [
        sender
        for sender in _holding(call, "PhoneNumber", NUMBER_TYPES)
        if kind in (None, _kind(sender))
    ]
    return _list(call, "incoming_phone_numbers", phone_number, senders)


def create(call: Call) -> Answer:
    """Buy the number of `PhoneNumber`, or the first there is of `AreaCode`.

    Raises:
        ApiError: 21421 or 21422, where it is none or not on sale; 21451 or 21452, where
            there is no such area or nothing left in it.
    """
    form = call.request.form
    number = one(form, "PhoneNumber")
    return _buy(number or _number_in(one(form, "AreaCode"), call), call)


def _buyer(kind: str) -> Handler:
    """Return what buys a number of a kind."""

    def buy(call: Call) -> Answer:
        number = one(call.request.form, "PhoneNumber")
        if not number:
            problem = "Missing required parameter PhoneNumber in the post body"
            raise ApiError(BAD_REQUEST, problem=problem)
        return _buy(number, call, kind)

    return buy


def _number_in(area: str, call: Call) -> str:
    if not area:
        problem = "Missing required parameter PhoneNumber or AreaCode in the post body"
        raise ApiError(BAD_REQUEST, problem=problem)
    if not (area.isascii() and area.isdigit() and len(area) == 3):
        raise ApiError(INVALID_AREA_CODE, problem=area[:20])
    for number in stocks.stock("US", "Local", call.gateway.seed):
        if area_code(number) == area and not call.tenants.owns(number):
            return number
    raise ApiError(NO_NUMBER_IN_AREA, area=area)


def _buy(number: str, call: Call, wanted: str | None = None) -> Answer:
    if country(number) is None or kind(number) is None:
        raise ApiError(NUMBER_INVALID, number=number[:50])
    found = stocks.country_and_kind(number, call.gateway.seed)
    if found is None or wanted not in (None, found[1]) or call.tenants.owns(number):
        raise ApiError(NUMBER_TAKEN, number=number)
    settings = read_parameters(_SETTINGS, call.request.form)
    toll_free = found[1] == "TollFree"
    sender = Sender(
        sid=call.gateway.next_sid("PN"),
        address=number,
        type=SenderType.TOLL_FREE if toll_free else SenderType.LONG_CODE,
        country=found[0],
        area_code=area_code(number),
    )
    call.gateway.own(sender)
    call.tenant.labels_of(sender).created_at = call.now
    _set(sender, call, settings)
    return Answer(201, phone_number(sender, call), sender.sid)


def _set(sender: Sender, call: Call, settings: dict[str, Any]) -> None:
    """Keep what an account has written about a sender."""
    labels = call.tenant.labels_of(sender)
    labels.updated_at = call.now
    webhooks = call.gateway.webhooks
    changes = {_WEBHOOK[k]: v for k, v in settings.items() if k in _WEBHOOK}
    for row in _BOTH:  # an empty URL takes it away
        form = call.request.form
        if row.read is web_url and row.name in form and not one(form, row.name):
            changes[_WEBHOOK[row.field]] = None
    if changes:
        webhook = webhooks.get(sender.sid, Webhook())
        webhooks[sender.sid] = replace(webhook, **changes)
    labels.settings.update({k: v for k, v in settings.items() if k not in _WEBHOOK})


def fetch_short_code(call: Call) -> Answer:
    """Show a short code."""
    return Answer(200, short_code(_find(call, _SHORT_CODE), call))


def update_short_code(call: Call) -> Answer:
    """Set what a short code is called and where its messages are told of."""
    sender = _find(call, _SHORT_CODE)
    _set(sender, call, read_parameters(_BOTH, call.request.form))
    return Answer(200, short_code(sender, call))


def list_short_codes(call: Call) -> Answer:
    """List the account's short codes, or those whose digits hold `ShortCode`'s."""
    return _list(
        call, "short_codes", short_code, _holding(call, "ShortCode", _SHORT_CODE)
    )


def _holding(call: Call, parameter: str, types: Collection[SenderType]) -> list[Sender]:
    """Return the senders of these types that match the filters.

    Source: https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
    (named, not seen): a part of the number is enough, `*` stands for any digit.
    """
    query = call.request.query
    pattern, wanted = one(query, parameter), read_parameters(_FILTERS, query)
    name = wanted.get("friendly_name")
    if wanted.get("beta") or wanted.get("origin") == "hosted":
        return []
    return [
        sender
        for sender in call.gateway.senders.values()
        if sender.type in types
        and _matches(pattern, sender.address)
        and name in (None, _name(sender, call))
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
    has_mms = sender.country in NORTH_AMERICA
    return {
        **dict.fromkeys(_UNSET),
        **dict.fromkeys(_POSTED, "POST"),
        "address_requirements": "none",
        "beta": False,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "voice_caller_id_lookup": False,
        "voice_receive_mode": "voice",
        **_common(sender, call, "IncomingPhoneNumbers"),
        "phone_number": sender.address,
        "capabilities": {"voice": True, "sms": True, "mms": has_mms, "fax": False},
        "origin": "twilio",
        "status": "in-use",
        "type": _kind(sender).lower(),
    }


def short_code(sender: Sender, call: Call) -> dict[str, Any]:
    """Return a short code as Twilio's JSON shows it.

    Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14).
    """
    return {
        **_common(sender, call, "SMS/ShortCodes"),
        "short_code": sender.address,
    }


def _common(sender: Sender, call: Call, path: str) -> dict[str, Any]:
    """Return the fields that both have, what has been set among them."""
    account = call.tenant.sid
    labels = _labels(sender, call)
    webhook = call.gateway.webhooks.get(sender.sid, _NO_WEBHOOK)
    return {
        "sid": sender.sid,
        "account_sid": account,
        "api_version": VERSION,
        "date_created": call.dates.rfc2822(labels.created_at),
        "date_updated": call.dates.rfc2822(labels.updated_at),
        "friendly_name": sender.address,
        "uri": f"/{VERSION}/Accounts/{account}/{path}/{sender.sid}.json",
        **{name: getattr(webhook, field) for name, field in _WEBHOOK.items()},
        **labels.settings,
    }


def _labels(sender: Sender, call: Call) -> Labels:
    return call.tenant.labels_of(sender)


def _name(sender: Sender, call: Call) -> Any:
    return _labels(sender, call).settings.get("friendly_name", sender.address)


def _kind(sender: Sender) -> str:
    """Return which of the three lists a number is in."""
    if sender.type is SenderType.TOLL_FREE:
        return "TollFree"
    if sender.country in NORTH_AMERICA or _begins_with(
        sender.address, stocks.RANGES.get((sender.country or "", "Local"), ())
    ):
        return "Local"
    return "Mobile"


def _begins_with(address: str, prefixes: Iterable[str]) -> bool:
    return address.startswith(tuple(prefixes))


_NO_WEBHOOK = Webhook()

_NUMBERS, _CODES = f"{ACCOUNT}/IncomingPhoneNumbers", f"{ACCOUNT}/SMS/ShortCodes"
_KINDS = ("Local", "Mobile", "TollFree")

ROUTES: Sequence[Route] = (
    ("GET", f"{_NUMBERS}.json", list_phone_numbers),
    ("POST", f"{_NUMBERS}.json", create),
    *(("GET", f"{_NUMBERS}/{kind}.json", _lister(kind)) for kind in _KINDS),
    *(("POST", f"{_NUMBERS}/{kind}.json", _buyer(kind)) for kind in _KINDS),
    ("GET", f"{_NUMBERS}/{{sender}}.json", fetch_phone_number),
    ("POST", f"{_NUMBERS}/{{sender}}.json", update_phone_number),
    ("DELETE", f"{_NUMBERS}/{{sender}}.json", release),
    ("GET", f"{_CODES}.json", list_short_codes),
    ("GET", f"{_CODES}/{{sender}}.json", fetch_short_code),
    ("POST", f"{_CODES}/{{sender}}.json", update_short_code),
)
