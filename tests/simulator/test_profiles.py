"""Profiles: dated numbers, each with its source; a wrong name is one clear error."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest

from simulator.engine.profile import LogNormal, Mix, Profile
from simulator.engine.senders import SenderType
from simulator.keys import ConfigError
from simulator.profiles import DEFAULT, load_profile, profile_names

NAMES = ("twilio-2021", "twilio-2026")
WITHOUT_SOURCE = {"name", "date", "rates", "sources", "notify", "bulk"}
"""What is no number of Twilio's, or bears its source itself, as a rate does."""

RATE = {"type": "long_code", "mps": 1}

FACTS: dict[str, dict[str, Any]] = {
    "twilio-2021": {
        "queue_limit": 4 * 3600,
        "longest_validity_period": 4 * 3600,
        "expiry_code": 30001,
        "campaign_mps": 0,
    },
    "twilio-2026": {
        "queue_limit": 10 * 3600,
        "longest_validity_period": 10 * 3600,
        "expiry_code": 30036,
        "campaign_mps": 12,
    },
}


def test_there_are_two() -> None:
    """The classic numbers and today's, the classic ones unless told."""
    assert tuple(profile_names()) == NAMES
    assert load_profile().name == DEFAULT == "twilio-2021"


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_states_the_facts(name: str) -> None:
    """The limits are those of the facts sheet, section 3."""
    profile = load_profile(name)
    assert {key: getattr(profile, key) for key in FACTS[name]} == FACTS[name]
    assert (profile.concurrency, profile.body_bytes) == (100, 1_048_576)
    assert (profile.notification_recipients, profile.pool_size) == (10_000, 400)


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_is_dated(name: str) -> None:
    """It says of which day it is, and of which year it is called."""
    profile = load_profile(name)
    assert profile.name == name
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", profile.date)
    assert name.endswith(profile.date[:4])


@pytest.mark.parametrize("name", NAMES)
def test_each_number_has_a_source(name: str) -> None:
    """Every setting has its source or says [unverified], and no source is idle."""
    profile = load_profile(name)
    wanted = {field.name for field in fields(Profile)} - WITHOUT_SOURCE
    if not profile.campaign_mps:
        wanted -= {"campaign_mps", "low_volume_mixed_mps", "tiers"}
    assert set(profile.sources) == wanted
    assert all(
        re.search(r"https://|\[unverified\]", s) for s in profile.sources.values()
    )


@pytest.mark.parametrize("name", NAMES)
def test_each_rate_has_a_source(name: str) -> None:
    """A rate without a source is a guess."""
    assert all(rate.source for rate in load_profile(name).rates)


@pytest.mark.parametrize("name", NAMES)
def test_every_type_of_sender_has_a_rate(name: str) -> None:
    """The last row of each type holds for all countries, so none is left without."""
    last = {rate.type: rate for rate in load_profile(name).rates}
    assert set(last) == set(SenderType)
    assert all(rate.recipients == rate.senders == ("*",) for rate in last.values())


def test_changes_are_merged() -> None:
    """A table in the changes changes the keys it names, the rest stays."""
    before = load_profile()
    after = load_profile(changes={"concurrency": 7, "mix": {"landline": 0.5}})
    assert (after.concurrency, after.queue_limit) == (7, before.queue_limit)
    assert (after.mix.landline, after.mix.unknown) == (0.5, before.mix.unknown)


def test_changes_do_not_stay() -> None:
    """The next who loads the profile gets it as it is shipped."""
    load_profile(changes={"concurrency": 7})
    assert load_profile().concurrency == 100


def test_a_list_is_replaced() -> None:
    """Rates in the changes are all the rates there are."""
    rates = [{"type": "long_code", "mps": 2}]
    assert [r.mps for r in load_profile(changes={"rates": rates}).rates] == [2]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"concurency": 1}, "concurency"),
        pytest.param({"mix": {"landlin": 0.1}}, "landlin"),
        pytest.param({"api_latency": {"p95": 1.0}}, "p95"),
        pytest.param({"rates": [RATE | {"country": "US"}]}, "country"),
        ({"concurrency": "many"}, "concurrency"),
        ({"mix": {"landline": 2}}, "landline"),
        ({"mix": {"landline": 0.6, "unknown": 0.6}}, "more than 1"),
        ({"api_latency": {"median": 1.0, "p99": 0.5}}, "median"),
        ({"rates": [{"type": "long_code", "mps": 0}]}, "mps"),
        ({"rates": [{"type": "pigeon", "mps": 1}]}, "pigeon"),
    ],
)
def test_a_change_that_does_not_fit_is_one_error(
    changes: dict[str, object], says: str
) -> None:
    """The text names the profile's setting that cannot be."""
    with pytest.raises(ConfigError, match=says):
        load_profile(changes=changes)


def test_an_unknown_profile_is_one_error() -> None:
    """The text names what was asked for and what there is."""
    with pytest.raises(ConfigError, match=r"'twilio-1999'.*twilio-2021, twilio-2026"):
        load_profile("twilio-1999")


def test_a_path_is_no_profile() -> None:
    """A name is looked up, never joined to a path."""
    with pytest.raises(ConfigError, match="is not known"):
        load_profile("../profiles/twilio-2021")


def test_shares_stay_shares() -> None:
    """Every number of the mix but `misses` is from 0 to 1, and says so if not."""
    mix = load_profile().mix
    given = {f.name: getattr(mix, f.name) for f in fields(Mix)}
    for name in given.keys() - {"misses"}:
        with pytest.raises(ValueError, match=f"mix.{name} is a share"):
            Mix(**(given | {name: -0.1}))


def test_a_delay_of_a_profile_is_in_seconds() -> None:
    """The API's own time: half in 80 ms, all but a hundredth in 250 ms."""
    assert load_profile().api_latency == LogNormal(median=0.080, p99=0.250)
