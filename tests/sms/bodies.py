"""Bodies that are hard to count, as Hypothesis strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from sms import gsm7
from sms.smart_encoding import REPLACEMENTS
from tests.sms.calculator import class_table

BY_CLASS: dict[str, list[str]] = {"OTHER": ["a", "中", "😀", "é", "ç", "\U000e1000"]}
for _character, _name in class_table().items():
    BY_CLASS.setdefault(_name, []).append(_character)

gsm_characters = st.sampled_from(gsm7.BASIC + gsm7.EXTENSION)
gsm_bodies = st.text(gsm_characters, max_size=400)
extended_bodies = st.text(st.sampled_from(gsm7.EXTENSION + "ab"), max_size=400)
smart_bodies = st.text(
    st.sampled_from([*REPLACEMENTS, "a", "é", "[", "😀"]), max_size=200
)
classed_characters = st.sampled_from(sorted(BY_CLASS)).flatmap(
    lambda name: st.sampled_from(BY_CLASS[name])
)
clustered_bodies = st.lists(classed_characters, max_size=120).map("".join)


@st.composite
def repetitive_bodies(draw: st.DrawFn) -> str:
    """Return a body of few characters over and over, so that clusters grow long."""
    alphabet = draw(st.lists(classed_characters, min_size=1, max_size=4))
    pieces = draw(
        st.lists(
            st.tuples(st.sampled_from(alphabet), st.integers(1, 80)),
            min_size=1,
            max_size=8,
        )
    )
    return "".join(character * times for character, times in pieces)


@st.composite
def padded_bodies(draw: st.DrawFn) -> str:
    """Return a body in which a cluster stands where a segment ends."""
    before = draw(st.sampled_from("a中")) * draw(st.integers(40, 70))
    after = "b" * draw(st.integers(0, 80))
    return before + "".join(draw(st.lists(classed_characters, max_size=12))) + after


bodies = st.one_of(
    *(st.text(max_size=200), gsm_bodies, extended_bodies, smart_bodies),
    *(clustered_bodies, repetitive_bodies(), padded_bodies()),
)
