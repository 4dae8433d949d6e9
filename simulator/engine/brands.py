"""Brands and campaigns of A2P 10DLC: who sends, for what, how fast, how much a day."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.engine.profile import Profile


class BrandType(StrEnum):
    """How a business was registered: what its campaigns may send hangs on it.

    A `standard` brand without a score is one that nobody has vetted.
    """

    SOLE_PROPRIETOR = "sole_proprietor"
    LOW_VOLUME_STANDARD = "low_volume_standard"
    STANDARD = "standard"

    __hash__ = str.__hash__


class CampaignType(StrEnum):
    """What a campaign is for, as far as its rate hangs on it."""

    STANDARD = "standard"
    LOW_VOLUME_MIXED = "low_volume_mixed"

    __hash__ = str.__hash__


class CampaignStatus(StrEnum):
    """How far a campaign's registration is."""

    VERIFIED = "verified"
    PENDING = "pending"
    SUSPENDED = "suspended"

    __hash__ = str.__hash__


HIGHEST_SCORE = 100
"""Trust scores go from 0 to this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """A registered business, to whom T-Mobile allows so many segments a day.

    `score` is its trust score, 0 for none; `daily_cap` is its own, after a review, None
    for the profile's by type and score.

    Source: https://www.twilio.com/docs/api/errors/30023 to 30027 (2025-02).
    """

    sid: str
    name: str
    type: BrandType = BrandType.LOW_VOLUME_STANDARD
    score: int = 0
    daily_cap: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.score <= HIGHEST_SCORE:
            raise ValueError(
                f"score is a whole number from 0 to {HIGHEST_SCORE}, not {self.score}"
            )
        if self.daily_cap is not None and self.daily_cap < 0:
            raise ValueError(f"daily_cap is 0 or more, not {self.daily_cap}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A registered use of US long codes, which share its rate.

    `brand` is the SID of whose it is, None for nobody's; `mps` is its own, None for the
    profile's by type and score.
    """

    brand: str | None = None
    type: CampaignType = CampaignType.STANDARD
    status: CampaignStatus = CampaignStatus.VERIFIED
    mps: float | None = None

    def __post_init__(self) -> None:
        if self.mps is not None and not 0 < self.mps < inf:
            raise ValueError(f"mps must be above 0, not {self.mps}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """What brands of a type and from a trust score on may send.

    `mps` is message segments a second, all numbers of a campaign together; `daily_cap`
    segments a day to T-Mobile, all campaigns of a brand together.
    """

    brand: BrandType
    mps: float
    daily_cap: int
    from_score: int = 0
    source: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.mps < inf:
            raise ValueError(f"{self.brand}: mps must be above 0, not {self.mps}")
        if self.daily_cap < 0:
            raise ValueError(
                f"{self.brand}: daily_cap is 0 or more, not {self.daily_cap}"
            )


def tier_of(brand: Brand, profile: Profile) -> Tier | None:
    """Return the highest tier whose score a brand reaches, None where none is told."""
    within = (
        tier
        for tier in profile.tiers
        if tier.brand is brand.type and tier.from_score <= brand.score
    )
    return max(within, key=lambda tier: tier.from_score, default=None)


def campaign_mps(campaign: Campaign, brand: Brand | None, profile: Profile) -> float:
    """Return the segments a second that all numbers of a campaign have together.

    Source: https://help.twilio.com/articles/1260803225669, seen in vendors' mirrors of
    2025 [unverified].
    """
    if campaign.mps is not None:
        return campaign.mps
    if campaign.type is CampaignType.LOW_VOLUME_MIXED:
        return profile.low_volume_mixed_mps or profile.campaign_mps
    tier = tier_of(brand, profile) if brand else None
    return tier.mps if tier else profile.campaign_mps


def daily_cap(brand: Brand, profile: Profile) -> int | None:
    """Return the segments a day that T-Mobile takes from a brand, None for any number.

    Source: https://www.twilio.com/docs/api/errors/30023 (2025-02); the numbers by
    Twilio's agent skills (2026-06) and the community [unverified].
    """
    if brand.daily_cap is not None:
        return brand.daily_cap
    tier = tier_of(brand, profile)
    return tier.daily_cap if tier else None
