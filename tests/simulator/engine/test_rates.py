"""Rates: which row of the profile a sender and a country find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.engine.brands import Campaign
from simulator.engine.profile import Rate
from simulator.engine.rates import Rates
from simulator.engine.senders import SenderType
from tests.simulator.engine.builders import (
    CAMPAIGN,
    alphanumeric,
    long_code,
    make_profile,
    short_code,
    toll_free,
)

if TYPE_CHECKING:
    from simulator.engine.senders import Sender

CLASSIC = Rates(make_profile("twilio-2021"), {})
TODAY = Rates(
    make_profile("twilio-2026"), {CAMPAIGN: Campaign(), "QEfast": Campaign(mps=225)}
)


@pytest.mark.parametrize(
    ("sender", "country", "mps"),
    [
        (long_code(), "US", 1),
        (long_code(), "CA", 1),
        (long_code(), "GB", 10),
        (long_code(country="GB"), "GB", 10),
        (long_code(country="GB"), "US", 1),
        (toll_free(), "US", 3),
        (short_code(), "US", 100),
        (alphanumeric(), "DE", 10),
    ],
)
def test_classic_rates(sender: Sender, country: str, mps: float) -> None:
    """In 2021 a rate hangs on the type of the sender and on the country."""
    assert CLASSIC.mps(sender, country) == mps
    assert not CLASSIC.under_campaign(sender, country)


@pytest.mark.parametrize(
    ("sender", "country", "mps"),
    [
        (long_code(campaign=CAMPAIGN), "US", 12),
        (long_code(campaign="QEfast"), "US", 225),
        (long_code(campaign=CAMPAIGN), "CA", 1),
        (long_code(campaign=CAMPAIGN), "GB", 10),
        (long_code(area="613", country="CA"), "US", 1),
        (toll_free(), "US", 3),
        (short_code(), "US", 100),
    ],
)
def test_rates_of_today(sender: Sender, country: str, mps: float) -> None:
    """Today the campaign's rate, its own or the profile's, stands for US numbers."""
    assert TODAY.mps(sender, country) == mps
    assert TODAY.under_campaign(sender, country) == (mps in (12, 225))


def test_the_first_row_wins() -> None:
    """Rows are read from the top, so the narrow ones stand first."""
    rows = (
        Rate(type=SenderType.LONG_CODE, mps=7, senders=("GB",), recipients=("FR",)),
        Rate(type=SenderType.LONG_CODE, mps=5, recipients=("FR", "DE")),
        Rate(type=SenderType.LONG_CODE, mps=2),
    )
    rates = Rates(make_profile(rates=rows), {})
    british, american = long_code(country="GB"), long_code()
    found = [rates.mps(s, c) for c in ("FR", "DE", "US") for s in (british, american)]
    assert found == [7, 5, 5, 5, 2, 2]


def test_no_row_is_an_error_with_advice() -> None:
    """Where no row matches, the text names profile, sender and country."""
    rates = Rates(make_profile(rates=()), {})
    with pytest.raises(ValueError, match=r"twilio-2021 .* toll_free of US to CA"):
        rates.mps(toll_free(), "CA")


def test_a_rate_is_above_nothing() -> None:
    """A rate of 0 would let no message leave ever."""
    with pytest.raises(ValueError, match="mps must be above 0, not 0"):
        Rate(type=SenderType.LONG_CODE, mps=0)
