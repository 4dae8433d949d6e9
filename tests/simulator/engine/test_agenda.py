"""The agenda: what is due in order of time, and of one instant in order of adding."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.agenda import Agenda
from tests.simulator.engine.builders import LAWS


@LAWS
@given(st.lists(st.integers(0, 5), max_size=20))
def test_ties_go_by_who_came_first(instants: list[int]) -> None:
    """Sorting by time alone, and leaving ties as they are, gives the same order."""
    agenda = Agenda()
    seen: list[tuple[float, int]] = []
    for number, at in enumerate(instants):
        agenda.add(at, lambda subject, now: seen.append((now, subject)), number)
    agenda.run(5)
    assert seen == sorted(zip(instants, range(len(instants)), strict=True))
    assert agenda.due() is None
