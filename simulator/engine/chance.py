"""Chance without a stream: every draw is a hash of what it decides.

A draw depends on the seed and on names alone, never on how many draws were made before,
so the order of arrival cannot change anybody's fate.
"""

from __future__ import annotations

from hashlib import blake2b
from math import exp, log
from statistics import NormalDist
from struct import Struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.engine.profile import LogNormal
    from sms.units import Seconds

Draws = tuple[float, float, float, float]

GRAINS = 4096
"""Into how many equal shares a delay's distribution is cut."""

_GOLDEN = 0.6180339887498949
_STEP = 1.0 / (1 << 32)
_words = Struct(">4I").unpack


def draw(*names: object) -> Draws:
    """Return four numbers, even over (0, 1), that these names decide."""
    return drawn_by("|".join(map(str, names)))


def drawn_by(key: str) -> Draws:
    """Return four numbers, even over (0, 1), that a key decides."""
    return _spread(blake2b(key.encode(), digest_size=16).digest())


def new_sid(prefix: str, *names: object) -> str:
    """Return a SID, its 32 hexadecimal digits decided by these names."""
    return sid_by(prefix, "|".join(map(str, names)))


def sid_by(prefix: str, key: str) -> str:
    """Return a SID, its 32 hexadecimal digits decided by a key."""
    return prefix + blake2b(key.encode(), digest_size=16).hexdigest()


def draws_of(sid: str) -> Draws:
    """Return the four numbers that stand in a SID made by `new_sid`."""
    return _spread(bytes.fromhex(sid[2:]))


def last_draw_of(sid: str) -> float:
    """Return the fourth of the numbers in a SID, for those who need it alone."""
    return (int(sid[-8:], 16) + 0.5) * _STEP


def nth(number: int, seed: int) -> float:
    """Return the `number`-th of a series that fills [0, 1) evenly, by the golden ratio.

    For delays alone: what it decides may depend on the order of arrival.
    """
    return (number + seed) * _GOLDEN % 1.0


def _spread(digest: bytes) -> Draws:
    a, b, c, d = _words(digest)
    return (a + 0.5) * _STEP, (b + 0.5) * _STEP, (c + 0.5) * _STEP, (d + 0.5) * _STEP


class Delay:
    """A log-normal delay, asked for by its quantile.

    It is worked out beforehand for the middle of each of GRAINS equal shares.
    """

    __slots__ = ("median", "table")

    def __init__(self, distribution: LogNormal) -> None:
        self.median = distribution.median
        self.table = _quantiles(distribution) if self.median else [0.0] * GRAINS

    def at(self, quantile: float) -> Seconds:
        """Return the delay that so large a share of all delays stay below."""
        return self.table[int(quantile * GRAINS)]


def _quantiles(distribution: LogNormal) -> list[Seconds]:
    standard = NormalDist()
    mu = log(distribution.median)
    sigma = (log(distribution.p99) - mu) / standard.inv_cdf(0.99)
    shares = ((n + 0.5) / GRAINS for n in range(GRAINS))
    return [exp(mu + sigma * standard.inv_cdf(share)) for share in shares]
