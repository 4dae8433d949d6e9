"""Verdicts: the answer in words, and a reason for every strategy that is not it."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from reports.tables import FittingTable
from tests.reports.builders import (
    SHORT_CODE,
    add_message,
    add_refusal,
    judge_record,
    make_record,
)

if TYPE_CHECKING:
    from pathlib import Path

    from loadtests.records import RunRecord
    from reports.verdicts import Verdict


def verdict_on(record: RunRecord, folder: Path) -> Verdict:
    """Return the verdict on a record."""
    return judge_record(record, folder).verdict


def reasons_in(record: RunRecord, folder: Path) -> dict[str, str]:
    """Return the reasons a verdict gives, by strategy."""
    return dict(verdict_on(record, folder).reasons)


def test_the_cheapest_that_makes_the_deadline_is_named(tmp_path: Path) -> None:
    """A fast one with dear senders is dearer, and its reason says by how much."""
    record = make_record("pool", "short-code", texts=1, deadline=600.0)
    add_message(record, "pool", 0, ended_at=300.0)
    short = {"sender": SHORT_CODE, "sender_type": "short_code"}
    add_message(record, "short-code", 0, ended_at=5.0, **short)
    verdict = verdict_on(record, tmp_path)
    assert verdict.headline == (
        "Cheapest strategy that meets the 10m deadline: pool, $1.16, done after 5m"
    )
    assert (verdict.met, verdict.chosen) == (True, "pool")
    assert verdict.reasons == (
        (
            "short-code",
            "Meets it too, but dearer by $998.85, for its senders' rent: $1,000.01, "
            "done after 5s.",
        ),
    )


def test_a_difference_that_is_not_rent_has_no_cause(tmp_path: Path) -> None:
    """A hundred segments more, from the same sender."""
    record = make_record("short", "long", texts=1)
    add_message(record, "short", 0)
    add_message(record, "long", 0, segments=100)
    assert reasons_in(record, tmp_path)["long"] == (
        "Meets it too, but dearer by $1.23: $2.40, done after 4s."
    )


def test_a_late_strategy_says_by_how_much(tmp_path: Path) -> None:
    """And how many texts were late."""
    record = make_record("slow", texts=2, deadline=60.0)
    add_message(record, "slow", 0, ended_at=60.0)
    add_message(record, "slow", 1, ended_at=90.0)
    verdict = verdict_on(record, tmp_path)
    assert verdict.headline == "slow does not meet the 1m deadline."
    assert not verdict.met
    assert dict(verdict.reasons)["slow"] == (
        "Too late by 30s: 1 text ended after the deadline, the last after 1m 30s."
    )


def test_texts_lost_to_ones_own_limits_fail_the_deadline(tmp_path: Path) -> None:
    """Being done in time is not enough."""
    record = make_record("one", texts=3)
    add_message(record, "one", 0)
    add_refusal(record, "one", 1, 21611)
    add_refusal(record, "one", 2, 0, status="ambiguous", error_code=None)
    assert reasons_in(record, tmp_path)["one"] == (
        "Lost 1 to No answer, or no code; lost 1 to 21611 Sender's queue is full."
    )


def test_recipients_out_of_reach_fail_the_deadline(tmp_path: Path) -> None:
    """The reason counts them and names the code."""
    record = make_record("short-code", texts=2)
    for text in range(2):
        add_refusal(record, "short-code", text, 21612)
    assert reasons_in(record, tmp_path)["short-code"] == (
        "Does not reach 2 recipients (21612 'To' not reachable from this 'From')."
    )


def test_bad_recipients_fail_nobody(tmp_path: Path) -> None:
    """Landlines, opt-outs and invalid numbers are no strategy's fault."""
    record = make_record("one", texts=4)
    add_message(record, "one", 0)
    add_message(record, "one", 1, status="undelivered", error_code=30006)
    add_refusal(record, "one", 2, 21610)
    add_refusal(record, "one", 3, 21211)
    assert verdict_on(record, tmp_path).chosen == "one"


def test_a_partial_run_says_so_first(tmp_path: Path) -> None:
    """And a strategy stopped on its way does not make the deadline."""
    record = make_record(
        "one", texts=2, complete=False, missing=["stopped by hand during one"]
    )
    add_message(record, "one", 0)
    record.manifest["strategies"][0]["complete"] = False
    verdict = verdict_on(record, tmp_path)
    assert verdict.caveats == (
        "This run is partial: it was stopped before its end.",
        "stopped by hand during one",
    )
    assert dict(verdict.reasons)["one"] == "1 text never came to an end."


