"""Premises: profile, seed, clock and senders of a run in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reports.manifests import SenderFacts
from reports.premises import name_senders, premises
from tests.reports.builders import make_record, read_back

if TYPE_CHECKING:
    from pathlib import Path


def facts(*kinds: str) -> tuple[SenderFacts, ...]:
    """Return a sender for each `type country`."""
    return tuple(
        SenderFacts(address=str(n), type=kind.split()[0], country=kind.split()[1])
        for n, kind in enumerate(kinds)
    )


def test_senders_are_counted_by_type_and_country() -> None:
    """Countries that have the same stand together."""
    senders = facts(
        *["long_code US"] * 5,
        *("toll_free US", "short_code US"),
        *("long_code GB", "long_code DE", "long_code FR"),
    )
    assert name_senders(senders) == (
        "5 long codes, 1 toll-free number, 1 short code of US; "
        "1 long code each of GB, DE, FR"
    )


def test_a_sender_may_have_no_country() -> None:
    """A name is at home nowhere; a type of tomorrow is shown as it is."""
    name = SenderFacts(address="ACME", type="alphanumeric")
    assert name_senders((name,)) == "1 alphanumeric sender of no country"
    assert name_senders(facts("rcs_agent US")) == "1 rcs agent of US"
    assert name_senders(()) == "none"


def test_a_great_world_is_cut_short() -> None:
    """So many countries are named, the rest counted."""
    alike = facts(*(f"long_code A{n}" for n in range(20)))
    assert name_senders(alike).endswith("A6, A7 and 12 more")
    unlike = facts(*(f"long_code A{n}" for n in range(20) for _ in range(n + 1)))
    assert name_senders(unlike).endswith("13 long codes of A12; 78 other senders")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Profile twilio-2021, seed 7, virtual clock; senders assumed: 10 long"),
        ({"clock": "real", "speed": 60.0}, "seed 7, real clock at speed 60; senders"),
        ({"options": {"config": "ours.toml"}}, "; senders: 10 long codes, 1 short"),
    ],
)
def test_a_run_says_what_it_takes_for_granted(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    """Senders of one's own world are not assumed."""
    record = make_record("one", texts=0, **changes)
    assert said in premises(read_back(record, tmp_path).manifest)
