"""Faults that a test orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.engine.faults import Fault
from simulator.keys import ConfigError
from simulator.testing.orders import read_order

if TYPE_CHECKING:
    from simulator.testing import Simulation


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("500-after share=0.2 to=10m", {}),
        ("error-after: share=20%, to=10m", {}),
        ("500-after", {"share": 0.2, "to": 600}),
        ("error-after share=0.2", {"from_": 0, "to": "10m"}),
    ],
)
def test_there_are_many_ways_to_say_it(text: str, settings: dict[str, Any]) -> None:
    """With or without commas, in text or by name."""
    assert read_order(text, settings) == Fault(
        what="error-after", share=0.2, ends_at=600.0
    )


@pytest.mark.parametrize(
    ("text", "settings", "told"),
    [
        ("500-afer", {}, "did you mean '500-after'?"),
        ("429 shar=0.2", {}, "did you mean 'share'?"),
        ("429 share", {}, "'share' has no value"),
        ("429 share=0.2", {"share": 1}, "'share' twice"),
        ("", {}, "has no kind"),
    ],
)
def test_a_slip_says_what_would_do(
    text: str, settings: dict[str, Any], told: str
) -> None:
    """One line, in the words of whoever wrote the test."""
    with pytest.raises(ConfigError, match=told):
        read_order(text, settings)


def test_an_order_ends_with_its_block(twilio_sim: Simulation) -> None:
    """It still knows how often it struck, and taking it away again does nothing."""
    with twilio_sim.fault("filtered") as order:
        assert order.struck == 0
    twilio_sim.fault("429")
    twilio_sim.clear_faults()
    order.remove()
    assert order.struck == 0
