"""Callbacks in virtual time: those that the API would post, each once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadtests import recorder
from loadtests.callbacks import Callbacks
from loadtests.records import Table
from simulator.api.callbacks import REPORTED, reports
from simulator.engine.events import Event, StatusChanged
from sms.statuses import MessageStatus
from tests.loadtests.trials import ask, rough, rows, run
from tests.simulator.engine.builders import (
    ROUGH,
    Arrival,
    arrivals,
    drain,
    long_code,
    make_gateway,
    make_profile,
    send,
    short_code,
    submit_all,
    us,
)

if TYPE_CHECKING:
    from simulator.engine.messages import Message

PROFILE = make_profile(mix=ROUGH, queue_limit=6.0)
URL = "http://127.0.0.1/status"


def recorded(messages: list[Message]) -> list[dict[str, Any]]:
    """Return the callbacks of messages whose texts are counted in their order."""
    table = Table("callbacks")
    texts = [(key, 0) for key in range(len(messages))]
    Callbacks(PROFILE).record(table, "pool", texts, messages)
    return rows(table)


def told(events: list[Event], messages: list[Message]) -> list[tuple[Any, ...]]:
    """Return what the API would tell of: text, status, code and instant."""
    texts = {message.sid: key for key, message in enumerate(messages)}
    return sorted(
        (texts[event.message.sid], event.status, event.error_code or 0, event.at)
        for event in events
        if isinstance(event, StatusChanged) and reports(event)
    )


@settings(max_examples=200, deadline=None)
@given(
    arriving=arrivals(senders=(None, 0, 1), validity_periods=(None, 3)),
    url=st.sampled_from([None, URL]),
)
def test_they_are_those_of_the_api(arriving: list[Arrival], url: str | None) -> None:
    """Status, code and instant are those of the events that `reports` lets by."""
    gateway = make_gateway(
        long_code(),
        long_code(1),
        long_code(0, country="GB"),
        profile=PROFILE,
        status_callback=url,
    )
    messages = submit_all(gateway, arriving)
    events = drain(gateway)
    found = sorted(
        (row["text"], row["status"], row["error_code"] or 0, row["due_at"])
        for row in recorded(messages)
    )
    assert found == told(events, messages)


@pytest.mark.parametrize("redeliver", [0, 1])
def test_a_run_has_those_of_its_events(redeliver: int) -> None:
    """By every strategy each change that is reported has its row, and no other."""
    asked, _ = rough(40, redeliver=redeliver)
    lines: list[dict[str, Any]] = []
    record = run(asked, lines.append)
    texts = {
        (row["strategy"], row["sid"]): (row["text"], row["attempt"])
        for row in rows(record.messages)
    }
    expected = sorted(
        (line["strategy"], *texts[line["strategy"], line["sid"]], line["status"])
        for line in lines
        if line["event"] == "status" and line["status"] in REPORTED
    )
    keys = ("strategy", "text", "attempt", "status")
    found = sorted(tuple(row[key] for key in keys) for row in rows(record.callbacks))
    assert found == expected


def test_without_an_address_there_are_none() -> None:
    """A message that asks for no callback makes no row."""
    gateway = make_gateway(long_code(), profile=PROFILE)
    messages = submit_all(gateway, [])
    assert recorded(messages) == []


def test_they_arrive_a_little_later() -> None:
    """Each is received after its cause, posted once and answered well."""
    table = rows(ask(100).callbacks)
    assert all(row["received_at"] > row["due_at"] for row in table)
    assert {(row["attempts"], row["http_status"]) for row in table} == {(1, 200)}


def test_a_messages_own_differ() -> None:
    """The callbacks of a message are not all under way for equally long."""
    table = rows(ask(1, strategies=("notify",)).callbacks)
    assert len({row["received_at"] - row["due_at"] for row in table}) == len(table) == 3


def test_a_sender_hears_of_a_failure_when_the_record_says() -> None:
    """The instant told one by one is that of the record."""
    gateway = make_gateway(long_code(), profile=PROFILE, status_callback=URL)
    (message,) = submit_all(gateway, [Arrival(0.0, us())])
    drain(gateway)
    one_by_one = Callbacks(PROFILE)
    for row in recorded([message]):
        status = MessageStatus(row["status"])
        at = one_by_one.received_at(message, status, row["due_at"])
        assert row["received_at"] == pytest.approx(at, abs=1e-9)


def test_chunks_join(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are the same however many messages are worked out at one time."""
    whole = rows(ask(30, strategies=("notify",)).callbacks)
    monkeypatch.setattr(recorder, "CHUNK", 7)
    parts = rows(ask(30, strategies=("notify",)).callbacks)
    key = "text", "status"
    assert sorted(whole, key=lambda row: [row[k] for k in key]) == sorted(
        parts, key=lambda row: [row[k] for k in key]
    )


def test_what_goes_out_again_was_sent_once() -> None:
    """Its `sent` is of the first sender, as the API told it then."""
    mix = replace(ROUGH, off_short_codes=1.0)
    gateway = make_gateway(
        *(short_code(), long_code()),
        profile=make_profile(mix=mix),
        status_callback=URL,
        fallback_to_long_code=True,
    )
    messages = [send(gateway, us(n)) for n in range(9)]
    events = drain(gateway)
    assert any(message.first_leg for message in messages)
    found = sorted(
        (row["text"], row["status"], row["error_code"] or 0, row["due_at"])
        for row in recorded(messages)
    )
    assert found == told(events, messages)
