"""Line types are libphonenumber's, but where numbers are kept for examples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import phonenumbers
import pytest

from sms.line_types import LineType, line_type


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("+14155550100", LineType.MOBILE),
        ("+14155550199", LineType.MOBILE),
        ("+14155550200", None),
        ("+14152345678", None),
        ("+18005550123", LineType.TOLL_FREE),
        ("+18882345678", LineType.TOLL_FREE),
        ("+447700900123", LineType.MOBILE),
        ("+33639981234", LineType.MOBILE),
        ("+442079460123", LineType.LANDLINE),
        ("+441134960123", LineType.LANDLINE),
        ("+441632960123", LineType.LANDLINE),
        ("+441914980123", LineType.LANDLINE),
        ("+447911123456", LineType.MOBILE),
        ("+442071234567", LineType.LANDLINE),
        ("+390612345678", LineType.LANDLINE),
        ("+448081570123", LineType.TOLL_FREE),
        ("+449098790123", LineType.OTHER),
        ("+445601234567", LineType.VOIP),
        ("+44999999999", LineType.UNKNOWN),
        ("+99912345678", LineType.UNKNOWN),
        ("24273", None),
        ("ACME", None),
    ],
)
def test_line_types(address: str, expected: LineType | None) -> None:
    """Example ranges are decided first, then libphonenumber's; what is open is None."""
    assert line_type(address) is expected


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_mobiles_are_never_landlines(region: str) -> None:
    """The example mobile of every country is a mobile, or cannot be told."""
    mobile = phonenumbers.PhoneNumberType.MOBILE
    number = phonenumbers.example_number_for_type(region, mobile)
    if number:
        e164 = phonenumbers.PhoneNumberFormat.E164
        address = phonenumbers.format_number(number, e164)
        assert line_type(address) in {LineType.MOBILE, None}


def test_plus_1_needs_no_library() -> None:
    """Within +1 phonenumbers is not even loaded."""
    code = (
        "import sys; from sms.line_types import line_type; line_type('+14155550123');"
        "line_type('+447700900123'); sys.exit('phonenumbers' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run((sys.executable, "-c", code), cwd=root, check=False)
    assert done.returncode == 0
