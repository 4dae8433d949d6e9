"""Numbering: made-up numbers are many, different, of their country, and nobody's."""

from __future__ import annotations

from itertools import islice
from random import Random

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sender.numbering import STAGES, Stage, made_up
from sender.recipients import RecipientsError
from sms.addresses import country, normalise

NORTH_AMERICA = {"US", "CA"}
stages = [
    (code, stage, later)
    for code, known in STAGES.items()
    for later, stage in enumerate(known)
]


def addresses(count: int, countries: list[str], seed: int = 1) -> list[str]:
    """Return the numbers of a made-up list."""
    return [
        recipient.address for recipient in made_up(count, countries, seed).recipients
    ]


@pytest.mark.parametrize(("code", "stage", "later"), stages)
def test_a_number_is_of_its_country(code: str, stage: Stage, later: int) -> None:
    """A number of any stage is in E.164 and belongs to the country asked for."""
    for number in islice(stage.drawn(Random(later)), 300):
        assert normalise(number) == number
        assert country(number) == code


@pytest.mark.parametrize(
    ("code", "stage"),
    [(code, STAGES[code][-1]) for code in STAGES if code not in NORTH_AMERICA],
)
def test_nobody_is_served_from_the_last_stage(code: str, stage: Stage) -> None:
    """Outside North America, no valid number is known to lie in the overflow."""
    for number in islice(stage.drawn(Random(2)), 300):
        assert not phonenumbers.is_valid_number(phonenumbers.parse(number))


@pytest.mark.parametrize("code", sorted(NORTH_AMERICA))
def test_north_america_has_numbers_that_cannot_be_assigned(code: str) -> None:
    """Past 555-01XX the exchanges are N11, of which no number is given out."""
    fiction, overflow = STAGES[code]
    assert all(prefix[5:-1] == "55501" for prefix in fiction.prefixes)
    assert {prefix[5:] for prefix in overflow.prefixes} == {
        f"{n}11" for n in range(2, 9)
    }


@pytest.mark.parametrize("code", STAGES)
def test_every_country_has_a_million_numbers(code: str) -> None:
    """A million numbers can be had of each country, if need be."""
    assert sum(stage.size for stage in STAGES[code]) >= 1_000_000


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.text("0123456789", min_size=3, max_size=3), min_size=1, unique=True),
    st.integers(0, 2),
    st.integers(),
)
def test_a_stage_yields_each_number_once(
    prefixes: list[str], digits: int, seed: int
) -> None:
    """However the lot falls, all numbers of a stage are drawn, and none twice."""
    stage = Stage(tuple(prefixes), digits)
    drawn = list(stage.drawn(Random(seed)))
    assert len(set(drawn)) == len(drawn) == stage.size


@pytest.mark.parametrize("countries", [["US"], ["GB"], ["SE", "AU", "US"]])
def test_numbers_differ_past_the_first_stage(countries: list[str]) -> None:
    """No number comes twice, also where fiction's are used up."""
    assert len(set(addresses(50_000, countries))) == 50_000


def test_countries_take_turns() -> None:
    """The countries come round robin, one that is named twice having two turns."""
    made = addresses(6, ["us", "US", "GB"])
    assert [country(address) for address in made] == ["US", "US", "GB"] * 2


def test_a_seed_gives_the_same_again() -> None:
    """The same arguments give the same list, and another seed another."""
    assert addresses(50, ["US", "DE"]) == addresses(50, ["US", "DE"])
    assert addresses(50, ["US", "DE"]) != addresses(50, ["US", "DE"], seed=2)


def test_a_longer_list_begins_with_the_shorter() -> None:
    """More of the same does not change those that were there."""
    assert addresses(500, ["GB", "FR"])[:90] == addresses(90, ["GB", "FR"])


def test_made_up_recipients_share_what_they_lack() -> None:
    """They have no line and no fields, and hold one empty mapping among them."""
    table = made_up(10, ["US"], seed=1)
    assert len({id(recipient.fields) for recipient in table.recipients}) == 1
    assert {recipient.line for recipient in table.recipients} == {0}
    assert (table.rejects, table.columns) == ((), ("to",))


@pytest.mark.parametrize(
    ("count", "countries", "hint"),
    [
        (1, ["US", "XX"], "country 'XX'; known are AT, AU, "),
        (1, [], "at least one country"),
        (-1, ["US"], "give a count"),
        (1_000_001, ["SG"], "1,000,001 numbers of SG are asked for"),
    ],
)
def test_what_cannot_be_made_up_is_refused(
    count: int, countries: list[str], hint: str
) -> None:
    """One line says what was asked for and what there is."""
    with pytest.raises(RecipientsError, match=hint):
        made_up(count, countries, 1)
