"""Faults in virtual time: a sender is told what it would see, whatever is the truth."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from loadtests.amiss import PATIENCE
from loadtests.questions import STRATEGIES
from simulator.engine.faults import KINDS, Clock, Fault
from tests.loadtests.trials import ask, content, make_plan, rows, run

if TYPE_CHECKING:
    from loadtests.records import RunRecord

ONE = ("messaging-service",)
CALLBACKS = [what for what in KINDS if what.startswith("callback-")]


def suffer(*faults: Fault, **question: Any) -> RunRecord:
    """Run 200 texts by one strategy, with faults."""
    return ask(200, faults=faults, strategies=ONE, **question)


def struck(record: RunRecord) -> list[int]:
    """Return how often each fault has struck."""
    counts: list[int] = record.manifest["struck"][0]["counts"]
    return counts


@pytest.mark.parametrize(
    ("what", "status", "made"),
    [
        ("error-before", 500, False),
        ("error-after", 500, True),
        ("reset", 0, False),
        ("late-acceptance", 0, True),
    ],
)
def test_an_answer_that_tells_nothing(what: str, status: int, made: bool) -> None:
    """The call is never made again; whether a message left is another matter."""
    record = suffer(Fault(what=what, share=0.1))
    lost = [row for row in rows(record.calls) if row["http_status"] == status]
    assert len(lost) == struck(record)[0] > 5
    ends = [row for row in rows(record.messages) if row["status"] == "ambiguous"]
    assert len(ends) == len(lost) == record.manifest["strategies"][0]["ambiguous"]
    assert {row["left"] for row in ends} == {int(made)}
    assert all((row["answered_at"] is None) == (status == 0) for row in lost)


def test_an_answer_cut_off_is_one_all_the_same() -> None:
    """Its first line says that the call was taken; only the message's name is lost."""
    record = suffer(Fault(what="cut-answer", share=0.1))
    cut = [row for row in rows(record.messages) if row["status"] == "ambiguous"]
    assert len(cut) == struck(record)[0] > 5
    assert {row["left"] for row in cut} == {1}
    assert {row["http_status"] for row in rows(record.calls)} == {201, 429}


@pytest.mark.parametrize(("what", "twice"), [("error-before", 0), ("error-after", 20)])
def test_who_sends_again_risks_two(what: str, twice: int) -> None:
    """A call made again after an error makes the first message or the second."""
    record = suffer(Fault(what=what, count=20), resend_ambiguous=True)
    failed = [row for row in rows(record.calls) if row["http_status"] == 500]
    assert len(failed) == struck(record)[0] == 20
    left = [row["left"] for row in rows(record.messages)]
    assert (min(left), sum(left)) == (1, 200 + twice)
    assert record.manifest["strategies"][0]["ambiguous"] == 0


def test_a_refused_call_is_made_again() -> None:
    """A 429 on order is as any other: nothing is lost by it."""
    record = suffer(Fault(what="too-many-requests", share=0.3))
    refused = [row for row in rows(record.calls) if row["http_status"] == 429]
    assert len(refused) == struck(record)[0] > 30
    assert {row["left"] for row in rows(record.messages)} == {1}


def test_a_bulk_call_is_struck_as_any_other() -> None:
    """It was never answered, and so nobody knows of any of its texts."""
    record = ask(200, faults=(Fault(what="error-before"),), strategies=("bulk",))
    assert {row["http_status"] for row in rows(record.calls)} == {500}
    assert {row["status"] for row in rows(record.messages)} == {"ambiguous"}
    assert struck(record)[0] == len(rows(record.calls))


def test_a_sender_waits_as_long_as_its_client() -> None:
    """What comes within its patience is an answer as any other, only later."""
    record = suffer(Fault(what="late-acceptance", seconds=PATIENCE - 10, count=3))
    slow = sorted(r["answered_at"] - r["started_at"] for r in rows(record.calls))[-3:]
    assert [round(one) for one in slow] == [PATIENCE - 10] * 3
    assert 0 not in {row["http_status"] for row in rows(record.calls)}


def test_a_slow_body_tells_late_of_a_message_made_early() -> None:
    """It is created as ever; its sender hears of it once the body is whole."""
    record = suffer(Fault(what="slow-body", seconds=20.0, share=0.1))
    accepted = {r["text"]: r["accepted_at"] for r in rows(record.messages)}
    late = [
        r["call"]
        for r in rows(record.calls)
        if r["http_status"] == 201 and r["answered_at"] > accepted[r["call"]] + 19
    ]
    assert len(late) == struck(record)[0] > 5


def test_latency_is_by_its_distribution() -> None:
    """About half of the struck requests take longer than the median."""
    fault = Fault(what="latency", median=5.0, p99=30.0)
    took = [r["answered_at"] - r["started_at"] for r in rows(suffer(fault).calls)]
    assert 60 < sum(one > 5 for one in took) < 140


@pytest.mark.parametrize("what", CALLBACKS)
def test_callbacks_are_struck(what: str) -> None:
    """How often each was posted, and what never came, stands in the records."""
    record = suffer(Fault(what=what, share=0.2))
    posts = Counter(row["attempts"] for row in rows(record.callbacks))
    lost = [row for row in rows(record.callbacks) if row["received_at"] is None]
    usual = {"callback-late": 1, "callback-shuffled": 1, "callback-lost": 0}
    copies = usual.get(what, 20 if what == "callback-storm" else 2)
    if copies != 1:
        assert posts == {
            1: sum(posts.values()) - struck(record)[0],
            copies: posts[copies],
        }
        assert posts[copies] == struck(record)[0]
    assert len(lost) == (struck(record)[0] if what == "callback-lost" else 0)
    assert struck(record)[0] > 50


def test_a_lost_callback_keeps_a_text_from_being_sent_again() -> None:
    """Whoever acts on failures does not hear of them."""
    down = Fault(what="carrier-down", share=0.5)
    lost = Fault(what="callback-lost")
    heard = suffer(down, redeliver=1).manifest["strategies"][0]
    unheard = suffer(down, lost, redeliver=1).manifest["strategies"][0]
    assert heard["redelivered"] > 50
    assert unheard["redelivered"] == 0


def test_a_message_nobody_was_answered_for_still_calls_back() -> None:
    """Its failure is known, and its text sent again, as over HTTP."""
    faults = Fault(what="error-after"), Fault(what="carrier-down", ends_at=60)
    record = suffer(*faults, redeliver=1)
    assert record.manifest["strategies"][0]["redelivered"] > 10


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_run_with_faults_is_the_same_every_time(strategy: str) -> None:
    """To the last row and count, whatever the strategy."""
    virtual = [what for what, kind in KINDS.items() if Clock.VIRTUAL in kind.clocks]
    shared = {"registration-lost", "sender-leaves"}
    faults = tuple(
        Fault(what=what, share=1.0 if what in shared else 0.05) for what in virtual
    )
    one, two = (
        run(make_plan(60, faults=faults, strategies=(strategy,), redeliver=1))
        for _ in range(2)
    )
    assert content(one) == content(two)
    assert one.manifest["struck"] == two.manifest["struck"]


def test_where_nothing_is_on_order_nothing_is_said() -> None:
    """And a rule that never strikes changes nothing."""
    plain = ask(60, strategies=ONE)
    idle = ask(60, strategies=ONE, faults=(Fault(what="reset", begins_at=1e6),))
    assert content(plain) == content(idle)
    assert plain.manifest.get("struck", []) == []
    assert idle.manifest["struck"] == [{"name": ONE[0], "counts": [0]}]
