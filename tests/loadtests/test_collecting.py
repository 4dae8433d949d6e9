"""Collecting: parts of a load that become one record, whatever is missing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadtests.collecting import collect
from tests.loadtests.leavings import BEGAN_AT, FATES, Leavings, leave
from tests.loadtests.loadings import read_small
from tests.loadtests.trials import content, make_record, rows

if TYPE_CHECKING:
    from loadtests.endings import Endings
    from loadtests.records import RunRecord

LOAD = read_small()
TEXTS = [(s.name, text.key) for s in LOAD.streams for text in s.scenario.texts]

fates = st.lists(st.sampled_from(FATES), min_size=1, max_size=14)


def collected(
    left: Leavings, chance: Random | None = None
) -> tuple[RunRecord, Endings]:
    """Return the record of these leavings, and what else they say."""
    record = make_record()
    with TemporaryDirectory() as folder:
        left.write(Path(folder), chance)
        return record, collect(LOAD, Path(folder), record)


def statuses(record: RunRecord) -> Counter[str]:
    """Return how often each status is in the messages."""
    return Counter(row["status"] for row in rows(record.messages))


@given(fates=fates, workers=st.integers(1, 4))
@settings(max_examples=50)
def test_every_text_is_there_once(fates: list[str], workers: int) -> None:
    """With the fate it met, however many workers sent it."""
    record, ending = collected(leave(LOAD, fates, workers))
    found = {(r["strategy"], r["text"]): r["status"] for r in rows(record.messages)}
    met = [fates[turn % len(fates)] for turn in range(len(TEXTS))]
    assert found == dict(zip(TEXTS, met, strict=True))
    assert len(record.messages) == len(TEXTS)
    assert ending.missing == ()


@given(fates=fates, workers=st.integers(1, 4), seed=st.integers(0, 99))
@settings(max_examples=50)
def test_the_order_of_the_lines_changes_nothing(
    fates: list[str], workers: int, seed: int
) -> None:
    """Nor does it matter to messages and callbacks which worker wrote them."""
    left, again = leave(LOAD, fates, workers), leave(LOAD, fates, workers)
    record, _ = collected(left)
    shuffled, _ = collected(again, Random(seed))
    assert content(record) == content(shuffled)
    alone, _ = collected(leave(LOAD, fates))
    assert content(alone)[1][1:] == content(record)[1][1:]


def test_instants_count_from_the_runs_zero() -> None:
    """The server's seconds before it are taken off everywhere."""
    record, ending = collected(leave(LOAD, ["delivered"]))
    message = rows(record.messages)[2]
    assert (message["intended_at"], message["submitted_at"]) == (2.0, 2.125)
    assert (message["ended_at"], message["accepted_at"]) == (4.125, 2.375)
    assert min(row["started_at"] for row in rows(record.calls)) == 0.125
    assert ending.began_at == BEGAN_AT
    assert min(row["due_at"] for row in rows(record.callbacks)) > 0


def test_calls_are_numbered_as_they_began() -> None:
    """In each stream, over all workers."""
    record, _ = collected(leave(LOAD, ["delivered"], workers=3))
    codes = [row for row in rows(record.calls) if row["strategy"] == "codes"]
    assert [row["call"] for row in codes] == list(range(8))
    assert [row["intended_at"] for row in codes] == [float(n) for n in range(8)]


def test_a_call_made_again_keeps_its_number() -> None:
    """Its text was submitted when it was first begun."""
    left = leave(LOAD, ["delivered"])
    first = dict(left.workers[0][1])
    again = {**first, "retries": 1, "started_at": first["started_at"] + 3.0}
    refused: dict[str, Any] = {"http_status": 429, "error_code": 20429, "sid": None}
    left.workers[0][1:2] = [{**first, **refused, "final": False, "texts": []}, again]
    record, _ = collected(left)
    of_codes = [row for row in rows(record.calls) if row["strategy"] == "codes"]
    codes = [row for row in of_codes if row["call"] == 0]
    assert [(row["attempt"], row["http_status"]) for row in codes] == [
        (0, 429),
        (1, 201),
    ]
    assert rows(record.messages)[0]["submitted_at"] == 0.125


