"""Templates: texts with holes, filled by a message or by default."""

from __future__ import annotations

import pytest

from simulator.engine.templates import Template


def test_a_hole_left_open_is_filled_by_default() -> None:
    """What the message gives goes first."""
    template = Template(sid="HX1", name="a", body="{{1}} {{b}}", variables={"b": "B"})
    assert template.fill({"1": "A"}) == "A B"
    assert template.fill({"1": "A", "b": "C"}) == "A C"


@pytest.mark.parametrize(
    ("body", "said"),
    [("{{a b}}", "a hole in a body is"), ("", "has a body or media")],
)
def test_what_is_no_template_is_named(body: str, said: str) -> None:
    """By its name, with what would do."""
    with pytest.raises(ValueError, match=f"welcome: .*{said}"):
        Template(sid="HX1", name="welcome", body=body)
