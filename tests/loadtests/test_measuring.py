"""Measuring: a record's figures, whatever clock it was made by."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadtests.figures import COUNTED, METRICS, Figures
from loadtests.measuring import figures_of, finished_at, open_messages, unsent_texts
from loadtests.sessions import Session
from tests.loadtests.loadings import read_small
from tests.loadtests.trials import STARTED_AT, make_record, rough, rows

if TYPE_CHECKING:
    from loadtests.records import RunRecord

LOAD = read_small()
SPEED = 10.0


def message(record: RunRecord, text: int, status: str, **cells: Any) -> None:
    """Add a message of the codes to a record."""
    row: dict[str, Any] = {
        "error_code": None,
        "intended_at": 0.0,
        "submitted_at": 0.0,
        "accepted_at": 1.0,
        "sent_at": None,
        "ended_at": None,
        "attempt": 0,
        "stream": "codes",
    } | cells
    record.messages.append(
        *(row["stream"], text, row["attempt"], f"SM{text}", "+14155550123", "US"),
        *(None, None, 1, "GSM-7", status, row["error_code"]),
        *(row["intended_at"], row["submitted_at"], row["accepted_at"], None, None),
        *(row["sent_at"], row["ended_at"], None, None, None, None, None, None),
    )


def callback(record: RunRecord, text: int, status: str, at: float | None) -> None:
    """Add a callback of the codes to a record."""
    record.callbacks.append("codes", text, 0, status, None, 0.0, 1, at, 200)


def call(record: RunRecord, http_status: int, stream: str = "codes", **at: Any) -> None:
    """Add a call to a record."""
    code = {429: 20429, 400: 21211}.get(http_status)
    record.calls.append(
        *(stream, len(record.calls), 0, "create_message", 1),
        *(at.get("intended", 1.0), at.get("due", 1.0), at.get("started", 1.0)),
        *(at.get("answered"), http_status, at.get("code", code), 1),
    )


def measured(record: RunRecord, **options: Any) -> Figures:
    """Return the figures of a record of the small load."""
    return figures_of(record, LOAD.streams, speed=SPEED, **options)


def test_nothing_has_no_figures() -> None:
    """And no statistic of it is an error."""
    figures = measured(make_record())
    assert figures.number("texts") == figures.number("calls") == 0
    assert all(figures.quantile(name, 0.5) is None for name in METRICS)


def test_calls_are_timed_from_when_they_were_intended() -> None:
    """Service time from when they began; lag is in real seconds."""
    record = make_record()
    call(record, 201, intended=1.0, due=2.0, started=3.0, answered=5.0)
    figures = measured(record)
    times = {name: list(figures.samples(name)) for name in ("call", "service", "lag")}
    assert times == {"call": [4.0], "service": [2.0], "lag": [0.1]}


def test_a_refusal_is_no_answer_to_an_intention() -> None:
    """Nor is it a service: a 429 will be made again, and counts as what it is."""
    record = make_record()
    call(record, 429, answered=2.0)
    call(record, 429, answered=2.0, code=21611)  # a full queue is final
    call(record, 201, started=3.0, answered=4.0)
    figures = measured(record)
    assert (figures.number("429"), figures.number("calls")) == (1, 3)
    assert list(figures.samples("call")) == [3.0]
    assert list(figures.samples("service")) == [1.0, 1.0]


def test_without_arrivals_nothing_was_intended() -> None:
    """Neither call nor lag is measured; service time is."""
    record = make_record()
    call(record, 201, "news", started=1.0, answered=2.0)
    figures = measured(record)
    assert not figures.samples("call")
    assert not figures.samples("lag")
    assert list(figures.samples("service")) == [1.0]


def test_a_call_without_an_answer_took_no_time() -> None:
    """It is counted all the same."""
    record = make_record()
    call(record, 0)
    figures = measured(record)
    assert not figures.samples("service")
    assert figures.number("calls") == 1


def test_texts_are_timed_by_their_callbacks() -> None:
    """As the sender saw it: from the intention, and from one callback to the next."""
    record = make_record()
    message(record, 0, "delivered", intended_at=0.5)
    callback(record, 0, "delivered", 9.5)
    callback(record, 0, "sent", 4.0)
    callback(record, 0, "sent", 5.0)
    figures = measured(record)
    assert list(figures.samples("accepted→sent")) == [3.0]
    assert list(figures.samples("sent→delivered")) == [5.5]
    assert list(figures.samples("submitted→terminal")) == [9.0]


def test_callbacks_in_disorder_took_no_time() -> None:
    """One before its cause is taken for the same time, one that never came for none."""
    record = make_record()
    message(record, 0, "delivered")
    message(record, 1, "delivered")
    callback(record, 0, "delivered", 3.0)
    callback(record, 0, "sent", 4.0)
    callback(record, 1, "delivered", None)
    figures = measured(record)
    assert list(figures.samples("sent→delivered")) == [0.0]
    assert list(figures.samples("submitted→terminal")) == [3.0]


def test_a_text_counts_by_its_last_attempt() -> None:
    """And is timed from its first."""
    record = make_record()
    message(record, 0, "delivered", attempt=1, intended_at=300.0)
    message(record, 0, "undelivered", error_code=30003, intended_at=2.0)
    record.callbacks.append("codes", 0, 1, "delivered", None, 0.0, 1, 310.0, 200)
    callback(record, 0, "undelivered", 9.0)
    figures = measured(record)
    assert (figures.number("texts"), figures.number("delivered")) == (1, 1)
    assert (figures.number("undelivered"), figures.number("30003")) == (0, 0)
    assert list(figures.samples("submitted→terminal")) == [308.0]


@pytest.mark.parametrize(
    ("status", "code", "name"),
    [
        ("failed", 30001, "failed"),
        ("failed", 30001, "30001"),
        ("refused", 21211, "refused"),
        ("refused", 21611, "refused"),
        ("refused", 20429, "gave_up"),
        ("ambiguous", None, "ambiguous"),
        ("unsent", None, "unsent"),
        ("sent", None, "open"),
        ("queued", None, "open queued"),
    ],
)
def test_what_became_of_a_text_is_counted(
    status: str, code: int | None, name: str
) -> None:
    """By its status, by Twilio's code, and by whether it is still open."""
    record = make_record()
    message(record, 0, status, error_code=code)
    figures = measured(record)
    assert figures.number(name) == 1
    assert figures.share(name) == 1.0
    if name == "gave_up":
        assert figures.number("refused") == 0


