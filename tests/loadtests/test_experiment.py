"""The experiment: a replayable run that loses nothing and invents nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadtests.questions import STRATEGIES
from sender.registry import BUILT_IN, PACING, find_pacing
from sms.statuses import TERMINAL
from tests.loadtests.trials import ask, content, fates, make_plan, rough, rows, run
from tests.loadtests.trials import source as config

ENDS = {*TERMINAL, "sent", "refused", "ambiguous", "unsent"}
PACINGS = tuple(BUILT_IN[PACING])
PASSING = ("switched_off", "unreachable", "unknown_error")
"""What of a mix may have passed by the next attempt."""


def log_of(**question: Any) -> list[dict[str, Any]]:
    """Return the event log of a question, line by line."""
    lines: list[dict[str, Any]] = []
    run(make_plan(20, **question), lines.append)
    return lines


@pytest.mark.parametrize("pacing", PACINGS)
def test_the_same_seed_gives_the_same_run(pacing: str) -> None:
    """Log and records are equal, whichever way calls are paced."""
    assert log_of(pacing=pacing) == log_of(pacing=pacing)
    assert content(ask(pacing=pacing)) == content(ask(pacing=pacing))


def test_another_seed_gives_another_run() -> None:
    """The seed is in every draw, and in whom a count makes up."""
    assert log_of(seed=1) != log_of(seed=2)


def test_the_seed_decides_for_the_same_people_too() -> None:
    """Of the same recipients others are reached under another seed."""
    ends = []
    for seed in (1, 2):
        asked, _ = rough(60, ("notify",), seed=seed)
        ends.append(fates(run(asked), "notify"))
    assert ends[0] != ends[1]


@pytest.mark.parametrize("pacing", PACINGS)
def test_pacing_changes_nobodys_fate(pacing: str) -> None:
    """What the carrier does with a message does not hang on when it came."""
    one, other = (
        ask(pacing=name, strategies=("number-pool",), countries=("US", "GB"))
        for name in (pacing, "adaptive")
    )
    assert fates(one, "number-pool") == fates(other, "number-pool")


def test_the_log_tells_of_all_strategies_in_turn() -> None:
    """Each line names its strategy first, and instants never run backwards in one."""
    lines = log_of()
    names = [line["strategy"] for line in lines]
    assert list(dict.fromkeys(names)) == list(STRATEGIES)
    assert names == sorted(names, key=STRATEGIES.index)
    instants = [(STRATEGIES.index(line["strategy"]), line["at"]) for line in lines]
    assert instants == sorted(instants)


def test_the_log_holds_each_call_and_each_change() -> None:
    """A call has one answer, and a text's last change is its end in the record."""
    lines: list[dict[str, Any]] = []
    record = run(make_plan(20, strategies=("messaging-service",)), lines.append)
    kinds = Counter(line["event"] for line in lines)
    assert kinds["call"] == kinds["answer"] == len(record.calls)
    last = {line["sid"]: line["status"] for line in lines if line["event"] == "status"}
    assert last == {row["sid"]: row["status"] for row in rows(record.messages)}


@pytest.mark.parametrize("delay", [0.0, 5.0])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_engine_never_runs_ahead_of_news(strategy: str, delay: float) -> None:
    """However soon a text is sent again, the log's instants never run backwards."""
    asked, _ = rough(60, (strategy,), redeliver=2, redelivery_delay=delay)
    lines: list[dict[str, Any]] = []
    assert run(asked, lines.append).manifest["strategies"][0]["redelivered"] > 0
    instants = [line["at"] for line in lines]
    assert instants == sorted(instants)


@pytest.mark.parametrize("redeliver", [0, 1])
def test_looking_on_changes_nothing(redeliver: int) -> None:
    """A run whose events are logged leaves the record that it leaves without."""
    asked, _ = rough(60, redeliver=redeliver)
    lines: list[dict[str, Any]] = []
    assert content(run(asked, lines.append)) == content(run(asked))


def test_waiting_for_news_changes_nothing() -> None:
    """Where nothing may be sent again, redelivery leaves the record as it was."""
    calm = config("[profile.mix]\n" + "\n".join(f"{key} = 0.0" for key in PASSING))
    ends = [
        content(ask(config=calm, countries=("US", "GB"), redeliver=redeliver))[1]
        for redeliver in (0, 1)
    ]
    assert ends[0][1] == ends[1][1]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_text_ends_once(strategy: str) -> None:
    """Each text has one row an attempt, and its counts add up to what was planned."""
    record = ask(200, strategies=(strategy,), config=config("[profile]\nqueue_limit=9"))
    table = rows(record.messages)
    assert sorted(row["text"] for row in table) == list(range(200))
    counts = Counter(row["status"] for row in table)
    assert counts.keys() <= ENDS
    assert counts.total() == 200


