"""Networks: which carrier a recipient is with, where that matters."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from simulator.engine.chance import drawn_by

if TYPE_CHECKING:
    from collections.abc import Mapping

T_MOBILE = "t_mobile"

KEPT = 65_536
"""Recipients whose network is remembered."""


class Networks:
    """Draws the network of a number in the United States, by seed and number.

    `shares` are the networks' parts of the market; None is the network of a number
    elsewhere, and of those that the shares leave over.
    """

    def __init__(self, shares: Mapping[str, float], seed: int) -> None:
        bounds = list(zip(shares, accumulate(shares.values()), strict=True))

        def find(address: str) -> str | None:
            quantile = drawn_by(f"{seed}|{address}|network")[0]
            return next((name for name, upto in bounds if quantile < upto), None)

        self._find = lru_cache(KEPT)(find)

    def of(self, address: str, country: str) -> str | None:
        """Return the network of a number, the same for every message to it."""
        return self._find(address) if country == "US" else None
