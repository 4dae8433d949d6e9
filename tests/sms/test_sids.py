"""Many SIDs are the same as they were, in less room."""

from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from sms.sids import Sids

real = st.builds(
    lambda prefix, number: f"{prefix}{number:032x}",
    st.sampled_from(["SM", "MM"]),
    st.integers(0, 2**128 - 1),
)
halves = real.map(lambda sid: sid[:33]) | real.map(lambda sid: f"{sid}S")
anything = st.none() | halves | real | st.text() | real.map(str.upper)


@given(first=st.lists(anything), more=st.lists(anything), cut=st.slices(20))
def test_what_goes_in_comes_out(
    first: list[str | None], more: list[str | None], cut: slice
) -> None:
    """In its order, whatever it is, and by any slice."""
    sids = Sids(first)
    sids.extend(more)
    assert len(sids) == len(first) + len(more)
    assert list(sids) == [*first, *more]
    assert sids[cut] == [*first, *more][cut]
    assert [sids[place] for place in range(len(sids))] == [*first, *more]


def test_a_sid_takes_less_room_than_its_text() -> None:
    """A fifth of it, the same for the hundred-thousandth as for the first."""
    sids = Sids([f"SM{number:032x}" for number in range(100_000)])
    room = sys.getsizeof(sids._digits) + sys.getsizeof(sids._prefixes)
    assert room < 100_000 * 20