def test_a_full_queue_refuses_or_fails() -> None:
    """A number's queue answers 21611; behind a service the message fails with 30001."""
    small = config("[profile]\nqueue_limit = 9")
    record = ask(400, config=small, pacing="burst", concurrency=400)
    ends = Counter(fates(record, "single-number").values())
    assert ends[("refused", 21611)] > 300
    through = Counter(fates(record, "messaging-service").values())
    assert through[("failed", 30001)] > 0


def test_refused_bursts_are_made_again() -> None:
    """Above the concurrency a call gets 429, is made later, and nothing is lost."""
    record = ask(200, pacing="burst", concurrency=5, strategies=("messaging-service",))
    calls = rows(record.calls)
    refused = [row for row in calls if row["http_status"] == 429]
    assert {row["error_code"] for row in refused} == {20429}
    assert len([row for row in calls if row["http_status"] == 201]) == 200
    assert {row["status"] for row in rows(record.messages)} <= TERMINAL
    assert len(refused) >= 195


def test_no_call_is_answered_above_the_concurrency() -> None:
    """What is accepted was among the first five in flight; the sixth was refused."""
    record = ask(60, pacing="burst", concurrency=5, strategies=("single-number",))
    for row in rows(record.calls):
        assert (row["in_flight"] <= 5) == (row["http_status"] != 429)


def test_back_off_grows() -> None:
    """The waits between a call's attempts stay below 0.1 s, 0.2 s, 0.4 s …"""
    record = ask(100, pacing="burst", concurrency=3, strategies=("single-number",))
    last: dict[int, float] = {}
    for row in sorted(rows(record.calls), key=lambda row: row["started_at"]):
        if row["attempt"]:
            wait = row["started_at"] - last[row["call"]]
            assert 0 <= wait < 0.1 * 2 ** (row["attempt"] - 1)
        last[row["call"]] = row["answered_at"]
    assert max(row["attempt"] for row in rows(record.calls)) > 2


def test_a_submission_counts_from_the_first_attempt() -> None:
    """A text whose call was refused at first was submitted when that was begun."""
    record = ask(100, pacing="burst", concurrency=3, strategies=("single-number",))
    first: dict[int, float] = {}
    for row in rows(record.calls):
        first.setdefault(row["call"], row["started_at"])
    for row in rows(record.messages):
        assert row["submitted_at"] == first[row["text"]]
        assert row["submitted_at"] <= row["accepted_at"]


def test_a_call_too_large_is_answered_as_over_http() -> None:
    """A body above the profile's bytes gets 413 and makes no message."""
    small = config("[profile]\nbody_bytes = 400")
    record = ask(config=small, strategies=("notify", "number-pool"))
    answers = {(r["operation"], r["http_status"]) for r in rows(record.calls)}
    assert answers == {("create_notification", 413), ("create_message", 201)}
    assert {status for status, _ in fates(record, "notify").values()} == {"refused"}


def test_a_bulk_call_is_refused_as_over_http() -> None:
    """Too large is 413; what is wrong in it is a code, and nobody is texted."""
    small = config("[profile]\nbody_bytes = 400")
    few = config("[profile.bulk]\nrecipients = 7")
    for asked, expected in (
        (small, (413, 20413)),
        (few, (400, 20422)),
    ):
        record = ask(strategies=("bulk",), config=asked)
        answers = {(r["http_status"], r["error_code"]) for r in rows(record.calls)}
        assert answers == {expected}
        assert {status for status, _ in fates(record, "bulk").values()} == {"refused"}


def test_latency_can_be_left_out() -> None:
    """With no latency an answer comes at the instant of its call."""
    record = ask(api_latency=0.0, strategies=("number-pool",))
    assert all(r["started_at"] == r["answered_at"] for r in rows(record.calls))


@settings(max_examples=150, deadline=None)
@given(
    count=st.integers(1, 14),
    strategy=st.sampled_from(STRATEGIES),
    pacing=st.sampled_from(PACINGS),
    redeliver=st.integers(0, 2),
    concurrency=st.integers(1, 5),
    seed=st.integers(0, 1000),
)
def test_no_text_is_lost_and_none_sent_twice(count: int, **scenario: Any) -> None:
    """Every text is there, attempt by attempt, and nothing follows what arrived."""
    strategies, pacing = (scenario.pop("strategy"),), scenario.pop("pacing")
    asked, _ = rough(count, strategies, **scenario)
    (stream,) = asked.streams
    choice = replace(stream.choice, pacing=pacing, make_pacing=find_pacing(pacing))
    asked = replace(asked, streams=(replace(stream, choice=choice),))
    ends = fates(run(asked), strategies[0])
    assert {text for text, _ in ends} == set(range(count))
    for (text, attempt), (status, _) in ends.items():
        assert status in ENDS - {"unsent", "ambiguous"}
        assert attempt == 0 or ends[text, attempt - 1][0] in ("failed", "undelivered")
