"""Conduct: quiet hours, opt-outs and second attempts in a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reports.conduct import in_groups
from tests.reports.builders import add_message, add_refusal, judge_record, make_record

if TYPE_CHECKING:
    from pathlib import Path

NIGHT = "2026-11-23T22:00:00-05:00"
EAST = {"zone": "America/New_York"}
WEST = {"zone": "America/Los_Angeles"}


def test_what_left_at_night_is_counted_by_the_recipients_clock(tmp_path: Path) -> None:
    """At ten in New York it is seven in Los Angeles."""
    record = make_record("pool", texts=2, start_at=NIGHT, options={"start": NIGHT})
    add_message(record, "pool", 0, **EAST)
    add_message(record, "pool", 1, **WEST)
    [line] = judge_record(record, tmp_path).conduct
    assert line == (
        "Sent in quiet hours (21:00-08:00, by the recipients' clocks): pool 1 (50.0 %)."
    )


def test_each_stream_is_held_against_its_own_hours(tmp_path: Path) -> None:
    """One that was asked to keep none is held against the first that were asked."""
    record = make_record("early", "late", "none", texts=1, start_at=NIGHT)
    windows = ("21:00-08:00", "23:00-07:00", "")
    for facts, window in zip(record.manifest["strategies"], windows, strict=True):
        facts["quiet"] = window
        add_message(record, facts["name"], 0, **EAST)
    comparison = judge_record(record, tmp_path)
    assert comparison.conduct == (
        "Sent in quiet hours (21:00-08:00, by the recipients' clocks): early and none "
        "each 1 (100.0 %).",
        "Sent in quiet hours (23:00-07:00, by the recipients' clocks): late none.",
    )
    assert [one.in_quiet for one in comparison.judgements] == [1, 0, 0]


def test_what_the_simulator_held_goes_by_its_own_hours(tmp_path: Path) -> None:
    """Whatever hours the sender was asked to keep."""
    law = {"start_at": NIGHT, "quiet_law": ["21:00-08:00"]}
    record = make_record("pool", texts=1, **law)
    record.manifest["strategies"][0]["quiet"] = "12:00-13:00"
    morning = {"sending_at": 36_000.0, "sent_at": 36_000.0, "ended_at": 36_001.0}
    add_message(record, "pool", 0, **EAST, **morning)
    asked, held = judge_record(record, tmp_path).conduct
    assert asked.endswith("(12:00-13:00, by the recipients' clocks): pool none.")
    assert held == "Held until quiet hours were over: pool 1."


def test_where_nobody_asked_nothing_is_said(tmp_path: Path) -> None:
    """A night without --quiet and --start is no matter of the report."""
    record = make_record("pool", texts=1, start_at=NIGHT)
    add_message(record, "pool", 0, **EAST)
    assert judge_record(record, tmp_path).conduct == ()


def test_who_opted_out_and_what_came_of_it_is_told(tmp_path: Path) -> None:
    """Opt-outs, texts refused for them, and texts not even tried."""
    record = make_record("pool", texts=3)
    add_message(record, "pool", 0)
    add_refusal(record, "pool", 1, 21610)
    add_refusal(record, "pool", 2, 21610, status="withheld", error_code=None)
    row = ("pool", "+12125550000", "US", "STOP", "72345", None, 30.0, None)
    record.opt_outs.append(*row)
    comparison = judge_record(record, tmp_path)
    assert comparison.conduct == (
        "Opted out under way: pool 1, 1 refused after it (21610), 1 withheld.",
    )
    assert comparison.conducts[0].opt_outs[0].word == "STOP"


@pytest.mark.parametrize(
    ("options", "sender_type", "said"),
    [
        ({"stops": "20%"}, "short_code", True),
        ({"stops": "20%"}, "long_code", False),
        ({}, "short_code", False),
    ],
)
def test_why_a_short_code_opts_nobody_out_is_told(
    tmp_path: Path, options: dict[str, str], sender_type: str, said: bool
) -> None:
    """Where recipients were asked to write STOP, and none could be obeyed."""
    record = make_record("short-code", texts=1, options=options)
    add_message(record, "short-code", 0, sender_type=sender_type)
    line = "A short code outside of a service has no keywords: STOP opts nobody out."
    assert judge_record(record, tmp_path).conduct == ((line,) if said else ())


def test_second_attempts_are_told_with_how_many_arrived(tmp_path: Path) -> None:
    """A message that a long code sent again after a short code is one of them."""
    record = make_record("service", texts=2)
    first = {"first_sender": "72345", "first_error_code": 30003, "first_sent_at": 1.0}
    add_message(record, "service", 0, **first)
    add_message(record, "service", 1, **first, status="undelivered", error_code=30003)
    assert judge_record(record, tmp_path).conduct == (
        "Went out again by a long code: service 2, 1 of them arrived.",
    )


def test_the_prices_that_messages_got_are_the_cost(tmp_path: Path) -> None:
    """Carrier fees come on top from the table; the failed one's fee is its price."""
    record = make_record("pool", texts=2)
    add_message(record, "pool", 0, price=-0.02)
    add_message(record, "pool", 1, price=-0.001, status="failed", sending_at=None)
    cost = judge_record(record, tmp_path).judgements[0].cost
    assert (cost.messages, cost.failed_fees, cost.recorded) == (20_000, 1_000, True)


def test_what_came_in_has_a_line_of_its_own(tmp_path: Path) -> None:
    """With its cost, which is in no other figure."""
    record = make_record("pool", texts=1)
    add_message(record, "pool", 0)
    facts = {"inbound": 3, "inbound_dollars": 0.02, "replies": 1, "reply_dollars": 0.0}
    record.manifest["inbound"] = [{"name": "pool", **facts}]
    assert judge_record(record, tmp_path).conduct == (
        "Came in, apart from all other figures and costs: pool 3 for $0.02, 1 of them "
        "replied to.",
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("a=5", "a 5"),
        ("a=5 b=none", "a 5; b none"),
        ("a=none b=5 c=none", "b 5; the others none"),
        ("a=5 b=5 c=7", "a and b each 5; c 7"),
        ("a=none b=none", "a and b none"),
    ],
)
def test_what_is_alike_stands_together(said: str, told: str) -> None:
    """By what is said, in the order of the first; nothing comes last."""
    pairs = [tuple(pair.split("=")) for pair in said.split()]
    assert in_groups([(name, text) for name, text in pairs]) == told
