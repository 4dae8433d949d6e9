"""Copies of callbacks: one line each, whatever a fault has made of them."""

from __future__ import annotations

from typing import Any

import pytest

from loadtests.evidence import PostedLine
from loadtests.postings import together


def line(**values: Any) -> PostedLine:
    """Return a callback posted once and taken, but for what `values` change."""
    given = PostedLine("SM1", "sent", None, 1.0, 1, 2.0, 200)
    return given._replace(**values)


def test_each_callback_stays_one() -> None:
    """What was posted once is as it was, in its order."""
    lines = [line(), line(status="delivered"), line(sid="SM2")]
    assert together(lines) == lines


@pytest.mark.parametrize("backwards", [False, True])
def test_the_first_copy_that_was_taken_counts(backwards: bool) -> None:
    """Posts add up; a forged copy that came first and was not taken does not count."""
    copies = [
        line(received_at=1.5, http_status=403),
        line(received_at=3.0),
        line(received_at=2.5),
    ]
    [found] = together(reversed(copies) if backwards else copies)
    assert (found.attempts, found.received_at, found.http_status) == (3, 2.5, 200)


def test_one_that_nobody_has_had_says_so() -> None:
    """Without an answer to any copy there is none."""
    lost = line(received_at=None, http_status=0, attempts=0)
    [found] = together([lost, lost._replace(attempts=1)])
    assert (found.attempts, found.received_at, found.http_status) == (1, None, 0)
