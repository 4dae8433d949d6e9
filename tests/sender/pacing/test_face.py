"""Pacing options: what they refuse."""

from __future__ import annotations

import math

import pytest

from sender.pacing import PacingOptions


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf])
def test_a_rate_must_be_a_positive_number(rate: float) -> None:
    """A rate that paces nothing is refused by name."""
    with pytest.raises(ValueError, match="rate must be above 0"):
        PacingOptions(rate=rate)


def test_a_window_holds_at_least_one_call() -> None:
    """A window that lets nothing through is refused by name."""
    with pytest.raises(ValueError, match="window must be 1 or more, not 0"):
        PacingOptions(window=0)
