"""Time zones by number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.addresses import country
from sms.area_codes import OVERLAYS
from sms.countries import NORTH_AMERICA
from sms.timezones import local, zone

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
AREAS = sorted({*OVERLAYS, *NORTH_AMERICA})


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("+12125550123", "America/New_York"),
        ("+13105550100", "America/Los_Angeles"),
        ("+16025550199", "America/Phoenix"),
        ("+16055550100", "America/Chicago"),
        ("+18505550100", "America/New_York"),
        ("+18504330123", "America/Chicago"),
        ("+14365550123", "America/New_York"),
        ("+447700900123", "Europe/London"),
        ("+61491570156", "Australia/Sydney"),
        ("+61891001234", "Australia/Perth"),
        ("+79161234567", "Europe/Moscow"),
        ("+390612345678", "Europe/Rome"),
    ],
)
def test_a_number_has_the_zone_of_its_place(address: str, expected: str) -> None:
    """Area codes and exchanges decide, also for 555-01XX; else the country does."""
    assert zone(address) == ZoneInfo(expected)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("+18005550123", "America/New_York"),
        ("+18886660100", "America/New_York"),
        ("+16005550123", "America/Toronto"),
        ("+12995550100", "America/New_York"),
        ("+8816123456789", "UTC"),
        ("72345", "UTC"),
        ("SHOP", "UTC"),
    ],
)
def test_what_belongs_to_no_place_has_its_countrys_zone(
    address: str, expected: str
) -> None:
    """Toll-free and unknown numbers go by the country, what has none by UTC."""
    assert zone(address) == ZoneInfo(expected)


def test_local_time_is_the_same_moment() -> None:
    """At noon in Greenwich it is seven in New York, and still the same instant."""
    there = local("+12125550123", NOON)
    assert (there.hour, there) == (7, NOON)


@pytest.mark.parametrize("area", AREAS)
def test_every_area_code_has_a_zone_of_north_america(area: str) -> None:
    """No code falls through to Greenwich, or to the other side of the world."""
    offset = local(f"+1{area}5550100", NOON).utcoffset()
    assert offset is not None
    guam_and_samoa = {timedelta(hours=10), timedelta(hours=-11)}
    assert timedelta(hours=-11) <= offset <= timedelta(hours=-3) or (
        offset in guam_and_samoa
    )


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_country_has_a_zone_of_its_own(region: str) -> None:
    """An example number of each region is somewhere, and what is there is a zone."""
    mobile = phonenumbers.PhoneNumberType.MOBILE
    number = phonenumbers.example_number_for_type(region, mobile)
    if number is None:
        pytest.skip("no example of a mobile there")
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    assert country(written) is None or zone(written).key != "UTC"


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_every_number_has_a_zone(address: str) -> None:
    """Whatever has the form of a number has a clock."""
    assert local(address, NOON) == NOON
