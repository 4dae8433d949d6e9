"""Prices: a table that may be edited, and is refused where it makes no sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reports.prices import find, load_prices
from reports.runs import RunError

if TYPE_CHECKING:
    from pathlib import Path

LEAST = """
title = "Ours"
as_of = 2026-01-01
[[segments]]
countries = ["US"]
price = {price}
source = "contract"
[[rents]]
price = 2
source = "contract"
[failed_message]
price = 0.001
source = "contract"
{more}
"""


def write(folder: Path, price: str = "0.01", more: str = "") -> Path:
    """Write a price table and return its path."""
    path = folder / "ours.toml"
    path.write_text(LEAST.format(price=price, more=more))
    return path


def test_the_shipped_table_has_a_source_beside_each_number() -> None:
    """And says which of them are unverified."""
    prices = load_prices()
    rows = (*prices.segments, *prices.carrier_fees, *prices.rents)
    assert all(row.source for row in (*rows, prices.failed_message))
    assert {row.verified for row in rows} == {True, False}


def test_the_shipped_table_knows_the_us() -> None:
    """A segment costs 0.0083, its carrier fee the mean of three."""
    prices = load_prices()
    base = find(prices.segments, "US", "short_code")
    fee = find(prices.carrier_fees, "US", "long_code")
    assert base
    assert fee
    assert (base.price, fee.price) == (8_300, 4_167)


@pytest.mark.parametrize("country", ["US", "GB", "DE", "FR", "ZZ"])
@pytest.mark.parametrize(
    "kind", ["long_code", "toll_free", "short_code", "alphanumeric"]
)
def test_the_shipped_table_prices_everything(country: str, kind: str) -> None:
    """No run ends without a cost."""
    prices = load_prices()
    assert find(prices.segments, country, kind)
    assert find(prices.rents, country, kind)


def test_ones_own_table_is_read_to_the_micro_dollar(tmp_path: Path) -> None:
    """Amounts are decimal, never binary fractions."""
    prices = load_prices(write(tmp_path, "0.000001"))
    assert prices.segments[0].price == 1
    assert prices.rents[0].price == 2_000_000
    assert prices.path.endswith("ours.toml")


def test_the_first_row_that_fits_counts(tmp_path: Path) -> None:
    """A later row for the same country is not reached."""
    more = '[[carrier_fees]]\nprice = 1\nsource = "x"\ncountries = ["GB"]\n'
    prices = load_prices(write(tmp_path, more=more))
    assert find(prices.carrier_fees, "US", "long_code") is None
    assert find(prices.carrier_fees, "GB", "long_code") == prices.carrier_fees[0]


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ('"0.01"', "a price is a number of dollars such as 0.0083, not '0.01'"),
        ("true", "a price is a number of dollars"),
        ("-1", "whole micro-dollars from 0 up, not -1"),
        ("0.0000001", "whole micro-dollars from 0 up"),
        ("nan", "whole micro-dollars from 0 up"),
        ("", "ours.toml"),
    ],
)
def test_a_price_that_is_none_is_refused(tmp_path: Path, price: str, said: str) -> None:
    """The error names the file and what was given."""
    with pytest.raises(RunError, match=said):
        load_prices(write(tmp_path, price))


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    """A misspelt key is not passed over in silence."""
    more = "[surcharges]\nprice = 1"
    with pytest.raises(
        RunError, match=r"'surcharges' is no key of ours\.toml: use as_of"
    ):
        load_prices(write(tmp_path, more=more))


@pytest.mark.parametrize(
    ("more", "near"),
    [("[[carrier_fee]]\nprice = 1", "carrier_fees"), ("prise = 1", "price")],
)
def test_a_misspelt_key_is_told_the_nearest(
    tmp_path: Path, more: str, near: str
) -> None:
    """At the top of the file and within a row, which the last line here belongs to."""
    with pytest.raises(RunError, match=f"of ours.toml: did you mean '{near}'"):
        load_prices(write(tmp_path, more=more))


def test_a_key_that_is_the_reader_s_is_refused(tmp_path: Path) -> None:
    """Where a table was read from, it does not say itself."""
    path = write(tmp_path)
    path.write_text(f'path = "elsewhere"\n{path.read_text()}')
    with pytest.raises(RunError, match="'path' is no key"):
        load_prices(path)


def test_another_currency_is_refused(tmp_path: Path) -> None:
    """A report writes dollars: euros under that sign would be false."""
    path = write(tmp_path)
    path.write_text(f'currency = "EUR"\n{path.read_text()}')
    with pytest.raises(RunError, match=r"ours\.toml: currency is 'EUR'") as caught:
        load_prices(path)
    assert "\n" not in str(caught.value)


def test_dollars_may_be_said(tmp_path: Path) -> None:
    """What is taken for granted may stand there too."""
    path = write(tmp_path)
    path.write_text(f'currency = "USD"\n{path.read_text()}')
    assert load_prices(path).currency == "USD"


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    """The error names the path."""
    with pytest.raises(RunError, match=r"none\.toml: no price table"):
        load_prices(tmp_path / "none.toml")