def test_a_strategy_stopped_after_its_last_text_is_not_trusted(tmp_path: Path) -> None:
    """Re-deliveries may have been due."""
    record = make_record("one", texts=1)
    add_message(record, "one", 0)
    record.manifest["strategies"][0]["complete"] = False
    assert reasons_in(record, tmp_path)["one"] == "It was stopped before its end."


def test_without_a_deadline_fastest_and_cheapest_are_named(tmp_path: Path) -> None:
    """None was asked, so none is missed."""
    record = make_record("pool", "short-code", texts=1, deadline=None)
    add_message(record, "pool", 0, ended_at=300.0)
    short = {"sender": SHORT_CODE, "sender_type": "short_code"}
    add_message(record, "short-code", 0, ended_at=5.0, **short)
    verdict = verdict_on(record, tmp_path)
    assert verdict.headline == (
        "Fastest: short-code, $1,000.01, done after 5s. "
        "Cheapest: pool, $1.16, done after 5m"
    )
    assert verdict.met


def test_without_a_deadline_one_may_be_both(tmp_path: Path) -> None:
    """Then it is named once."""
    record = make_record("pool", "slow", texts=1, deadline=None)
    add_message(record, "pool", 0)
    add_message(record, "slow", 0, segments=9, ended_at=90.0)
    headline = verdict_on(record, tmp_path).headline
    assert headline == "Fastest and cheapest: pool, $1.16, done after 4s"


def test_without_a_deadline_losing_texts_is_still_a_fault(tmp_path: Path) -> None:
    """No strategy is best that does not do the work; one has not even begun."""
    record = make_record("one", "two", texts=1, deadline=None)
    add_refusal(record, "one", 0, 21611)
    verdict = verdict_on(record, tmp_path)
    assert verdict.headline == (
        "No strategy is without a fault; each has its own below."
    )
    assert verdict.met


def test_nobody_meets_what_no_strategy_meets(tmp_path: Path) -> None:
    """Two were asked, and neither makes it."""
    record = make_record("one", "two", texts=1, deadline=1.0)
    add_message(record, "one", 0)
    headline = verdict_on(record, tmp_path).headline
    assert headline == "No strategy meets the 1s deadline."


@pytest.mark.parametrize(
    ("deadline", "question", "headline"),
    [
        (
            60.0,
            "1 text within 1m: does pool make it?",
            "pool meets the 1m deadline: $1.16, done after 4s",
        ),
        (
            None,
            "1 text: what comes of sending by pool?",
            "pool, $1.16, done after 4s",
        ),
    ],
)
def test_one_strategy_alone_is_not_compared(
    tmp_path: Path, deadline: float | None, question: str, headline: str
) -> None:
    """It is neither the cheapest nor the fastest: the verdict says what it does."""
    record = make_record("pool", texts=1, deadline=deadline)
    add_message(record, "pool", 0)
    verdict = verdict_on(record, tmp_path)
    assert (verdict.question, verdict.headline) == (question, headline)


def test_one_strategy_alone_may_lose_texts(tmp_path: Path) -> None:
    """The reason is then in its line."""
    record = make_record("one", texts=1, deadline=None)
    add_refusal(record, "one", 0, 21611)
    headline = verdict_on(record, tmp_path).headline
    assert headline == "one loses texts."


@pytest.mark.parametrize(
    ("code", "does"),
    [(30034, "does not reach every recipient"), (21611, "loses texts")],
)
def test_what_all_do_wrong_is_named_for_what_it_is(
    tmp_path: Path, code: int, does: str
) -> None:
    """Texts that ended, though badly, are not said to have no end."""
    record = make_record("one", "two", texts=1, deadline=None)
    for name in ("one", "two"):
        add_refusal(record, name, 0, code, status="failed")
    assert verdict_on(record, tmp_path).headline == f"Every strategy {does}."


def test_who_delivers_nothing_does_not_plainly_meet_the_deadline(
    tmp_path: Path,
) -> None:
    """It ends within it, and the largest cause is named by its code."""
    record = make_record("pool", texts=3)
    for text, code in enumerate((30007, 30007, 30005)):
        changes = {"status": "undelivered", "error_code": code}
        add_message(record, "pool", text, **changes)
    verdict = verdict_on(record, tmp_path)
    assert verdict.headline.startswith("pool ends within the 30m deadline: ")
    assert verdict.headline.endswith(", but delivers only 0.0 %")
    assert verdict.notes == (
        "pool delivers 0.0 % of its texts; of the others, most ended by 30007 Message "
        "filtered (2 texts).",
    )


def test_who_delivers_little_comes_after_who_delivers(tmp_path: Path) -> None:
    """However cheap it is, and however fast."""
    record = make_record("cheap", "dear", texts=1)
    add_message(record, "cheap", 0, status="undelivered", error_code=30007)
    add_message(record, "dear", 0, segments=100)
    verdict = verdict_on(record, tmp_path)
    assert verdict.chosen == "dear"
    [(name, reason)] = verdict.reasons
    assert (name, reason[:20]) == ("cheap", "Delivers only 0.0 %:")


