"""Forms: taken apart exactly as the standard library does."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.server.bodies import parse_form

pairs = st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=8)


@given(pairs=pairs)
def test_what_is_encoded_is_decoded(pairs: list[tuple[str, str]]) -> None:
    """Every form comes back: names, blank values, repetitions and their order."""
    body = urlencode(pairs, errors="replace").encode()
    expected: dict[str, list[str]] = {}
    for name, value in pairs:
        expected.setdefault(name, []).append(value)
    form = {k: [v] if isinstance(v, str) else v for k, v in parse_form(body).items()}
    assert form == expected


@given(body=st.text(alphabet="a%20+&=é;", max_size=30).map(str.encode))
def test_odd_bodies_are_read_as_the_standard_library_reads_them(body: bytes) -> None:
    """Bad escapes, stray signs and raw bytes do what they do in urllib."""
    expected = parse_qs(body.decode(), keep_blank_values=True)
    expected.pop("", None)
    form = {k: [v] if isinstance(v, str) else v for k, v in parse_form(body).items()}
    assert form == expected


@pytest.mark.parametrize("body", [b"\xff=\xfe", b"%ff=%fe", b"%ed%a0%80=x"])
def test_what_is_no_text_becomes_some(body: bytes) -> None:
    """Bytes that are no UTF-8 turn to U+FFFD, so that all can be answered as JSON."""
    for name, value in parse_form(body).items():
        assert (name + str(value)).encode()