def test_a_notifications_texts_are_its_messages() -> None:
    """In the order in which the simulator names them."""
    left = leave(LOAD, ["delivered"])
    calls = [line for line in left.workers[0] if line.get("stream") == "news"]
    call = {
        **next(line for line in calls if line["kind"] == "call"),
        "operation": "create_notification",
        "recipients": 6,
        "sid": "NT1",
        "texts": [[key, 0] for key in range(6)],
    }
    codes = [line for line in left.workers[0] if line.get("stream") != "news"]
    left.workers[0] = [*codes, call]
    sids = [f"SMnews{key}" for key in range(6)]
    left.journal.append({"kind": "notification", "sid": "NT1", "messages": sids})
    record, ending = collected(left)
    news = [row for row in rows(record.messages) if row["strategy"] == "news"]
    assert [row["sid"] for row in news] == sids
    assert ending.missing == ()


def test_what_the_workers_counted_is_added_up() -> None:
    """Of each stream and of each receiver."""
    _, ending = collected(leave(LOAD, ["delivered"], workers=3))
    assert ending.counts["codes"]["redelivered"] == 3
    assert ending.receivers == {"forged": 3, "duplicates": 6, "overflowed": 0}
    assert ending.start_at == "2026-11-23T10:00:00+00:00"


def test_the_lowest_break_is_the_knee() -> None:
    """Of all workers; one that met none is no witness."""
    left = leave(LOAD, ["delivered"], workers=3)
    knees = [(3.0, None), (1.0, 2.0), (2.0, 3.0)]
    for end, (rate, broken_at) in zip(left.ends, knees, strict=True):
        knee = {"check": "share(429) < 1%", "rate": rate, "broken_at": broken_at}
        end["streams"]["codes"]["knee"] = knee
    _, ending = collected(left)
    assert ending.knees["codes"]["broken_at"] == 2.0
    assert ending.knees["codes"]["rate"] == 1.0


# What was killed


def killed(fates: list[str], keep: int) -> Leavings:
    """Return what is left if the second of two workers wrote so many lines only."""
    left = leave(LOAD, fates, workers=2)
    left.workers[1] = left.workers[1][:keep]
    left.ends[1] = {}
    return left


@given(fates=fates, keep=st.integers(0, 24))
@settings(max_examples=50)
def test_a_killed_workers_messages_are_found(fates: list[str], keep: int) -> None:
    """What the simulator had is in the record, each message as a text's, once."""
    record, ending = collected(killed(fates, keep))
    whole, _ = collected(leave(LOAD, fates, workers=2))
    sids = Counter(row["sid"] for row in rows(whole.messages) if row["sid"])
    found = Counter(row["sid"] for row in rows(record.messages) if row["sid"])
    assert found == sids
    assert len(record.messages) == len(TEXTS)
    assert "worker 2 of 2" in ending.missing[0]


def test_a_killed_worker_is_said_to_be_missing() -> None:
    """And by what its messages were known instead."""
    _, ending = collected(killed(["delivered"], keep=1))
    assert ending.missing == (
        "worker 2 of 2 was killed: its last calls and callbacks, its counts and its "
        "receiver's are missing",
        "7 messages had no answer noted: matched by recipient",
    )
    _, ending = collected(killed(["delivered"], keep=0))
    assert ending.missing[0] == "worker 2 of 2 left nothing"


def test_a_callback_tells_whose_message_it_is() -> None:
    """Though the answer that named it was never noted."""
    left = leave(LOAD, ["delivered"])
    del left.workers[0][1]
    record, ending = collected(left)
    assert ending.missing == (
        "1 message had no answer noted: matched by their callbacks",
    )
    assert statuses(record) == {"delivered": len(TEXTS)}


def test_a_call_under_way_at_the_end_is_found() -> None:
    """A worker that was stopped before it had drained has not noted every answer."""
    left = leave(LOAD, ["delivered"])
    left.workers[0] = [line for line in left.workers[0] if line.get("text") != 7]
    left.workers[0].remove(
        next(line for line in left.workers[0] if line.get("texts") == [[7, 0]])
    )
    left.ends[0]["drained"] = False
    record, ending = collected(left)
    assert statuses(record) == {"delivered": len(TEXTS)}
    assert ending.missing == ("1 message had no answer noted: matched by recipient",)


def test_a_killed_workers_redelivery_is_found() -> None:
    """A message to somebody whose first one had failed is the next attempt."""
    left = leave(LOAD, ["undelivered"])
    left.ends[0] = {}
    line = next(line for line in left.journal if line["sid"] == "SMnews0")
    left.journal.append({**line, "sid": "SMagain", "created_at": 999.0})
    record, _ = collected(left)
    news = [row for row in rows(record.messages) if row["strategy"] == "news"]
    first, again = news[:2]
    assert (first["sid"], first["attempt"]) == ("SMnews0", 0)
    assert (again["sid"], again["attempt"]) == ("SMagain", 1)


