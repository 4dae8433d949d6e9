"""Line types: what a number rings, as far as the range that it stands in tells.

libphonenumber knows the ranges; it is loaded when the first number from outside of +1
is asked about.  Ranges kept for examples and drama are decided here, for there some of
them belong to nobody.
"""

from __future__ import annotations

import re
from enum import StrEnum

from sms.addresses import area_code
from sms.area_codes import TOLL_FREE
from sms.countries import calling_code


class LineType(StrEnum):
    """What answers: `UNKNOWN` are ranges that no country has given out."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    TOLL_FREE = "toll_free"
    VOIP = "voip"
    OTHER = "other"
    UNKNOWN = "unknown"


_E164_ABROAD = re.compile(r"\+[2-9][0-9]{6,14}")
_FICTIONAL_NANP = re.compile(r"\+1[0-9]{3}55501[0-9]{2}")
_FICTIONAL_MOBILE = re.compile(r"\+(?:447700900|3363998[0-9])[0-9]{3}")
_FICTIONAL_LANDLINE = re.compile(
    r"\+44(?:1(?:1[3-8]|[2-6]1)4960|1914980|1632960|2079460|2896496|2920180)[0-9]{3}"
)

# By phonenumbers.PhoneNumberType; what is missing is LineType.OTHER.
_BY_NUMBER_TYPE = {
    0: LineType.LANDLINE,
    1: LineType.MOBILE,
    2: None,  # a landline or a mobile
    3: LineType.TOLL_FREE,
    6: LineType.VOIP,
    99: LineType.UNKNOWN,
}


def line_type(address: str) -> LineType | None:
    """Return what an E.164 number rings, or None where its range holds several types.

    In +1 mobiles and landlines share all ranges, so only toll-free numbers are told
    apart, and 555-0100 to 555-0199 count as mobiles.

    Source: Ofcom, telephone numbers for drama use; Arcep 2018-0881; nanpa.com, 555
    line numbers (named, not seen).
    """
    if (area := area_code(address)) is not None:
        if area in TOLL_FREE:
            return LineType.TOLL_FREE
        return LineType.MOBILE if _FICTIONAL_NANP.fullmatch(address) else None
    if _E164_ABROAD.fullmatch(address) is None:
        return None
    if _FICTIONAL_MOBILE.fullmatch(address):
        return LineType.MOBILE
    if _FICTIONAL_LANDLINE.fullmatch(address):
        return LineType.LANDLINE
    return _by_phonenumbers(address[1:])


def _by_phonenumbers(digits: str) -> LineType | None:
    import phonenumbers  # noqa: PLC0415, runs within +1 are done without it

    code = calling_code(digits)
    if code is None:
        return LineType.UNKNOWN
    national = digits[len(code) :]
    number = phonenumbers.PhoneNumber(
        country_code=int(code),
        national_number=int(national),
        italian_leading_zero=national[0] == "0",
    )
    return _BY_NUMBER_TYPE.get(phonenumbers.number_type(number), LineType.OTHER)
