"""Addresses are told apart by form, placed by table and written in E.164."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms.addresses import (
    AddressKind,
    area_code,
    country,
    kind,
    normalise,
    overlays,
    parse,
)

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
TYPES = (*range(5), 6, 7)  # all but those of numbers that only work within a country


def examples(region: str) -> list[phonenumbers.PhoneNumber]:
    """Return libphonenumber's own example numbers of a region."""
    found = (phonenumbers.example_number_for_type(region, type_) for type_ in TYPES)
    return [number for number in found if number]


def written(number: phonenumbers.PhoneNumber, form: int) -> str:
    """Return a number in one of libphonenumber's forms."""
    return str(phonenumbers.format_number(number, form))


E164 = phonenumbers.PhoneNumberFormat.E164
FORMS = (
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("+14155550123", AddressKind.PHONE_NUMBER),
        ("+447700900123", AddressKind.PHONE_NUMBER),
        ("123", AddressKind.SHORT_CODE),
        ("12345678", AddressKind.SHORT_CODE),
        ("ACME", AddressKind.ALPHANUMERIC),
        ("3 Mobile +-&", None),
        ("3 Mob +-_&x", AddressKind.ALPHANUMERIC),
        ("12", None),
        ("123456789", None),
        ("14155550123", None),
        ("+0123456789", None),
        ("+123456", None),
        ("+1234567890123456", None),
        ("ACME\n", None),
        ("ACMÉ", None),
        ("+-&", None),
        ("٤١٥٥", None),
        ("", None),
    ],
)
def test_kinds(address: str, expected: AddressKind | None) -> None:
    """Numbers, short codes and sender IDs are known by their form, all else is not."""
    assert kind(address) is expected


def test_parse_takes_an_address_apart() -> None:
    """A number comes with its country and area code, a short code without."""
    assert parse("+14165550123") == ("+14165550123", "phone_number", "CA", "416")
    assert parse("24273") == ("24273", "short_code", None, None)


def test_parse_refuses_what_is_no_address() -> None:
    """What is no address is named, and what would do."""
    with pytest.raises(ValueError, match=r"'\(415\)' is no address: write"):
        parse("(415)")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("+14155550123", "US"),
        ("+16045550123", "CA"),
        ("+18765550123", "JM"),
        ("+17875550123", "PR"),
        ("+18005550123", "US"),
        ("+447700900123", "GB"),
        ("+441481234567", "GG"),
        ("+447797123456", "JE"),
        ("+447624123456", "IM"),
        ("+79161234567", "RU"),
        ("+77011234567", "KZ"),
        ("+390669812345", "VA"),
        ("+393123456789", "IT"),
        ("+61412345678", "AU"),
        ("+61891641234", "CX"),
        ("+358181234567", "AX"),
        ("+8816123456789", None),
        ("+99912345678", None),
        ("+1415555012", None),
        ("4155550123", None),
        ("24273", None),
    ],
)
def test_countries(address: str, expected: str | None) -> None:
    """Countries that share a calling code are told apart; no country is None."""
    assert country(address) == expected


@pytest.mark.parametrize("region", REGIONS)
def test_countries_are_those_of_libphonenumber(region: str) -> None:
    """The shipped tables place every example number where libphonenumber does."""
    for number in examples(region):
        expected = phonenumbers.region_code_for_number(number)
        assert country(written(number, E164)) == expected


@pytest.mark.parametrize("region", REGIONS)
def test_numbers_are_normalised_however_written(region: str) -> None:
    """Every example number, in each of its usual forms, comes back in E.164."""
    for number in examples(region):
        for form in FORMS:
            assert normalise(written(number, form), region) == written(number, E164)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("+14155550123", "415"),
        ("+18005550123", "800"),
        ("+11155550123", None),
        ("+447700900123", None),
        ("24273", None),
    ],
)
def test_area_codes(address: str, expected: str | None) -> None:
    """Only whole numbers of +1 have an area code."""
    assert area_code(address) == expected


