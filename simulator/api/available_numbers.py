"""The AvailablePhoneNumbers resource: which numbers are on sale, and of which kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.api.pages import Asked, cut, list_2010
from simulator.api.parameters import Parameter, flag, read_parameters, text, whole
from simulator.api.paths import ACCOUNT
from simulator.api.requests import Answer
from simulator.api.stocks import COUNTRIES, KINDS, miles, place_of, stock
from simulator.engine.services import NORTH_AMERICA
from sms.addresses import area_code
from sms.errors import NOT_FOUND, ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.api.requests import Call, Handler, Route

NEAR = 25.0
"""Miles within which a number is near, if `Distance` does not say."""

_CONTAINS = re.compile(r"[0-9*+A-Za-z]{1,20}", re.ASCII)
_POINT = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]+)?),\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)")
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


def _pattern(value: str) -> re.Pattern[str]:
    """Read digits, letters as on a keypad, and `*` for any one digit."""
    if not _CONTAINS.fullmatch(value):
        raise ValueError("is of digits, letters and *")
    digits = re.escape(value.upper().translate(_KEYPAD)).replace(r"\*", "[0-9]")
    return re.compile(digits)


def _point(value: str) -> tuple[float, float]:
    """Read latitude and longitude in degrees."""
    match = _POINT.fullmatch(value)
    if match is None:
        raise ValueError("is latitude,longitude in degrees")
    return float(match[1]), float(match[2])


_PARAMETERS = (
    Parameter(name="AreaCode", field="area", read=whole(200, 999)),
    Parameter(name="Contains", field="contains", read=_pattern),
    Parameter(name="SmsEnabled", field="sms", read=flag),
    Parameter(name="MmsEnabled", field="mms", read=flag),
    Parameter(name="VoiceEnabled", field="voice", read=flag),
    Parameter(name="FaxEnabled", field="fax", read=flag),
    Parameter(name="ExcludeAllAddressRequired", field="any_address", read=flag),
    Parameter(name="ExcludeLocalAddressRequired", field="local_address", read=flag),
    Parameter(name="ExcludeForeignAddressRequired", field="foreign_address", read=flag),
    Parameter(name="Beta", field="beta", read=flag),
    Parameter(name="NearNumber", field="number", read=text),
    Parameter(name="NearLatLong", field="point", read=_point),
    Parameter(name="Distance", field="distance", read=whole(1, 500)),
    Parameter(name="InPostalCode", field="postal_code", read=text),
    Parameter(name="InRegion", field="region", read=text),
    Parameter(name="InRateCenter", field="rate_center", read=text),
    Parameter(name="InLata", field="lata", read=text),
    Parameter(name="InLocality", field="locality", read=text),
)
_PLACED = ("postal_code", "region", "rate_center", "lata", "locality")
_CAPABLE = {"sms": "SMS", "mms": "MMS", "voice": "voice", "fax": "fax"}


def list_countries(call: Call) -> Answer:
    """List the countries that have numbers on sale."""
    page = cut(Asked.read(call.request.query), list(COUNTRIES), str)
    return list_2010(call, "countries", page, [_country(c, call) for c in page.items])


def fetch_country(call: Call) -> Answer:
    """Show which kinds of numbers a country has."""
    return Answer(200, _country(_known(call), call))


def _lister(kind: str) -> Handler:
    """Return what lists the numbers of a kind that are on sale."""

    def list_(call: Call) -> Answer:
        return _list(call, kind)

    return list_


def _list(call: Call, kind: str) -> Answer:
    country, query = _known(call), call.request.query
    wanted = read_parameters(_PARAMETERS, query)
    shown = list(_matching(call, country, kind, wanted))
    page = cut(Asked.read(query), shown, lambda one: str(one["phone_number"])[1:])
    return list_2010(call, "available_phone_numbers", page, page.items)


def _matching(
    call: Call, country: str, kind: str, wanted: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield the records of the numbers on sale that pass all filters."""
    owns = call.tenants.owns
    area, contains = wanted.get("area"), wanted.get("contains")
    for number in stock(country, kind, call.gateway.seed):
        if area is not None and area_code(number) != str(area):
            continue
        if contains is not None and not contains.search(number):
            continue
        shown = record(number, country)
        if _fits(shown, number, country, wanted) and not owns(number):
            yield shown


def _fits(
    shown: Mapping[str, Any], number: str, country: str, wanted: Mapping[str, Any]
) -> bool:
    able = shown["capabilities"]
    if any(able[key] < wanted.get(name, False) for name, key in _CAPABLE.items()):
        return False
    if any(shown[name] != wanted.get(name, shown[name]) for name in _PLACED):
        return False
    near = wanted.get("number")
    if near is not None and area_code(near) != area_code(number):
        return False
    point, place = wanted.get("point"), place_of(number, country)
    if point is None:
        return True
    reach = wanted.get("distance", NEAR)
    return place is not None and miles(place, *point) <= reach


def _known(call: Call) -> str:
    country = call.names["country"]
    if country not in COUNTRIES:
        raise ApiError(NOT_FOUND, path=call.request.path)
    return country


def _country(country: str, call: Call) -> dict[str, Any]:
    """Return a country as Twilio's JSON shows it: links to the kinds it has.

    Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14).
    """
    uri = f"{ACCOUNT.format(account=call.tenant.sid)}/AvailablePhoneNumbers/{country}"
    seed = call.gateway.seed
    return {
        "beta": False,
        "country": COUNTRIES[country],
        "country_code": country,
        "subresource_uris": {
            _snake(kind): f"{uri}/{kind}.json"
            for kind in KINDS
            if stock(country, kind, seed)
        },
        "uri": f"{uri}.json",
    }


def _snake(kind: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()


def record(number: str, country: str) -> dict[str, Any]:
    """Return a number on sale as Twilio's JSON shows it.

    Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14).
    """
    place, home = place_of(number, country), country in NORTH_AMERICA
    return {
        "address_requirements": "none",
        "beta": False,
        "capabilities": {"voice": True, "SMS": True, "MMS": home, "fax": False},
        "friendly_name": pretty(number),
        "iso_country": country,
        "lata": None,
        "latitude": place and place.latitude,
        "locality": place and place.locality,
        "longitude": place and place.longitude,
        "phone_number": number,
        "postal_code": None,
        "rate_center": place and place.locality.upper(),
        "region": place and place.region,
    }


def pretty(number: str) -> str:
    """Return a number as people there write it, where that is known."""
    if number.startswith("+1") and len(number) == 12:
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number


_ON_SALE = f"{ACCOUNT}/AvailablePhoneNumbers"

ROUTES: Sequence[Route] = (
    ("GET", f"{_ON_SALE}.json", list_countries),
    ("GET", f"{_ON_SALE}/{{country}}.json", fetch_country),
    *(("GET", f"{_ON_SALE}/{{country}}/{kind}.json", _lister(kind)) for kind in KINDS),
)
