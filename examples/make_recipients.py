"""Write a customer's file as customers send them: good rows, and all that goes wrong.

    python examples/make_recipients.py --out examples/recipients.csv

Every name is invented, and every number that can be read is one that its country's
regulator keeps for fiction.  The same seed writes the same file, byte for byte.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 2021
GOOD, DOUBLED, BAD, BLANK = 2940, 30, 30, 2
"""Rows of each kind; a doubled row repeats a good one's number, spelled otherwise."""

ODD_SPELLING, LANDLINE, NAME_REVERSED = 0.08, 0.12, 0.01
"""Shares of the good rows; landlines are of those outside North America."""

COUNTRIES = {"US": 80, "GB": 8, "DE": 5, "FR": 4, "CA": 3}
"""Their shares of the rows, in percent."""

FIRST_NAMES = (
    "Ada Amélie Anouk Aaliyah Ben Bronagh Carlos Chloé Dmitri Dwayne Elif Emily Fatima "
    "François Grace Günther Hannah Hiroshi Ines Isaac Jamal Jörg Kateřina Keisha Liam "
    "Lucía Mateo Mei Michael Nadia Noah Olivia Omar Priya Quentin Renée Rosa Samuel "
    "Siobhán Søren Tariq Tomasz Uma Valentina Wei William Xavier Yusuf Zoë Zuzanna"
)
LAST_NAMES = (
    "Abernathy Achebe Baptiste Björk Castellano Chen D'Angelo Delacroix Dupré Eriksen "
    "Fitzgerald Fournier Garcia Grünwald Haddad Hernández Huang Iverson Jackson "
    "Johansson Kaminski Kowalczyk Lefèvre MacDonald Martínez Müller Nakamura Ngo Nowak "
    "O'Brien O'Connell Okafor Patel Pérez Quigley Ramírez Reinhardt Santos Schröder "
    "Singh Smith-Rowe Suárez Thompson Tremblay Underhill Vasquez Weiß Williams Yilmaz"
)
AREAS = {
    ("US", "Portland"): "Portland 503,Seattle 206,San Francisco 415,Los Angeles 213,"
    "Sacramento 916,Boise 208,Salt Lake City 801,Las Vegas 702,San Diego 619",
    ("US", "Austin"): "Austin 512,Houston 713,Dallas 214,San Antonio 210,Phoenix 602,"
    "Albuquerque 505,New Orleans 504,Oklahoma City 405,Little Rock 501",
    ("US", "Chicago"): "Chicago 312,Detroit 313,Minneapolis 612,Milwaukee 414,"
    "St. Louis 314,Cleveland 216,Denver 303,Omaha 402,Indianapolis 317",
    ("US", "Boston"): "Boston 617,New York 212,Brooklyn 718,Philadelphia 215,"
    "Washington 202,Pittsburgh 412,Atlanta 404,Miami 305,Nashville 615,Charlotte 704",
    ("CA", "Toronto"): "Toronto 416,Vancouver 604,Montréal 514",
}
"""The cities that a branch looks after, each with its area code."""


@dataclass(frozen=True, slots=True)
class Place:
    """A city, its branch, and its mobiles and landlines.

    X is any digit, Y one but 0: what begins with 0 is left to senders.
    """

    city: str
    branch: str
    mobile: str
    landline: str


EUROPE = {
    "GB": (
        Place("London", "Leeds", "+44 7700 900YXX", "+44 20 7946 0XXX"),
        Place("Leeds", "Leeds", "+44 7700 900YXX", "+44 113 496 0XXX"),
        Place("Manchester", "Leeds", "+44 7700 900YXX", "+44 161 496 0XXX"),
    ),
    "DE": (
        Place("Köln", "Köln", "+49 171 39200YX", "+49 221 4710XXX"),
        Place("Berlin", "Köln", "+49 176 040690XX", "+49 30 23125XXX"),
    ),
    "FR": (
        Place("Lyon", "Lyon", "+33 6 39 98 YX XX", "+33 4 65 71 XX XX"),
        Place("Paris", "Lyon", "+33 6 39 98 YX XX", "+33 1 99 00 XX XX"),
    ),
}


@dataclass(frozen=True, slots=True)
class Customer:
    """A row to be: `number` has its country code, and blanks among its digits."""

    name: str
    number: str
    city: str
    branch: str

    def row(self, phone: str) -> list[str]:
        """Return the cells, with the number as it is spelled in this file."""
        return [self.name, phone, self.city, self.branch]


