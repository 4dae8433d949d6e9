"""Callbacks as they come in: each status of a message is news once."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sender.callbacks import Statuses
from sms.statuses import TERMINAL, MessageStatus


@settings(max_examples=300, deadline=None)
@given(told=st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(MessageStatus))))
def test_no_status_is_news_twice(told: list[tuple[str, MessageStatus]]) -> None:
    """In whatever order they come, each counts once, and one end a message."""
    statuses = Statuses()
    news = [(sid, status) for sid, status in told if statuses.is_news(sid, status)]
    assert len(set(news)) == len(news)
    for sid in "ab":
        ends = [status for of, status in news if of == sid and status in TERMINAL]
        firsts = [status for of, status in told if of == sid and status in TERMINAL]
        assert ends == firsts[:1]
        on_the_way = {status for of, status in told if of == sid} - TERMINAL
        assert on_the_way == {status for of, status in news if of == sid} - TERMINAL
