"""The recorder: each text finds its message, or why it has none."""

from __future__ import annotations

import pytest

from loadtests.recorder import Recorder
from sender.plans import Attempt, Call, Operation, Outcome, Text
from tests.loadtests.trials import make_record, rows
from tests.simulator.engine.builders import (
    drain,
    long_code,
    make_gateway,
    send,
    us,
)

TEXTS = [Text(key, us(key), "Hello") for key in range(3)]


def attempt(*texts: Text, number: int = 0, retries: int = 0) -> Attempt:
    """Return an attempt of a call that carries these texts."""
    return Attempt(Call(Operation.CREATE_MESSAGE, texts, {}), number, retries)


def answer(recorder: Recorder, outcome: Outcome, started_at: float) -> None:
    """Tell a recorder of an outcome."""
    recorder.answer(outcome, started_at, started_at + 0.1, 1)


def test_a_placed_text_is_its_message() -> None:
    """What became of the message is read at the end, not when it was placed."""
    record = make_record()
    recorder, gateway = Recorder("pool", record), make_gateway(long_code())
    message = send(gateway, us(0))
    recorder.place(attempt(TEXTS[0]), 0.5, [message])
    drain(gateway)
    assert recorder.finished_at() == message.ended_at
    list(recorder.drain(TEXTS[:1]))
    (row,) = rows(record.messages)
    assert (row["status"], row["ended_at"]) == ("delivered", message.ended_at)
    assert (row["sid"], row["submitted_at"]) == (message.sid, 0.5)


@pytest.mark.parametrize(
    ("http_status", "status"),
    [(400, "refused"), (413, "refused"), (429, "refused"), (500, "ambiguous")],
)
def test_a_lost_text_says_why(http_status: int, status: str) -> None:
    """A 4xx has refused it; after a 5xx nobody knows."""
    record = make_record()
    recorder = Recorder("pool", record)
    first = attempt(TEXTS[0])
    recorder.lose(Outcome(first, http_status, 21211), 2.0)
    list(recorder.drain(TEXTS[:1]))
    (row,) = rows(record.messages)
    assert (row["status"], row["error_code"]) == (status, 21211)
    assert (row["sid"], row["segments"], row["accepted_at"]) == (None, 0, None)


def test_no_answer_is_ambiguous() -> None:
    """A call that nobody answered may have been taken."""
    recorder = Recorder("pool", make_record())
    first = attempt(TEXTS[0])
    recorder.lose(Outcome(first, 0), 0.0)
    assert recorder.fates() == {(0, 0): ("ambiguous", None)}


def test_a_text_without_a_call_is_unsent() -> None:
    """Texts of which nothing was heard are in the record, once."""
    record = make_record()
    recorder = Recorder("pool", record)
    first = attempt(TEXTS[1])
    recorder.lose(Outcome(first, 400), 0.0)
    list(recorder.drain(TEXTS))
    found = {row["text"]: row["status"] for row in rows(record.messages)}
    assert found == {0: "unsent", 1: "refused", 2: "unsent"}
    assert len(record.messages) == 3


def test_a_refused_call_counts_from_its_first_attempt() -> None:
    """The text was submitted when its call was first begun."""
    record = make_record()
    recorder, gateway = Recorder("pool", record), make_gateway(long_code())
    first, again = attempt(TEXTS[0]), attempt(TEXTS[0], retries=1)
    answer(recorder, Outcome(first, 429, 20429), 1.0)
    answer(recorder, Outcome(again, 201, None, "SM1"), 4.0)
    recorder.place(again, 4.0, [send(gateway, us(0))])
    list(recorder.drain(TEXTS[:1]))
    assert [row["submitted_at"] for row in rows(record.messages)] == [1.0]
    assert [row["attempt"] for row in rows(record.calls)] == [0, 1]


def test_a_repeated_text_is_known_once() -> None:
    """The length counts texts, not deliveries."""
    recorder, gateway = Recorder("pool", make_record()), make_gateway(long_code())
    again = TEXTS[0]._replace(attempt=1)
    for number, text in enumerate((TEXTS[0], again)):
        recorder.place(attempt(text, number=number), 0.0, [send(gateway, us(0))])
    assert len(recorder) == 1
    assert set(recorder.fates()) == {(0, 0), (0, 1)}


def test_nothing_has_finished_at_first() -> None:
    """Without a message the end is the beginning."""
    assert Recorder("pool", make_record()).finished_at() == 0.0
