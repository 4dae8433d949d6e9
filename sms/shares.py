"""Shares as people type them: `5%` or `0.05`."""

from __future__ import annotations

import re

_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")


def parse_share(text: str) -> float:
    """Return a share, from 0 to 1.

    Raises:
        ValueError: it is none.
    """
    match = _SHARE.fullmatch(text.strip())
    share = float(match[1]) / (100 if match[2] else 1) if match else -1.0
    if not 0 <= share <= 1:
        raise ValueError(f"{text!r} is no share: write 5% or 0.05, at most 100%")
    return share
