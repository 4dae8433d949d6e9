"""Messages keep their numbers whatever of them is let go of."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.numbered import SLACK, Numbered
from tests.simulator.engine.builders import long_code, make_gateway, send, us

NUMBER = long_code()


@settings(max_examples=50, deadline=None)
@given(kept=st.sets(st.integers(0, SLACK + 50)))
def test_what_is_kept_keeps_its_number(kept: set[int]) -> None:
    """Whatever goes, the rest is found where it was, and the next is one further."""
    gateway = make_gateway(NUMBER)
    messages = [send(gateway, us(1)) for _ in range(SLACK + 51)]
    numbered = Numbered()
    numbered.extend(messages)
    sids = {messages[n].sid for n in kept}
    numbered.trim(sids, len(sids))
    assert numbered.end == len(messages)
    assert numbered.first == min(kept, default=len(messages))
    found = [n for n in range(numbered.first, numbered.end) if numbered[n]]
    assert found == sorted(kept)
    assert all(numbered[n] is messages[n] for n in kept)