def test_the_star_on_who_delivers_too_little_says_so(tmp_path: Path) -> None:
    """It stands in the table for the best of those that end in time."""
    record = make_record("a", "b", texts=1)
    for name in ("a", "b"):
        add_message(record, name, 0, status="undelivered", error_code=30007)
    console = Console(width=100, record=True, file=StringIO())
    console.print(FittingTable(judge_record(record, tmp_path)))
    text = console.export_text()
    assert "* the best that ends within the deadline, but less than half was" in text


def test_texts_without_a_receipt_are_no_failures(tmp_path: Path) -> None:
    """Where no receipt comes, sent is the best that can be known."""
    record = make_record("pool", texts=1)
    add_message(record, "pool", 0, status="sent", ended_at=None)
    verdict = verdict_on(record, tmp_path)
    assert verdict.headline.startswith("pool meets the 30m deadline")
    assert verdict.notes == ()


@pytest.mark.parametrize("quiet", ["21:00-08:00", ""])
def test_nobody_is_chosen_who_sent_in_quiet_hours(tmp_path: Path, quiet: str) -> None:
    """Where the sender was asked to keep them; else it is nobody's fault."""
    night = "2026-11-23T22:00:00-05:00"
    record = make_record("pool", texts=1, start_at=night, deadline=None)
    record.manifest["strategies"][0]["quiet"] = quiet
    add_message(record, "pool", 0, zone="America/New_York")
    verdict = verdict_on(record, tmp_path)
    assert verdict.chosen == (None if quiet else "pool")
    if quiet:
        assert verdict.headline == "pool sends in quiet hours."
        assert dict(verdict.reasons)["pool"] == (
            "Sent 1 message in the quiet hours asked for: what notify and bulk "
            "have queued leaves."
        )


@pytest.mark.parametrize(("ended_at", "said"), [(4.0, True), (9_000.0, False)])
def test_the_end_of_notify_is_said_where_it_is_an_answer(
    tmp_path: Path, ended_at: float, said: bool
) -> None:
    """Whether chosen or as good; where it is too late nobody would take it."""
    record = make_record("a", "notify", texts=1)
    add_message(record, "a", 0)
    add_message(record, "notify", 0, ended_at=ended_at)
    notes = verdict_on(record, tmp_path).notes
    assert notes == (("Twilio ends Notify on 31 October 2027.",) if said else ())


@pytest.mark.parametrize(
    ("differing", "were"),
    [
        ((1, 2), "3 messages fared otherwise than in virtual time (a 1, b 2)"),
        ((0, 0), "0 messages fared otherwise than in virtual time"),
        ((None, 1), "1 message fared otherwise than in virtual time"),
        ((None, None), "it is not known how many messages fared otherwise than in"),
    ],
)
def test_a_real_clock_says_how_far_it_is_to_be_trusted(
    tmp_path: Path, differing: tuple[int | None, int | None], were: str
) -> None:
    """How many fared otherwise, and that the machine's slowness is in the times."""
    record = make_record("a", "b", texts=0, clock="real", speed=60.0)
    for facts, number in zip(record.manifest["strategies"], differing, strict=True):
        facts["differing"] = number
    [note] = verdict_on(record, tmp_path).notes
    assert note.startswith(f"Real clock: {were}")
    assert note.endswith("hold this machine's own slowness, 60 times over.")


def test_the_same_price_later_is_as_cheap(tmp_path: Path) -> None:
    """Of equals the first to be done is chosen."""
    record = make_record("late", "soon", texts=1)
    add_message(record, "late", 0, ended_at=8.0)
    add_message(record, "soon", 0)
    assert reasons_in(record, tmp_path) == {
        "late": "As cheap, but done later: $1.16, done after 8s."
    }


def test_equals_are_said_to_be_equal(tmp_path: Path) -> None:
    """The same price and time is as good."""
    record = make_record("a", "b", texts=1)
    add_message(record, "a", 0)
    add_message(record, "b", 0)
    assert reasons_in(record, tmp_path) == {"b": "As good: $1.16, done after 4s."}


def test_no_text_is_no_answer(tmp_path: Path) -> None:
    """A strategy that had nothing to do has shown nothing."""
    record = make_record("idle", texts=0)
    assert reasons_in(record, tmp_path)["idle"] == "It had no text to send."


def test_no_strategy_is_no_answer(tmp_path: Path) -> None:
    """A run stopped before the first began still has a report."""
    verdict = verdict_on(make_record(texts=0, deadline=None), tmp_path)
    assert verdict.headline == "No strategy was run."
