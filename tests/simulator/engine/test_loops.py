"""Loops: what answers too fast too often is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine import loops
from simulator.engine.loops import LoopRules, Loops

if TYPE_CHECKING:
    import pytest


def test_pairs_that_are_quiet_are_forgotten_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With more pairs than are remembered, those that still loop are still caught."""
    monkeypatch.setattr(loops, "MOST_PAIRS", 3)
    counted = Loops(LoopRules(replies=1, gap=10.0, pause=10.0))
    looping = ("+1", "+2")
    assert not counted.catches(("+1", "quiet"), 0.0)
    assert [counted.catches(looping, at) for at in (40.0, 41.0)] == [False, True]
    for n in range(3):
        assert not counted.catches(("+1", f"new {n}"), 42.0)
    assert counted.catches(looping, 43.0)
    assert not counted.catches(looping, 60.0)
