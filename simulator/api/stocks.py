"""Stocks: the numbers one can buy, out of ranges that nobody can own.

Each is made up: ranges set aside for films and plays.  They stand in an order of the
run's seed, less what any account owns already.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import acos, cos, radians, sin
from typing import TYPE_CHECKING

from simulator.engine.chance import new_sid
from sms.addresses import area_code
from sms.area_codes import TOLL_FREE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EARTH = 3_959.0
"""Miles from its middle to its surface."""

KINDS = (
    "Local",
    "MachineToMachine",
    "Mobile",
    "National",
    "SharedCost",
    "TollFree",
    "Voip",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an area code is; latitude and longitude in degrees."""

    region: str
    locality: str
    latitude: float
    longitude: float


PLACES: Mapping[str, Mapping[str, Place]] = {
    "US": {
        "202": Place("DC", "Washington", 38.91, -77.04),
        "206": Place("WA", "Seattle", 47.61, -122.33),
        "212": Place("NY", "New York", 40.71, -74.01),
        "213": Place("CA", "Los Angeles", 34.05, -118.24),
        "303": Place("CO", "Denver", 39.74, -104.98),
        "305": Place("FL", "Miami", 25.76, -80.19),
        "312": Place("IL", "Chicago", 41.88, -87.63),
        "404": Place("GA", "Atlanta", 33.75, -84.39),
        "415": Place("CA", "San Francisco", 37.77, -122.42),
        "512": Place("TX", "Austin", 30.27, -97.74),
        "617": Place("MA", "Boston", 42.36, -71.06),
        "702": Place("NV", "Las Vegas", 36.17, -115.14),
    },
    "CA": {
        "416": Place("ON", "Toronto", 43.65, -79.38),
        "514": Place("QC", "Montreal", 45.50, -73.57),
        "604": Place("BC", "Vancouver", 49.26, -123.11),
    },
}
"""Area codes whose numbers are on sale."""

FICTIONAL = "55501"
"""What follows the area code of a number in +1 that nobody owns; two digits come."""

RANGES: Mapping[tuple[str, str], Mapping[str, int]] = {
    ("US", "TollFree"): {f"+1{code}{FICTIONAL}": 2 for code in sorted(TOLL_FREE)},
    ("CA", "TollFree"): {f"+1{code}{FICTIONAL}": 2 for code in sorted(TOLL_FREE)},
    ("GB", "Local"): {"+441632960": 3, "+442079460": 3},
    ("GB", "Mobile"): {"+447700900": 3},
    ("GB", "National"): {"+443069990": 3},
    ("GB", "TollFree"): {"+448081570": 3},
    ("DE", "Local"): {"+493023125": 3},
    ("DE", "Mobile"): {"+4917139200": 2},
    ("FR", "Local"): {"+3319900": 4},
    ("FR", "Mobile"): {"+33639980": 3},
    ("AU", "Local"): {"+6125550": 4},
}
"""By country and kind: what such numbers begin with, and how many digits follow.

Source: https://en.wikipedia.org/wiki/Fictitious_telephone_number (named, not seen).
"""

COUNTRIES = {
    "US": "United States",
    "CA": "Canada",
    "GB": "United Kingdom",
    "DE": "Germany",
    "FR": "France",
    "AU": "Australia",
}


@lru_cache(maxsize=64)
def stock(country: str, kind: str, seed: int) -> Sequence[str]:
    """Return all numbers of a kind, in the order that the seed gives them."""
    ranges = RANGES.get((country, kind), {})
    if kind == "Local":
        places = PLACES.get(country, {})
        ranges = {**ranges, **{f"+1{code}{FICTIONAL}": 2 for code in places}}
    numbers = [
        f"{prefix}{last:0{digits}d}"
        for prefix, digits in ranges.items()
        for last in range(10**digits)
    ]
    return sorted(numbers, key=lambda number: new_sid("", str(seed), number))


def place_of(number: str, country: str) -> Place | None:
    """Return where a number is, None where nobody says."""
    return PLACES.get(country, {}).get(area_code(number) or "")


def country_and_kind(number: str, seed: int) -> tuple[str, str] | None:
    """Return what a number on sale is, None where it is none."""
    for country in COUNTRIES:
        for kind in KINDS:
            if number in stock(country, kind, seed):
                return country, kind
    return None


def miles(one: Place, latitude: float, longitude: float) -> float:
    """Return how far a place is from a point on Earth."""
    here, there = radians(one.latitude), radians(latitude)
    across = cos(radians(one.longitude - longitude))
    cosine = sin(here) * sin(there) + cos(here) * cos(there) * across
    return EARTH * acos(min(1.0, max(-1.0, cosine)))