def test_overlays_leave_the_code_itself_out() -> None:
    """Overlays are the others; a code that stands alone has none."""
    assert overlays("415") == {"628"}
    assert overlays("907") == overlays("000") == frozenset()


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("(415) 555-0123", "US", "+14155550123"),
        ("415.555.0123", "CA", "+14155550123"),
        ("+1 415-555-0123", "US", "+14155550123"),
        ("1-415-555-0123", "US", "+14155550123"),
        ("tel:+1-415-555-0123", "US", "+14155550123"),
        ("415\u2011555\u20110123", "US", "+14155550123"),
        ("415\xa0555\xa00123", "US", "+14155550123"),
        ("\u202a+14155550123\u202c", "US", "+14155550123"),
        ("٤١٥٥٥٥٠١٢٣", "US", "+14155550123"),
        ("＋４４　７７００　９００１２３", "US", "+447700900123"),
        ("0044 20 7946 0123", "US", "+442079460123"),
        ("011 44 20 7946 0123", "US", "+442079460123"),
        ("0044 20 7946 0123", "AU", "+442079460123"),
        ("0011 44 20 7946 0123", "AU", "+442079460123"),
        ("+44 (0)20 7946 0123", "US", "+442079460123"),
        ("+44 020 7946 0123", "US", "+442079460123"),
        ("07700 900123", "GB", "+447700900123"),
        ("(020) 7946 0123", "GB", "+442079460123"),
        ("447700900123", "GB", "+447700900123"),
        ("+39 06 1234 5678", "US", "+390612345678"),
        ("0171/3920012", "DE", "+491713920012"),
    ],
)
def test_what_customers_write(text: str, region: str, expected: str) -> None:
    """The ways in which lists have numbers written all come to E.164."""
    assert normalise(text, region) == expected


@pytest.mark.parametrize(
    ("text", "region", "why"),
    [
        ("", "US", "no digits"),
        (" + ", "GB", "no digits"),
        ("555-0123", "US", "5550123 is not 10 digits"),
        ("+10000000000", "US", "0000000000 is not 10 digits"),
        ("447700900123", "US", "is not 10 digits"),
        ("+999 1234 5678", "US", "begins no country's calling code"),
        ("1-800-FLOWERS", "US", "'F' has no place"),
        ("415-555-0123 x12", "US", "'x' has no place"),
        ("4+155550123", "US", r"'\+' has no place"),
        ("+44 12", "US", "too short"),
        ("+447700900123456", "GB", "too long"),
        ("123456", "GB", "lacks its area code"),
        ("0", "GB", "far too short or too long"),
        ("+62 1234 5678 9012 3456", "US", "7 to 15 digits"),
        ("07700 900123", "UK", "region 'UK'"),
        ("1" * 65, "US", "has 65 characters"),
    ],
)
def test_what_is_refused(text: str, region: str, why: str) -> None:
    """What cannot be a number is refused with one clear reason."""
    with pytest.raises(ValueError, match=why):
        normalise(text, region)


@settings(max_examples=500, deadline=None)
@given(st.integers(2_000_000_000, 9_999_999_999), st.sampled_from("-. \xa0\u2013"))
def test_numbers_of_plus_1_need_no_library(number: int, mark: str) -> None:
    """However parted, ten digits from within +1 are the same number."""
    digits = str(number)
    parted = mark.join((digits[:3], digits[3:6], digits[6:]))
    assert normalise(parted) == normalise(f"+1{mark}{parted}") == f"+1{digits}"


@settings(max_examples=500, deadline=None)
@given(st.text("+0123456789() -x", max_size=20), st.sampled_from(("US", "GB", "IT")))
def test_what_comes_out_goes_in(text: str, region: str) -> None:
    """Whatever is taken comes out as an E.164 number, which is then left as it is."""
    try:
        address = normalise(text, region)
    except ValueError:
        return
    assert kind(address) is AddressKind.PHONE_NUMBER
    assert normalise(address, region) == address
