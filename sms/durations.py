"""Durations as people type them: `2h`, `30m`, `1h30m`, `90s`, `90`."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from sms.units import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from sms.units import Seconds

_UNITS = {"d": DAY, "h": HOUR, "m": MINUTE, "s": 1.0, "ms": 0.001}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|[dhms])")
_WHOLE = re.compile(rf"(?:{_PART.pattern}\s*)+")


def parse_duration(text: str) -> Seconds:
    """Return a duration in seconds; a bare number is seconds already.

    Raises:
        ValueError: it is no duration above 0.
    """
    folded = text.strip().lower()
    total = 0.0
    if re.fullmatch(r"\d+(\.\d+)?", folded):
        total = float(folded)
    elif _WHOLE.fullmatch(folded):
        total = sum(float(n) * _UNITS[unit] for n, unit in _PART.findall(folded))
    if not 0 < total < math.inf:
        raise ValueError(f"{text!r} is no duration: write 2h, 30m, 1h30m or 90s")
    return total
