"""Addresses: E.164 numbers, short codes and alphanumeric sender IDs.

All that is asked once a message (`kind`, `country`, `area_code`, `overlays`) is a
regular expression and look-ups in shipped tables.  Only `normalise` turns to
phonenumbers, and only for the national formats of countries outside +1.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from sms.area_codes import OVERLAYS
from sms.countries import CALLING_CODES, NORTH_AMERICA, SHARED, calling_code

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_TEXT = 64
"""Characters of a cell above which it is not even looked at."""

_KINDS = re.compile(
    r"(?P<phone_number>\+[1-9][0-9]{6,14})"
    r"|(?P<short_code>[1-9][0-9]{2,7})"
    r"|(?P<alphanumeric>(?=.*[A-Za-z])[A-Za-z0-9 +\-_&]{1,11})"
)
_E164 = re.compile(r"\+(1[2-9][0-9]{9}|[2-9][0-9]{6,14})")
_NANP = re.compile(r"\+1([2-9][0-9]{2})[0-9]{7}")
_NANP_REGIONS = frozenset(NORTH_AMERICA.values()) | {"US"}
_NANP_NATIONAL = re.compile(r"1?([2-9][0-9]{9})")
_NANP_ABROAD = re.compile(r"(?:011|00)([1-9][0-9]+)")

_TRUNK_ZERO = re.compile(r"((?:\+|00)[\s0-9.-]*)\(0\)")
"""The zero in `+44 (0)20`, which is for those who call from within."""

_BETWEEN_DIGITS = re.compile(
    r"^tel:|[\s().\-/\u00ad\u00b7\u2010-\u2015\u2212\u30fc"  # dashes and dots
    r"\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]",  # what nobody sees
    re.IGNORECASE,
)
# By phonenumbers.ValidationResult.
_WHY_IMPOSSIBLE = (
    "is not of 7 to 15 digits",
    "has no country",
    "is too short",
    "is too long",
    "lacks its area code",
    "has a length that no number there has",
)
_OUT_OF_PLACE = re.compile(r"[^0-9]")


class AddressKind(StrEnum):
    """What a message can leave from or go to."""

    PHONE_NUMBER = "phone_number"
    SHORT_CODE = "short_code"
    ALPHANUMERIC = "alphanumeric"


_KIND_BY_GROUP: Mapping[str | None, AddressKind] = {k.value: k for k in AddressKind}


class Address(NamedTuple):
    """An address taken apart; only a phone number has a country, only +1 an area."""

    text: str
    kind: AddressKind
    country: str | None
    area_code: str | None


def parse(text: str) -> Address:
    """Take an address apart.

    Raises:
        ValueError: It is neither an E.164 number, nor a short code of 3 to 8 digits,
            nor an alphanumeric sender ID.
    """
    found = kind(text)
    if found is None:
        raise ValueError(
            f"{text!r} is no address: write a number as + and digits, a short code as "
            "3 to 8 digits, or a sender ID of up to 11 letters, digits and spaces"
        )
    return Address(text, found, country(text), area_code(text))


def kind(address: str) -> AddressKind | None:
    """Return what an address is, by its form alone; None if it is nothing we know.

    An alphanumeric sender ID has 1 to 11 of letters, digits, space and `+-_&`, at
    least one of them a letter.

    Source: https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id
    (named, not seen).
    """
    match = _KINDS.fullmatch(address)
    return _KIND_BY_GROUP[match.lastgroup] if match else None


def country(address: str) -> str | None:
    """Return the ISO 3166 code of an E.164 number's country.

    None for what is no E.164 number, has an unknown calling code, or belongs to no
    country, as satellite phones do.  Toll-free numbers of +1 count as the US's.
    """
    match = _E164.fullmatch(address)
    if match is None:
        return None
    digits = match[1]
    if digits[0] == "1":
        return NORTH_AMERICA.get(digits[1:4], "US")
    code = calling_code(digits)
    if code is None:
        return None
    shared = SHARED.get(code)
    if shared and (lesser := shared.match(digits, len(code))):
        return lesser.lastgroup
    return CALLING_CODES[code].country


def area_code(address: str) -> str | None:
    """Return the three digits after +1 of an E.164 number, toll-free ones included."""
    match = _NANP.fullmatch(address)
    return match[1] if match else None


def overlays(area_code: str) -> frozenset[str]:
    """Return the other area codes that serve some of the same territory."""
    return OVERLAYS.get(area_code, frozenset())


def normalise(text: str, region: str = "US") -> str:
    """Return a number in E.164, however a customer's list has it written.

    `region` is the country (ISO 3166) whose own way of writing numbers is meant where
    there is no `+`.  A number need not be one that is given out, but its country and
    its length must be possible.

    Raises:
        ValueError: It is no such number; the text says why, and what would do.
    """
    if text.startswith("+") and _is_possible(text[1:]):
        return text
    digits = _digits(text)
    if digits.startswith("+"):
        return _from_abroad(text, digits[1:])
    if region not in _NANP_REGIONS:
        return _from_within(text, digits, region)
    if match := _NANP_ABROAD.fullmatch(digits):
        return _from_abroad(text, match[1])
    return _north_american(text, digits)


def _digits(text: str) -> str:
    """Return the digits of a cell, with the plus before them if there is one."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(
            f"{text[:20]!r}… is no phone number: it has {len(text)} characters, and "
            f"above {LONGEST_TEXT} nothing is looked at"
        )
    folded = unicodedata.normalize("NFKC", text).strip()
    folded = re.sub(r"\d", lambda digit: str(int(digit[0])), folded)
    digits = _BETWEEN_DIGITS.sub("", _TRUNK_ZERO.sub(r"\1", folded, count=1))
    if stray := _OUT_OF_PLACE.search(digits.removeprefix("+")):
        raise ValueError(
            f"{text!r} is no phone number: {stray[0]!r} has no place in one; write "
            "digits alone, without letters or an extension"
        )
    if not digits.strip("+"):
        raise ValueError(f"{text!r} is no phone number: there are no digits in it")
    return digits


