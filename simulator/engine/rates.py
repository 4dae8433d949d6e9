"""How fast a sender may send to a country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.brands import CampaignStatus, campaign_mps
from simulator.engine.profile import ANY, Profile, Rate
from simulator.engine.senders import SenderType
from sms.errors import (
    CAMPAIGN_PENDING,
    CAMPAIGN_SUSPENDED,
    TOLL_FREE_UNVERIFIED,
    UNREGISTERED,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.engine.brands import Brand, Campaign
    from simulator.engine.senders import Sender

_NO_BRANDS: Mapping[str, Brand] = {}

_BARS = {
    CampaignStatus.PENDING: CAMPAIGN_PENDING.code,
    CampaignStatus.SUSPENDED: CAMPAIGN_SUSPENDED.code,
}


class Rates:
    """A profile's rates, looked up by sender and country; the first row to match wins.

    Where the profile has campaigns, a US long code to a US recipient goes at its
    campaign's MPS, shared by all the campaign's numbers.
    """

    __slots__ = ("_brands", "_campaigns", "_profile", "_seen")

    def __init__(
        self,
        profile: Profile,
        campaigns: Mapping[str, Campaign],
        brands: Mapping[str, Brand] = _NO_BRANDS,
    ) -> None:
        self._profile = profile
        self._campaigns = campaigns
        self._brands = brands
        self._seen: dict[tuple[SenderType, str | None, str], float] = {}

    def under_campaign(self, sender: Sender, country: str) -> bool:
        """Say whether this traffic needs an A2P 10DLC campaign."""
        return (
            self._profile.campaign_mps > 0
            and sender.type is SenderType.LONG_CODE
            and sender.country == country == "US"
        )

    def bar(self, sender: Sender, country: str) -> int | None:
        """Return the code that traffic fails with for want of a registration, if any.

        Source: https://www.twilio.com/docs/api/errors/30032 to 30035 (2025-02).
        """
        if self.under_campaign(sender, country):
            if not sender.campaign:
                return UNREGISTERED.code
            campaign = self._campaigns.get(sender.campaign)
            return _BARS.get(campaign.status) if campaign else None
        unverified = sender.type is SenderType.TOLL_FREE and not sender.verified
        if unverified and self._profile.toll_free_verification:
            return TOLL_FREE_UNVERIFIED.code
        return None

    def mps(self, sender: Sender, country: str) -> float:
        """Return the message segments a second from this sender to a country.

        Raises:
            ValueError: where no row of the profile matches.
        """
        if self.under_campaign(sender, country):
            campaign = self._campaigns.get(sender.campaign or "")
            if campaign is None:
                return self._profile.campaign_mps
            brand = self._brands.get(campaign.brand or "")
            return campaign_mps(campaign, brand, self._profile)
        key = (sender.type, sender.country, country)
        if key not in self._seen:
            self._seen[key] = self._find(*key)
        return self._seen[key]

    def _find(self, type_: SenderType, home: str | None, country: str) -> float:
        for row in self._profile.rates:
            if row.type is type_ and _covers(row, home, country):
                return row.mps
        raise ValueError(
            f"profile {self._profile.name} has no rate for a {type_} of {home} to "
            f"{country}: add a row to its rates"
        )


def _covers(row: Rate, home: str | None, country: str) -> bool:
    return (ANY in row.senders or home in row.senders) and (
        ANY in row.recipients or country in row.recipients
    )
