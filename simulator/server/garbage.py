"""Garbage: how often a process that answers others looks for its own."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 2_000, 500, 100
"""Objects until the young are looked through, and rounds until the older are."""


def collect_seldom() -> None:
    """Leave the garbage of the start alone, and look for new less often.

    A full collection stops every call for up to a tenth of a second; what a message
    makes is not circular, so that counted references free all of it.  The young are
    few: what a failed connection leaves behind is circular, and 50,000 of it take ten
    milliseconds to look through, which is felt where a receiver of callbacks is down.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