@pytest.mark.parametrize("heard_from", [2, 4])
def test_an_ambiguous_text_stays_so(heard_from: int) -> None:
    """The sender never knew, though a message left, whether callbacks tell or not."""
    left = leave(LOAD, ["delivered"])
    lines = left.workers[0]
    lost = {"http_status": 0, "sid": None, "answered_at": None}
    left.workers[0] = [lines[0], {**lines[1], **lost}, *lines[heard_from:]]
    record, ending = collected(left)
    [row] = [row for row in rows(record.messages) if row["status"] == "ambiguous"]
    assert (row["sid"], row["left"]) == (None, 1)
    assert ending.missing == ()


@pytest.mark.parametrize("fate", ["refused", "ambiguous", "unsent"])
def test_what_has_no_message_never_left(fate: str) -> None:
    """None was made, so none can have left; every other text left once."""
    record, _ = collected(leave(LOAD, [fate, "delivered"]))
    left = {row["status"]: row["left"] for row in rows(record.messages)}
    assert left == {fate: 0, "delivered": 1}


def test_a_message_of_nobodys_is_left_out() -> None:
    """Somebody else may have sent to the same simulator; it is said."""
    left = leave(LOAD, ["delivered"])
    message = next(line for line in left.journal if line["kind"] == "message")
    left.journal.append({**message, "sid": "SMstrange"})
    record, ending = collected(left)
    assert len(record.messages) == len(TEXTS)
    assert ending.missing == (
        "1 message had no answer noted and no text to go to: left out",
    )


def test_a_killed_simulators_messages_are_as_heard() -> None:
    """Status, code and end are what the callbacks told; other instants are null."""
    left = leave(LOAD, ["undelivered", "sent"])
    left.journal, left.stop = [], []
    record, ending = collected(left)
    first, second = rows(record.messages)[:2]
    assert (first["status"], first["error_code"]) == ("undelivered", 30003)
    assert (first["ended_at"], first["sent_at"]) == (2.625, None)
    assert (second["status"], second["ended_at"]) == ("sent", None)
    assert {row["http_status"] for row in rows(record.callbacks)} == {204}
    assert ending.missing[0].startswith("the simulator was killed")


def test_without_any_part_nothing_was_sent(tmp_path: Path) -> None:
    """Each text is unsent, and it is said that nobody left anything."""
    record = make_record()
    ending = collect(LOAD, tmp_path, record)
    assert statuses(record) == {"unsent": len(TEXTS)}
    assert ending.missing == (
        "no worker of the load generator left anything",
        "the simulator left nothing: messages are as their callbacks told them",
    )


def test_looks_are_the_generators_table() -> None:
    """Each under its worker's name."""
    left = leave(LOAD, ["delivered"], workers=2)
    look = {
        "kind": "look",
        "at": BEGAN_AT + 1,
        "cpu": 0.5,
        "lag_ms": 0.25,
        "in_flight": 3,
    }
    left.workers[1].append(look)
    record, _ = collected(left)
    (row,) = rows(record.generator)
    assert (row["worker"], row["looked_at"], row["cpu"]) == ("worker 1", 1.0, 0.5)


def test_what_came_in_is_none_of_the_texts() -> None:
    """A webhook's reply is left out; opt-outs and a count of what came in are kept."""
    left = leave(LOAD, ["delivered"])
    reply = {**left.journal[0], "sid": "SMreply", "direction": "outbound-reply"}
    recipient = LOAD.streams[-1].scenario.texts[0].recipient
    gone = {"recipient": recipient, "country": "US", "word": "STOP", "sender": "1"}
    when = {"service": None, "opted_out_at": BEGAN_AT + 5.0, "undone_at": None}
    came = {"inbound": 1, "inbound_dollars": 0.0075, "replies": 1, "reply_dollars": 0.0}
    left.stop[:0] = [{"kind": "opt_out", **gone, **when}, {"kind": "inbound", **came}]
    left.journal.append(reply)
    record, ending = collected(left)
    assert (len(record.messages), ending.missing) == (len(TEXTS), ())
    [row] = rows(record.opt_outs)
    assert (row["strategy"], row["opted_out_at"]) == (LOAD.streams[-1].name, 5.0)
    assert record.manifest["inbound"][0]["inbound"] == 1
