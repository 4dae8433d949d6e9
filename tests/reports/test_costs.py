"""Costs: what is charged, to the micro-dollar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.costs import Cost, price_messages
from reports.prices import load_prices
from reports.runs import RunError
from tests.reports.builders import (
    SHORT_CODE,
    add_message,
    add_refusal,
    make_record,
    read_back,
)

if TYPE_CHECKING:
    from pathlib import Path

    from loadtests.records import RunRecord


def cost_of(record: RunRecord, folder: Path) -> Cost:
    """Return the cost of the record's only strategy at the shipped prices."""
    run = read_back(record, folder)
    return price_messages(
        run.strategies[0].messages, run.manifest.senders, load_prices()
    )


def test_segments_are_charged_by_country_with_carrier_fees(tmp_path: Path) -> None:
    """Three US segments and two British ones, one rented number."""
    record = make_record("one", texts=2)
    add_message(record, "one", 0, segments=3)
    add_message(record, "one", 1, segments=2, country="GB")
    cost = cost_of(record, tmp_path)
    assert cost.messages == 3 * 8_300 + 2 * 52_400
    assert cost.carrier_fees == 3 * 4_167
    assert (cost.rent, cost.senders) == (1_150_000, 1)
    assert cost.total == cost.messages + cost.carrier_fees + cost.rent


def test_what_left_twice_is_charged_twice(tmp_path: Path) -> None:
    """Though whoever sent it knows of one: at Twilio's price, and the carriers'."""
    record = make_record("one", texts=3)
    add_message(record, "one", 0, segments=3, left=2, price=-2 * 0.0249)
    add_message(record, "one", 1, segments=1, left=1, price=-0.0083)
    lost = {"status": "ambiguous", "left": 1, "price": -0.0083}
    add_refusal(record, "one", 2, 0, **lost)
    cost = cost_of(record, tmp_path)
    assert cost.segments == 2 * 3 + 1
    assert cost.carrier_fees == 7 * 4_167
    assert cost.messages == 8 * 8_300


def test_undelivered_is_charged_and_refused_is_not(tmp_path: Path) -> None:
    """What reached `sending` is paid for, whatever became of it."""
    record = make_record("one", texts=3)
    add_message(record, "one", 0, status="undelivered", error_code=30006)
    add_refusal(record, "one", 1, 21211)
    assert cost_of(record, tmp_path).charged == 1


def test_a_failed_message_costs_its_fee_alone(tmp_path: Path) -> None:
    """It never reached a carrier."""
    record = make_record("one", texts=1)
    add_message(
        record,
        "one",
        0,
        status="failed",
        error_code=30001,
        sending_at=None,
        sent_at=None,
    )
    cost = cost_of(record, tmp_path)
    assert (cost.messages, cost.failed_fees, cost.rent) == (0, 1_000, 0)


def test_a_short_code_costs_its_rent(tmp_path: Path) -> None:
    """A thousand dollars a month, once."""
    record = make_record("one", texts=2)
    for text in range(2):
        add_message(record, "one", text, sender=SHORT_CODE, sender_type="short_code")
    assert cost_of(record, tmp_path).rent == 1_000_000_000


def test_a_country_without_a_price_of_its_own_is_said(tmp_path: Path) -> None:
    """The row for any country was a guess."""
    record = make_record("one", texts=1)
    add_message(record, "one", 0, country="NZ")
    assert cost_of(record, tmp_path).guessed == ("NZ",)


def test_a_message_no_row_fits_is_an_error(tmp_path: Path) -> None:
    """A cost that leaves something out would mislead."""
    table = tmp_path / "ours.toml"
    table.write_text(
        'title = "x"\nas_of = 2026-01-01\nsegments = []\nrents = []\n'
        '[failed_message]\nprice = 0\nsource = "x"\n'
    )
    record = make_record("one", texts=1)
    add_message(record, "one", 0)
    run = read_back(record, tmp_path)
    with pytest.raises(RunError, match=r"no price for a long_code and US"):
        price_messages(run.strategies[0].messages, (), load_prices(table))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(segments=st.lists(st.integers(1, 10), max_size=30))
def test_money_never_drifts(tmp_path: Path, segments: list[int]) -> None:
    """The sum is the segments' number times the price, exactly."""
    record = make_record("one", texts=len(segments))
    for text, number in enumerate(segments):
        add_message(record, "one", text, segments=number)
    assert cost_of(record, tmp_path).messages == sum(segments) * 8_300
