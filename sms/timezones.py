"""Time zones: what the clock says where a number is at home.

libphonenumber knows the zones of area codes and exchanges, and is loaded when the first
number is asked about.  A phone that has moved keeps its number, so this is where a
number was given out, which is what rules about quiet hours go by.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from sms.addresses import country, overlays
from sms.area_codes import TOLL_FREE
from sms.countries import calling_code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

NOWHERE: Final = "UTC"
"""The zone of what has no country: satellite phones, short codes, names."""

MAIN_ZONES: Final[Mapping[str, str]] = {
    "AU": "Australia/Sydney",
    "BQ": "America/Kralendijk",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CW": "America/Curacao",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FM": "Pacific/Pohnpei",
    "GB": "Europe/London",
    "GG": "Europe/Guernsey",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "IE": "Europe/Dublin",
    "IM": "Europe/Isle_of_Man",
    "IT": "Europe/Rome",
    "JE": "Europe/Jersey",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "NO": "Europe/Oslo",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PT": "Europe/Lisbon",
    "RE": "Indian/Reunion",
    "RU": "Europe/Moscow",
    "US": "America/New_York",
    "YT": "Indian/Mayotte",
}
"""Where most people of a country with several zones live."""

_SPLIT_RANGES: Final[Mapping[str, str]] = {
    "1208": "America/Boise",
    "1310": "America/Los_Angeles",
    "1605": "America/Chicago",
    "1701": "America/Chicago",
    "1709": "America/St_Johns",
    "1775": "America/Los_Angeles",
    "1867": "America/Edmonton",
    "1879": "America/St_Johns",
    "1907": "America/Anchorage",
    "1928": "America/Phoenix",
    "1986": "America/Boise",
    "618": "Australia/Perth",
    "6240": "Asia/Makassar",
}
"""Where most people of a range live whose numbers tell too little."""

_PREFIX, _EXCHANGE = 9, 7
"""Digits that libphonenumber's zones go by, calling code included; the 2nd in +1."""


def zone(address: str) -> ZoneInfo:
    """Return the time zone of an E.164 number.

    In +1 it is that of the area code, and of the exchange where a line runs through the
    area.  Numbers that belong to no place (toll-free ones, mobiles of large countries)
    have their country's main zone, and what has no country has UTC.
    """
    return zone_within(country(address), address)


def zone_within(land: str | None, address: str) -> ZoneInfo:
    """Return the time zone of a number whose country is known already."""
    if land is None:
        return _named(NOWHERE)
    known = _EXCHANGE if address.startswith("+1") else _PREFIX
    return _zone_of(address[1 : 1 + known], land)


def local(address: str, moment: datetime) -> datetime:
    """Return a moment, which must have a time zone, as the clock at an address says."""
    return moment.astimezone(zone(address))


@lru_cache(maxsize=1 << 12)
def _zone_of(digits: str, land: str) -> ZoneInfo:
    if digits.startswith("1") and digits[1:4] in TOLL_FREE:
        return _named(MAIN_ZONES["US"])
    main = _SPLIT_RANGES.get(digits[:4]) or _SPLIT_RANGES.get(digits[:3])
    zones = _zones_of_area(digits) if digits.startswith("1") else _zones(digits)
    return _named(_one_of(zones, main or MAIN_ZONES.get(land)))


def _zones_of_area(digits: str) -> tuple[str, ...]:
    """Return the zones of a number of +1, or of the area that its own lies over."""
    everywhere = _zones("1")
    neighbours = sorted(overlays(digits[1:4]))
    for prefix in (digits, *(f"1{neighbour}" for neighbour in neighbours)):
        if (zones := _zones(prefix)) != everywhere:
            return zones
    return ()


def _one_of(zones: tuple[str, ...], main: str | None) -> str:
    if len(zones) == 1:
        return zones[0]
    return main or (zones or (NOWHERE,))[0]


def _zones(digits: str) -> tuple[str, ...]:
    """Return every zone that libphonenumber has for the beginning of a number."""
    import phonenumbers  # noqa: PLC0415, slow to load, and few runs ask
    from phonenumbers import timezone  # noqa: PLC0415

    code = calling_code(digits) or "1"
    national = digits[len(code) :]
    number = phonenumbers.PhoneNumber(
        country_code=int(code),
        national_number=int(national or 0),
        italian_leading_zero=national.startswith("0"),
    )
    found: tuple[str, ...] = timezone.time_zones_for_geographical_number(number)
    return () if found == (timezone.UNKNOWN_TIMEZONE,) else found


@lru_cache(maxsize=512)
def _named(key: str) -> ZoneInfo:
    return ZoneInfo(key)
