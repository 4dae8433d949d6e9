"""Statuses: Twilio's words, and a table of which may follow which."""

from __future__ import annotations

import pytest

from sms.statuses import INITIAL, TERMINAL, TRANSITIONS, MessageStatus

S = MessageStatus

BEFORE_THE_CARRIER = (S.SCHEDULED, S.ACCEPTED, S.QUEUED)

OUTBOUND = INITIAL - {S.RECEIVING}

TERMINAL_WORDS = {
    S.DELIVERED: "delivered",
    S.UNDELIVERED: "undelivered",
    S.FAILED: "failed",
    S.CANCELED: "canceled",
}


def reachable(start: MessageStatus) -> set[MessageStatus]:
    """Return every status that a message may come to from this one."""
    seen: set[MessageStatus] = set()
    ahead = [start]
    while ahead:
        for after in TRANSITIONS[ahead.pop()] - seen:
            seen.add(after)
            ahead.append(after)
    return seen


def test_every_status_has_its_row() -> None:
    """The table speaks of all statuses, and of no other."""
    assert set(TRANSITIONS) == set(MessageStatus)
    assert set().union(*TRANSITIONS.values()) <= set(MessageStatus)


def test_terminal_is_where_nothing_follows() -> None:
    """What we send has four ends, what a phone sends one."""
    assert {*TERMINAL_WORDS, S.RECEIVED} == TERMINAL
    assert not any(TRANSITIONS[status] for status in TERMINAL)


def test_no_status_comes_back() -> None:
    """No way through the table leads in a circle."""
    assert not any(status in reachable(status) for status in MessageStatus)


@pytest.mark.parametrize("status", sorted(OUTBOUND))
def test_every_end_can_be_reached(status: MessageStatus) -> None:
    """However a message of ours begins, it may end in each of the four ways."""
    assert reachable(status) >= set(TERMINAL_WORDS)


def test_what_a_phone_sends_is_received() -> None:
    """It is on its way, and then it is here: nothing else can become of it."""
    assert reachable(S.RECEIVING) == {S.RECEIVED}


def test_every_status_can_be_reached() -> None:
    """There is none that a message could neither begin in nor come to."""
    assert INITIAL.union(*map(reachable, INITIAL)) == set(MessageStatus)


@pytest.mark.parametrize("status", BEFORE_THE_CARRIER)
def test_failing_is_before_the_carrier(status: MessageStatus) -> None:
    """A message may fail as long as no carrier had any of it."""
    assert S.FAILED in TRANSITIONS[status]


@pytest.mark.parametrize("status", [S.SENDING, S.SENT])
def test_what_is_under_way_cannot_fail(status: MessageStatus) -> None:
    """Once it leaves, a message is delivered or undelivered, never failed."""
    assert not TRANSITIONS[status] & {S.FAILED, S.CANCELED}


def test_a_receipt_tells_of_two_ends() -> None:
    """What has been sent was delivered or not; only what is sent can be either."""
    ends = {S.DELIVERED, S.UNDELIVERED}
    assert TRANSITIONS[S.SENT] == ends
    assert [s for s in MessageStatus if TRANSITIONS[s] & ends] == [S.SENT]


def test_statuses_are_spelled_as_on_the_wire() -> None:
    """They are strings in Twilio's own spelling: `canceled` with one l."""
    assert [str(status) for status in TERMINAL_WORDS] == list(TERMINAL_WORDS.values())
    assert MessageStatus("undelivered") is S.UNDELIVERED
    assert {str(S.SENT): 1}[S.SENT] == 1
