"""Prices: what Twilio says, some time after, that a message has cost."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from simulator.engine.messages import Direction
from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from simulator.engine.messages import Message
    from simulator.engine.profile import Profile
    from simulator.engine.senders import Sender
    from sms.units import Seconds

EVERY = "*"
"""A country or a type of sender that stands for all of them."""

DECIMALS = 6
"""To how many decimals of a dollar prices are reckoned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars for a segment, or for an MMS, and for whom it holds.

    `countries` are those of the phone at the other end, `senders` types of our own;
    `inbound` is for what comes in.
    """

    price: float
    countries: tuple[str, ...] = (EVERY,)
    senders: tuple[str, ...] = (EVERY,)
    mms: bool = False
    inbound: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.price < inf:
            raise ValueError(f"a price is 0 or more dollars, not {self.price}")

    def fits(self, country: str, sender: Sender | None) -> bool:
        """Say whether it holds for a country and a sender."""
        countries, senders = self.countries, self.senders
        return (EVERY in countries or country in countries) and (
            EVERY in senders or (sender is not None and sender.type in senders)
        )


def price(message: Message, profile: Profile, now: Seconds) -> float | None:
    """Return what a message has cost in US dollars, negative as Twilio writes it.

    None until the profile's `price_delay` after it left, came in or failed, and where
    nothing is charged.  Carriers' fees are not in it [unverified].

    Source: https://www.twilio.com/docs/messaging/api/message-resource (read
    2026-11-23): segments times the base price.
    """
    charged_at = charging_at(message, profile)
    if charged_at is None or now < charged_at:
        return None
    return round(-amount(message, profile), DECIMALS) + 0.0


class FinalPrices:
    """What messages have cost in the end, reckoned once for all that are alike."""

    __slots__ = ("_known", "_profile")

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._known: dict[tuple[object, ...], float | None] = {}

    def of(self, message: Message) -> float | None:
        """Return what `price` does once every price shows."""
        sender = message.sender
        if sender is None or message.sent_at is None or message.extras is not None:
            return price(message, self._profile, inf)
        alike = (sender.type, message.country, message.segments, message.sid[0])
        if alike not in self._known:
            self._known[alike] = price(message, self._profile, inf)
        return self._known[alike]


def charging_at(message: Message, profile: Profile) -> Seconds | None:
    """Return when a message's price shows, None where it is not known or never will."""
    begun_at = message.sent_at
    if message.direction is Direction.INBOUND:
        begun_at = message.created_at
    elif begun_at is None and message.status is MessageStatus.FAILED:
        begun_at = message.ended_at if profile.failed_fee else None
    return None if begun_at is None else begun_at + profile.price_delay


def amount(message: Message, profile: Profile) -> float:
    """Return the dollars that a message costs which has left, come in or failed.

    A reply to a keyword, which Twilio sends by itself, costs nothing; what went out
    twice, by a short code and then a long code, costs both.
    """
    inbound = message.direction is Direction.INBOUND
    if message.extras is not None and message.extras.automatic:
        return 0.0
    if message.sent_at is None and not inbound:
        return profile.failed_fee
    units = 1 if message.is_mms else message.segments
    senders = [message.sender]
    if message.first_leg is not None:
        senders.append(message.first_leg.sender)
    return units * sum(_rate(message, sender, profile) for sender in senders)


def _rate(message: Message, sender: Sender | None, profile: Profile) -> float:
    """Return the dollars of one segment, or of an MMS: 0 where no row fits."""
    kind = message.is_mms, message.direction is Direction.INBOUND
    fitting = (
        row.price
        for row in profile.prices
        if (row.mms, row.inbound) == kind and row.fits(message.country, sender)
    )
    return next(fitting, 0.0)