class Town:
    """All who might be in the file: draws customers, no two with the same number."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._taken: set[str] = set()
        self._places = _places()

    def customer(self) -> Customer:
        """Draw one."""
        random = self._random
        country = random.choices(list(COUNTRIES), list(COUNTRIES.values()))[0]
        number, place = self._number(country)
        name = [random.choice(FIRST_NAMES.split()), random.choice(LAST_NAMES.split())]
        if random.random() < NAME_REVERSED:
            return Customer(f"{name[1]}, {name[0]}", number, place.city, place.branch)
        return Customer(" ".join(name), number, place.city, place.branch)

    def _number(self, country: str) -> tuple[str, Place]:
        while True:  # ends: no country's numbers are used up
            place = self._random.choice(self._places[country])
            landline = self._random.random() < LANDLINE
            mask = place.landline if landline else place.mobile
            number = "".join(self._digit(mark) for mark in mask)
            if number not in self._taken:
                self._taken.add(number)
                return number, place

    def _digit(self, mark: str) -> str:
        least = {"X": 0, "Y": 1}.get(mark)
        return mark if least is None else str(self._random.randrange(least, 10))


def _places() -> dict[str, tuple[Place, ...]]:
    places = {country: list(known) for country, known in EUROPE.items()}
    for (country, branch), cities in AREAS.items():
        for city, area in (entry.rsplit(" ", 1) for entry in cities.split(",")):
            mask = f"+1 {area} 555 01YX"  # one mask: mobiles and landlines look alike
            places.setdefault(country, []).append(Place(city, branch, mask, mask))
    return {country: tuple(known) for country, known in places.items()}


def plain(number: str) -> str:
    """Return +14155550123."""
    return number.replace(" ", "")


def odd(number: str, random: Random) -> str:
    """Return a spelling that people use: (415) 555-0123, +44 (0)20 7946 0018."""
    code, *digits = number.split()
    if code == "+1":
        area, exchange, line = digits
        return random.choice(
            [
                f"({area}) {exchange}-{line}",
                f"{area}-{exchange}-{line}",
                f"{area}.{exchange}.{line}",
                f"1 {area} {exchange} {line}",
                f"+1 ({area}) {exchange}-{line}",
            ]
        )
    national = " ".join(digits)
    return random.choice([number, f"{code} (0){national}", "-".join([code, *digits])])


def bad_rows(town: Town, random: Random) -> Iterator[list[str]]:
    """Yield rows that cannot be sent to, one kind after the other."""
    while True:
        yield town.customer().row("n/a")
        yield town.customer().row("ask at reception")
        yield town.customer().row("+1" + plain(town.customer().number)[2:8])
        yield town.customer().row(f"1.{random.randrange(10**8, 10**9)}E+10")
        yield town.customer().row("")
        yield [town.customer().name]
        customer, other = town.customer(), town.customer()
        yield customer.row(f"{plain(customer.number)} / {plain(other.number)}")
        yield town.customer().row("+1 555 0100")


def make_rows(seed: int) -> list[list[str]]:
    """Return the rows below the header; a blank line is a row without cells."""
    random = Random(seed)
    town = Town(random)
    customers = [town.customer() for _ in range(GOOD)]
    rows = [
        customer.row(
            odd(customer.number, random)
            if random.random() < ODD_SPELLING
            else plain(customer.number)
        )
        for customer in customers
    ]
    for customer in random.sample(customers, DOUBLED):
        rows.append(customer.row(odd(customer.number, random)))
    rows += islice(bad_rows(town, random), BAD)
    rows += [[] for _ in range(BLANK)]
    random.shuffle(rows)
    return rows


def make_csv(seed: int = SEED) -> str:
    """Return the file's text."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(["name", "phone", "city", "branch"])
    writer.writerows(make_rows(seed))
    return sheet.getvalue()


def main() -> None:
    """Write the file to --out, or to standard output."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, help="File to write; else standard output.")
    parser.add_argument("--seed", type=int, default=SEED, help="Another makes another.")
    options = parser.parse_args()
    text = make_csv(options.seed).encode()
    if options.out:
        options.out.write_bytes(text)
    else:
        sys.stdout.buffer.write(text)


if __name__ == "__main__":
    main()
