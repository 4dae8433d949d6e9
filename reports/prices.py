"""Prices: a dated table that anybody may edit, a source beside each number."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - msgspec reads the annotations
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from reports.runs import RunError
from reports.wording import MICROS

SHIPPED = Path(__file__).with_name("prices.toml")
SHIPPED_NAME = "the table shipped with smslab"
ANY = "*"
DOLLARS = "USD"
"""The only currency: Twilio's lists are in it, and a report writes it as `$`."""

GIVEN_BY_THE_READER = frozenset({"path"})
"""Fields of a table that its file does not say."""

UNVERIFIED = "[unverified]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The price of one thing in micro-dollars, for whom it holds and who says so."""

    price: int
    source: str
    countries: tuple[str, ...] = (ANY,)
    senders: tuple[str, ...] = (ANY,)

    def fits(self, country: str, sender_type: str) -> bool:
        """Return whether it holds for this country and type of sender."""
        countries, senders = self.countries, self.senders
        return (ANY in countries or country in countries) and (
            ANY in senders or sender_type in senders
        )

    @property
    def verified(self) -> bool:
        """Return whether its source is any good."""
        return not self.source.startswith(UNVERIFIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What an account is charged; in each list the first row that fits counts."""

    title: str
    as_of: date
    segments: tuple[Price, ...]
    rents: tuple[Price, ...]
    failed_message: Price
    carrier_fees: tuple[Price, ...] = ()
    currency: str = DOLLARS
    path: str = SHIPPED_NAME


def load_prices(path: Path | None = None) -> Prices:
    """Read a price table; without a path, the one shipped.

    Raises:
        RunError: the file cannot be read, or something in it is no price.
    """
    shown = SHIPPED_NAME if path is None else str(path)
    path = path or SHIPPED
    try:
        plain = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
        _check_keys(plain, Prices, path.name)
        _check_currency(plain.get("currency", DOLLARS))
        rows = (*plain.get("segments", ()), *plain.get("carrier_fees", ()))
        for row in (*rows, *plain.get("rents", ()), plain.get("failed_message", {})):
            _check_keys(row, Price, path.name)
            row["price"] = _micros(row.get("price"))
        return msgspec.convert(plain | {"path": shown}, Prices)
    except OSError as error:
        raise RunError(f"{path}: no price table ({error.strerror})") from error
    except (ValueError, TypeError, msgspec.ValidationError) as error:
        raise RunError(f"{path}: {error}") from error


def find(rows: tuple[Price, ...], country: str, sender_type: str) -> Price | None:
    """Return the first price that fits, if any does."""
    return next((row for row in rows if row.fits(country, sender_type)), None)


def _check_keys(row: Any, kind: type, name: str) -> None:
    fields = set(kind.__dataclass_fields__)  # type: ignore[attr-defined]
    known = sorted(fields - GIVEN_BY_THE_READER)
    unknown = set(row) - set(known)
    if unknown:
        key = min(unknown)
        near = difflib.get_close_matches(key, known, n=1)
        would_do = f"did you mean {near[0]!r}?" if near else f"use {', '.join(known)}"
        raise ValueError(f"{key!r} is no key of {name}: {would_do}")


def _check_currency(currency: Any) -> None:
    if currency != DOLLARS:
        raise ValueError(
            f"currency is {currency!r}: prices are in US dollars ({DOLLARS!r}), others "
            "have to be converted first"
        )


def _micros(price: Any) -> int:
    """Return a price as micro-dollars.

    Raises:
        TypeError: it is no number.
        ValueError: it is negative, or finer than a micro-dollar.
    """
    if isinstance(price, bool) or not isinstance(price, int | Decimal):
        raise TypeError(f"a price is a number of dollars such as 0.0083, not {price!r}")
    micros = Decimal(price) * MICROS
    if not micros.is_finite() or micros < 0 or micros != micros.to_integral_value():
        raise ValueError(f"a price is whole micro-dollars from 0 up, not {price}")
    return int(micros)
