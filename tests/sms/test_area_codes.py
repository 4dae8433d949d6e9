"""Area codes of one territory know one another."""

from __future__ import annotations

import pytest

from sms.area_codes import OVERLAYS, TOLL_FREE
from sms.countries import NORTH_AMERICA


def test_overlays_are_mutual() -> None:
    """Of two codes that share a territory each names the other, and none itself."""
    assert all(code in OVERLAYS[other] for code in OVERLAYS for other in OVERLAYS[code])
    assert not any(code in OVERLAYS[code] for code in OVERLAYS)


def test_overlays_stay_within_a_country() -> None:
    """No complex crosses a border, and none holds a toll-free code."""
    for code, others in OVERLAYS.items():
        countries = {NORTH_AMERICA.get(other, "US") for other in {code} | others}
        assert len(countries) == 1
        assert code not in TOLL_FREE


@pytest.mark.parametrize(
    ("code", "others"),
    [
        ("212", "332 646 917"),
        ("718", "347 929 917"),
        ("917", "212 332 646 718 347 929"),
        ("312", "872"),
        ("878", "412 724"),
        ("206", "564"),
        ("564", "206 253 360 425"),
        ("713", "281 832 346 621"),
        ("604", "236 257 672 778"),
        ("416", "437 647 942"),
        ("787", "939"),
    ],
)
def test_known_complexes(code: str, others: str) -> None:
    """Complexes that are common knowledge are whole."""
    assert OVERLAYS[code] == set(others.split())


def test_codes_are_area_codes() -> None:
    """Each code is three digits of the form that an area code has."""
    codes = OVERLAYS.keys() | NORTH_AMERICA.keys() | TOLL_FREE
    assert all(len(code) == 3 and code.isdecimal() and code[0] >= "2" for code in codes)
