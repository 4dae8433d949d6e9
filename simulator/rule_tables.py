"""What a config says of brands, campaigns, quiet hours, filters and account limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec

from simulator.engine.brands import (
    Brand,
    BrandType,
    Campaign,
    CampaignStatus,
    CampaignType,
)
from simulator.engine.chance import new_sid
from simulator.engine.filters import Alike, Filter
from simulator.engine.quiet import Quiet, QuietRule
from simulator.engine.rules import Rules
from simulator.engine.senders import SenderType  # noqa: TC001, msgspec reads it
from simulator.keys import ConfigError, check_keys, hint
from sms.durations import parse_duration
from sms.quiet_hours import QuietHours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandTable:
    """One of `[[brands]]`: a registered business; `daily_cap` is in segments."""

    name: str
    type: BrandType = BrandType.STANDARD
    score: int = 0
    daily_cap: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignTable:
    """One of `[campaigns]`, by its name; `brand` is a name of `[[brands]]`."""

    brand: str | None = None
    type: CampaignType = CampaignType.STANDARD
    status: CampaignStatus = CampaignStatus.VERIFIED
    mps: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietTable:
    """One of `[[quiet_hours]]`: `hours` are such as "21:00-08:00"."""

    hours: str
    countries: tuple[str, ...] = ()
    then: Quiet = Quiet.HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterTable:
    """One of `[[filters]]`: what carriers throw away; an absent key fits all."""

    share: float = 1.0
    networks: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    types: tuple[SenderType, ...] = ()
    countries: tuple[str, ...] = ()
    text: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeTable:
    """`[alike]`: from when on a long code's texts are too much alike, too fast."""

    most: int
    window: float | str = 60.0
    share: float = 1.0
    similarity: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsTable:
    """`[limits]`: what holds of an account and its subaccounts together."""

    mps: float | None = None
    messages_a_day: int | None = None


Made = TypeVar("Made")

CampaignEntry = float | CampaignTable
"""A campaign in the file: its MPS, 0 being the profile's, or a table."""


class RuleTables(Protocol):
    """What of a file is about rules."""

    @property
    def brands(self) -> Sequence[BrandTable]:
        """Who is registered."""

    @property
    def quiet_hours(self) -> Sequence[QuietTable]:
        """When nobody is texted."""

    @property
    def filters(self) -> Sequence[FilterTable]:
        """What is thrown away."""

    @property
    def alike(self) -> AlikeTable | None:
        """What is too much alike, if anything is."""

    @property
    def limits(self) -> LimitsTable:
        """What holds of the account."""


TABLES: Mapping[str, type[Any]] = {
    "brands": BrandTable,
    "quiet_hours": QuietTable,
    "filters": FilterTable,
    "alike": AlikeTable,
    "limits": LimitsTable,
}


def brand_sid(name: str) -> str:
    """Return the SID of a brand by its name."""
    return new_sid("BN", "config", name)


def check_campaigns(data: Mapping[str, Any]) -> None:
    """Check the keys of campaigns that are tables.

    Raises:
        ConfigError: a key is unknown.
    """
    campaigns = data.get("campaigns", {})
    for name, given in campaigns.items() if isinstance(campaigns, dict) else ():
        check_keys(given, CampaignTable, f"campaigns.{name}")


def check_networks(filters: Sequence[FilterTable], known: Sequence[str]) -> None:
    """Check that filters name networks that the profile knows, and no others.

    Raises:
        ConfigError: names the filter, and what would do.
    """
    for place, table in enumerate(filters):
        for name in table.networks:
            if name not in known:
                nearest = hint(name, known)
                raise ConfigError(f"filters[{place}]: no network {name!r}: {nearest}")


def read_campaign(
    name: str, entry: CampaignEntry, brands: Sequence[BrandTable]
) -> Campaign:
    """Return a campaign by what the file says of it.

    Raises:
        ConfigError: its brand is none of the file's, or its MPS cannot be.
    """
    if not isinstance(entry, CampaignTable):
        return _made(f"campaigns.{name}", Campaign, mps=entry or None)
    names = [brand.name for brand in brands]
    if entry.brand is not None and entry.brand not in names:
        nearest = hint(entry.brand, names)
        raise ConfigError(f"campaigns.{name} has no brand {entry.brand!r}: {nearest}")
    return _made(
        f"campaigns.{name}",
        Campaign,
        brand=entry.brand and brand_sid(entry.brand),
        type=entry.type,
        status=entry.status,
        mps=entry.mps or None,
    )


def read_rules(
    tables: RuleTables, check_country: Callable[[str], str], default: Rules
) -> Rules:
    """Return the rules that a file's tables make, with the default world's brands.

    `check_country` returns a country's code or raises what is wrong with it.

    Raises:
        ConfigError: names the table, and what would do.
    """
    read = [
        _made(
            f"brands[{place}]",
            Brand,
            sid=brand_sid(table.name),
            name=table.name,
            type=table.type,
            score=table.score,
            daily_cap=table.daily_cap,
        )
        for place, table in enumerate(tables.brands)
    ]
    if len({brand.sid for brand in read}) < len(read):
        raise ConfigError("brands: two have the same name")
    return _made(
        "limits",
        Rules,
        brands={**default.brands, **{brand.sid: brand for brand in read}},
        quiet_hours=tuple(
            _quiet(place, table, check_country)
            for place, table in enumerate(tables.quiet_hours)
        ),
        filters=tuple(
            _filter(place, table, check_country)
            for place, table in enumerate(tables.filters)
        ),
        alike=tables.alike and _alike(tables.alike),
        mps=tables.limits.mps,
        messages_a_day=tables.limits.messages_a_day,
    )


def _quiet(
    place: int, table: QuietTable, check_country: Callable[[str], str]
) -> QuietRule:
    where = f"quiet_hours[{place}]"
    return QuietRule(
        hours=_made(where, QuietHours.parse, text=table.hours),
        countries=_countries(where, table.countries, check_country),
        then=table.then,
    )


def _filter(
    place: int, table: FilterTable, check_country: Callable[[str], str]
) -> Filter:
    where = f"filters[{place}]"
    try:
        pattern = re.compile(table.pattern) if table.pattern else None
    except re.error as error:
        raise ConfigError(
            f"{where}: pattern {table.pattern!r} is no regular expression ({error})"
        ) from error
    return _made(
        where,
        Filter,
        share=table.share,
        networks=frozenset(table.networks),
        senders=frozenset(table.senders),
        types=frozenset(table.types),
        countries=_countries(where, table.countries, check_country),
        text=table.text,
        pattern=pattern,
    )


def _alike(table: AlikeTable) -> Alike:
    window = table.window
    if isinstance(window, str):
        window = _made("alike: window", parse_duration, text=window)
    return _made(
        "alike",
        Alike,
        most=table.most,
        window=window,
        share=table.share,
        similarity=table.similarity,
    )


def _countries(
    where: str, codes: Iterable[str], check_country: Callable[[str], str]
) -> frozenset[str]:
    try:
        return frozenset(map(check_country, codes))
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error


def _made(where: str, make: Callable[..., Made], **values: Any) -> Made:
    """Make something of values that may not do, and say where they stand."""
    try:
        return make(**values)
    except (ValueError, msgspec.ValidationError) as error:
        raise ConfigError(f"{where}: {error}") from error
