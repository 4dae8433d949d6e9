"""The limits and rates of one year's Twilio, as data.

The numbers stand in `simulator/profiles`, each with its source; here is their shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from simulator.engine.brands import Tier
from simulator.engine.keywords import Keywords
from simulator.engine.loops import LoopRules
from simulator.engine.notifications import NotifyLimits
from simulator.engine.operations import BulkLimits
from simulator.engine.prices import Price
from simulator.engine.senders import SenderType
from sms.units import MEGABYTE, Seconds

ANY = "*"
"""A country that stands for all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogNormal:
    """A log-normal distribution by its median and 99th percentile, in seconds.

    A median of 0 is no delay at all.
    """

    median: Seconds
    p99: Seconds

    def __post_init__(self) -> None:
        if not 0 <= self.median <= self.p99 < inf:
            raise ValueError(
                f"a delay wants 0 <= median <= p99, not {self.median} and {self.p99}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Message segments a second from one type of sender to some countries.

    `senders` and `recipients` are country codes or `*`.
    """

    type: SenderType
    mps: float
    senders: tuple[str, ...] = (ANY,)
    recipients: tuple[str, ...] = (ANY,)
    source: str = ""

    def __post_init__(self) -> None:
        if self.mps <= 0:
            raise ValueError(f"{self.type}: mps must be above 0, not {self.mps}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How recipients and carriers turn out, as shares of 1.

    The first three are of numbers and hold for every message to them; the others are of
    single messages to a mobile.  `switched_off` handsets miss 1 to `misses` messages.
    """

    landline: float
    unknown: float
    switched_off: float
    misses: int
    unreachable: float
    filtered: float
    unknown_error: float
    without_receipt: float
    off_short_codes: float

    def __post_init__(self) -> None:
        shares = {
            name: getattr(self, name) for name in self.__slots__ if name != "misses"
        }
        for name, share in shares.items():
            if not 0 <= share <= 1:
                raise ValueError(f"mix.{name} is a share from 0 to 1, not {share}")
        kinds = self.landline + self.unknown + self.switched_off
        carriers = self.unreachable + self.filtered + self.unknown_error
        if kinds > 1 or carriers > 1:
            raise ValueError("the shares of a mix add up to more than 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All limits and rates a run knows; times are in seconds.

    `concurrency` bounds the requests in flight for an account; `queue_limit` a queue's
    length in seconds of its own traffic; `expiry_code` is how a message too old fails.
    `campaign_mps` above 0 puts US long codes to US recipients under their A2P 10DLC
    campaign's shared rate, and fails those without a campaign with 30034.
    `campaign_mps` is then that of a campaign whose brand has no row in `tiers`.
    `networks` are parts of the US market, `over_carrier_rate` the share of campaigns'
    messages that carriers send back with 30022.  `messages_a_second` and
    `messages_a_day` bound an account with its subaccounts, 0 for no bound, and
    `mms_rates` are MMS a second by type of sender, others counting as their text.
    `prices` come `price_delay` after a message has left, `failed_fee` after it failed.
    `inbound_rate` is inbound messages a second to one of the account's addresses.
    `fallback_to_long_code` says whether services may ask for that.
    A message is scheduled from `schedule_earliest` to `schedule_latest` ahead, and an
    account has at most `scheduled_limit` waiting.  `finer_from_codes` tells by 21659 to
    21661 why a sender cannot be sent from, else all is 21606; `large_pages_refused`
    answers 20007 where a page of more than 1,000 is asked for, else there are 1,000.
    `sources` names where each number comes from, by its key.
    """

    name: str
    date: str
    rates: tuple[Rate, ...]
    mix: Mix
    api_latency: LogNormal
    receipt_delay: LogNormal
    callback_latency: LogNormal
    concurrency: int = 100
    body_bytes: int = MEGABYTE
    body_characters: int = 1600
    notification_recipients: int = 10_000
    pool_size: int = 400
    queue_limit: Seconds
    longest_validity_period: int
    expiry_code: int
    campaign_mps: float = 0.0
    alphanumeric: frozenset[str] = frozenset()
    short_code_reach: Mapping[str, frozenset[str]] = field(default_factory=dict)
    callback_retries: int = 1
    fallback_to_long_code: bool = False
    schedule_earliest: int = 900
    schedule_latest: int = 3_024_000
    scheduled_limit: int = 500_000
    finer_from_codes: bool = False
    large_pages_refused: bool = False
    keywords: Keywords = field(default_factory=Keywords)
    loops: LoopRules = field(default_factory=LoopRules)
    inbound_rate: float = 500.0
    tiers: tuple[Tier, ...] = ()
    low_volume_mixed_mps: float = 0.0
    networks: Mapping[str, float] = field(default_factory=dict)
    over_carrier_rate: float = 0.0
    toll_free_verification: bool = False
    messages_a_second: int = 0
    messages_a_day: int = 0
    mms_rates: Mapping[SenderType, float] = field(default_factory=dict)
    prices: tuple[Price, ...] = ()
    price_delay: Seconds = 10.0
    failed_fee: float = 0.0
    notify: NotifyLimits = field(default_factory=NotifyLimits)
    bulk: BulkLimits = field(default_factory=BulkLimits)
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in _COUNTS:
            if getattr(self, name) < 1:
                given = getattr(self, name)
                raise ValueError(f"{name} must be at least 1, not {given}")
        if not 0 < self.inbound_rate < inf:
            raise ValueError(f"inbound_rate must be above 0, not {self.inbound_rate}")
        for name in _AMOUNTS:
            if not 0 <= getattr(self, name) < inf:
                given = getattr(self, name)
                raise ValueError(f"{name} must be 0 or more, not {given}")
        shares = (*self.networks.values(), self.over_carrier_rate)
        if min(shares) < 0 or sum(shares[:-1]) > 1 or shares[-1] > 1:
            raise ValueError(
                "networks and over_carrier_rate are shares of 1, all networks together "
                f"at most 1, not {sum(shares[:-1]):g} and {shares[-1]:g}"
            )
        if min(self.mms_rates.values(), default=1.0) <= 0:
            raise ValueError("mms_rates are above 0")


_COUNTS = (
    *("concurrency", "body_bytes", "body_characters", "notification_recipients"),
    *("pool_size", "longest_validity_period"),
    *("schedule_earliest", "schedule_latest", "scheduled_limit"),
)
"""What a profile has at least one of."""

_AMOUNTS = (
    *("queue_limit", "campaign_mps", "low_volume_mixed_mps", "messages_a_second"),
    *("messages_a_day", "price_delay", "failed_fee"),
)
"""What a profile has none of, or some."""
