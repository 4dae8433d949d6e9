"""Burst: always ready."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sender.pacing import PacingOptions
from sender.pacing.burst import Burst


@settings(max_examples=300, deadline=None)
@given(events=st.lists(st.sampled_from(["started", "refused", "settled"])))
def test_nothing_holds_it(events: list[str]) -> None:
    """Whatever happened, the next call might have started all along."""
    pacing = Burst(PacingOptions())
    for event in events:
        getattr(pacing, event)(5.0)
    assert pacing.ready_at(5.0) == 0.0