def _north_american(text: str, digits: str) -> str:
    if match := _NANP_NATIONAL.fullmatch(digits):
        return f"+1{match[1]}"
    raise ValueError(
        f"{text!r} is no number of +1: {digits.removeprefix('1')} is not 10 digits, "
        "the first of them 2 to 9; write the area code too, or + and the country code "
        "if it is abroad"
    )


def _from_abroad(text: str, digits: str) -> str:
    """Return the E.164 of what stands after a plus, or after the prefix that means it.

    What looks wrong may hold a trunk prefix, as `+44 020` does: phonenumbers knows.
    """
    if _is_possible(digits):
        return f"+{digits}"
    if digits.startswith("1"):
        return _north_american(text, digits)
    if calling_code(digits) is None:
        raise ValueError(
            f"{text!r} is no phone number: +{digits[:3]} begins no country's calling "
            "code; write + and the country code, or the national number alone"
        )
    return _by_phonenumbers(text, f"+{digits}", None)


def _from_within(text: str, digits: str, region: str) -> str:
    """Return the E.164 of a number as its own country writes it, outside of +1."""
    try:
        return _by_phonenumbers(text, digits, region)
    except ValueError:
        if digits.startswith("00"):
            return _from_abroad(text, digits[2:])
        raise


def _by_phonenumbers(text: str, digits: str, region: str | None) -> str:
    import phonenumbers  # noqa: PLC0415, most lists are done without it

    if region is not None and region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(
            f"region {region!r} is no country with telephone numbers: write its two "
            "letters of ISO 3166, such as US or GB"
        )
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException as error:
        raise ValueError(
            f"{text!r} is no phone number: it is far too short or too long; write "
            "+, the country code and the number"
        ) from error
    reason = phonenumbers.is_possible_number_with_reason(number)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE or not kind(written):
        raise ValueError(
            f"{text!r} is no number of {region or f'+{number.country_code}'}: it "
            f"{_WHY_IMPOSSIBLE[reason]}; write it in full with the area code, or + and "
            "the country code if it is abroad"
        )
    return written


def _is_possible(digits: str) -> bool:
    """Return whether a number is whole as it stands: known country, possible length.

    A zero right after the calling code belongs to the number in some countries only,
    so that is for phonenumbers to say.
    """
    if _E164.fullmatch(f"+{digits}") is None:
        return False
    if digits.startswith("1"):
        return True
    code = calling_code(digits)
    if code is None:
        return False
    national = digits[len(code) :]
    return len(national) in CALLING_CODES[code].lengths and national[0] != "0"
