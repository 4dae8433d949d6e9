"""Brands and campaigns: rates, registrations and a day at T-Mobile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from simulator.engine.brands import (
    Brand,
    BrandType,
    Campaign,
    CampaignStatus,
    CampaignType,
    campaign_mps,
    daily_cap,
)
from simulator.engine.networks import T_MOBILE
from simulator.engine.rules import Rules
from sms.units import DAY, HOUR
from tests.simulator.engine.builders import (
    CAMPAIGN,
    drain,
    fate,
    long_code,
    make_gateway,
    make_profile,
    send,
    toll_free,
    us,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = make_profile("twilio-2026", networks={T_MOBILE: 1.0})
MINE = long_code(campaign=CAMPAIGN)


@pytest.mark.parametrize(
    ("type_", "score", "mps", "cap"),
    [
        (BrandType.STANDARD, 100, 225, 200_000),
        (BrandType.STANDARD, 50, 120, 40_000),
        (BrandType.STANDARD, 49, 12, 10_000),
        (BrandType.STANDARD, 0, 12, 2_000),
        (BrandType.LOW_VOLUME_STANDARD, 0, 12, 2_000),
        (BrandType.SOLE_PROPRIETOR, 0, 2.25, 1_000),
    ],
)
def test_score_and_type_say_what_may_be_sent(
    type_: BrandType, score: int, mps: float, cap: int
) -> None:
    """The rates and caps of the facts sheet, section 3.5."""
    brand = Brand(sid="BN1", name="one", type=type_, score=score)
    assert campaign_mps(Campaign(), brand, TODAY) == mps
    assert daily_cap(brand, TODAY) == cap


def test_a_campaign_may_have_a_rate_of_its_own() -> None:
    """Its own goes first, then its type's, then the profile's."""
    assert campaign_mps(Campaign(mps=7), None, TODAY) == 7
    mixed = Campaign(type=CampaignType.LOW_VOLUME_MIXED)
    assert campaign_mps(mixed, None, TODAY) == 3.75
    assert campaign_mps(Campaign(), None, TODAY) == 12


@pytest.mark.parametrize(
    ("status", "code"),
    [(CampaignStatus.PENDING, 30035), (CampaignStatus.SUSPENDED, 30033)],
)
def test_a_campaign_not_verified_fails(status: CampaignStatus, code: int) -> None:
    """What its numbers send fails with the code of its status."""
    campaign = Campaign(status=status)
    gateway = make_gateway(MINE, profile=TODAY, campaign=campaign)
    message = send(gateway, us(1))
    drain(gateway)
    assert fate(message) == ("failed", code)


def test_an_unverified_toll_free_number_fails() -> None:
    """With 30032 today; in 2021 nobody asked."""
    unverified = replace(toll_free(), verified=False)
    ends = []
    for name in ("twilio-2021", "twilio-2026"):
        gateway = make_gateway(unverified, profile=make_profile(name))
        message = send(gateway, us(1))
        drain(gateway)
        ends.append(fate(message))
    assert ends == [("delivered", None), ("failed", 30032)]


def test_a_day_at_t_mobile_ends_at_midnight_pacific() -> None:
    """Above the cap it is 30023, from midnight on it goes again; 3 alerts a day."""
    brand = Brand(sid="BN1", name="one", daily_cap=2)
    gateway = make_gateway(
        MINE,
        profile=TODAY,
        rules=Rules(brands={"BN1": brand}),
        campaign=Campaign(brand="BN1"),
        started_at=datetime(2026, 1, 2, 6, tzinfo=UTC),
    )
    messages = [send(gateway, us(n), at) for n, at in enumerate((0, 1, 2, 2 * HOUR))]
    drain(gateway)
    assert [m.error_code for m in messages] == [None, None, 30023, None]
    codes = [alert.error_code for alert in gateway.gates.alerts]
    assert codes == [30025, 30026, 30027, 30025]
    assert gateway.gates.alerts[2].at < DAY


def test_carriers_may_find_a_campaign_too_fast() -> None:
    """A share of what campaigns send comes back with 30022, if the profile says so."""
    profile = make_profile("twilio-2026", over_carrier_rate=1.0)
    gateway = make_gateway(MINE, profile=profile)
    message = send(gateway, us(1))
    drain(gateway)
    assert fate(message) == ("undelivered", 30022)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Brand(sid="B", name="b", daily_cap=-1), "daily_cap is 0 or more"),
        (lambda: Brand(sid="B", name="b", score=101), "from 0 to 100, not 101"),
        (lambda: Campaign(mps=0), "mps must be above 0, not 0"),
        (lambda: replace(TODAY.tiers[0], mps=0), "mps must be above 0, not 0"),
        (lambda: replace(TODAY.tiers[0], daily_cap=-1), "daily_cap is 0 or more"),
    ],
)
def test_what_no_brand_can_have_is_named(make: Callable[[], object], said: str) -> None:
    """With what was given and what would do."""
    with pytest.raises(ValueError, match=said):
        make()