def test_what_a_broken_staircase_left_was_never_due() -> None:
    """Of other streams, what was not sent is missing."""
    record = make_record()
    message(record, 0, "delivered")
    message(record, 1, "unsent")
    message(record, 0, "unsent", stream="news")
    assert measured(record).number("unsent") == 2
    figures = measured(record, broken={"codes"})
    assert (figures.number("texts"), figures.number("unsent")) == (2, 1)
    assert unsent_texts(record, "codes") == unsent_texts(record, "news") == 1


def test_open_messages_are_told_by_stream() -> None:
    """By status, and only those that have not ended."""
    record = make_record()
    for text, status in enumerate(("sent", "sent", "queued", "delivered", "refused")):
        message(record, text, status)
    assert open_messages(record, "codes") == {"sent": 2, "queued": 1}
    assert open_messages(record, "news") == {}


def test_a_stream_has_finished_with_its_last_message() -> None:
    """Once it has ended or, without a receipt, was sent; 0 without any."""
    record = make_record()
    message(record, 0, "delivered", sent_at=2.0, ended_at=5.0)
    message(record, 1, "sent", sent_at=7.0)
    assert (finished_at(record, "codes"), finished_at(record, "news")) == (7.0, 0.0)


@given(st.integers(1, 40), st.integers(0, 2), st.integers(1, 5))
@settings(max_examples=15, deadline=None)
def test_every_text_is_counted_once(count: int, redeliver: int, seed: int) -> None:
    """In virtual time, whatever happens: the counts of all ends add up to all texts."""
    asked, _ = rough(count, ("number-pool",), redeliver=redeliver, seed=seed)
    record = make_record()
    stream = replace(asked.streams[0], name="codes")
    session = Session([stream], record, started_at=STARTED_AT)
    list(session.play())
    session.finish(complete=True)
    figures = figures_of(record, [stream], speed=1.0)
    parts = [
        name
        for name, counted in COUNTED.items()
        if counted.of == "texts"
        and name != "texts"
        and not name.isdigit()
        and not counted.parts
    ]
    assert sum(map(figures.number, parts)) == figures.number("texts") == count
    last = {row["text"]: row["status"] for row in rows(record.messages)}
    assert Counter(last.values())["delivered"] == figures.number("delivered")
