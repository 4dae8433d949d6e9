"""How many requests were made up, as the tests that made them have noted it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CASES = "cases"
"""The property of a test's report that says how many requests it made."""

SEED = int(os.environ.get("SMSLAB_SEED", "1"))
"""Decides which requests are made up; `make conformance` draws a new one."""

ENOUGH = "{cases:,} requests made up for {operations} operations, all as specified"
FEW = "{cases:,} requests made up for {operations} operations: fewer than {least:,}"


def verdict(
    properties: Iterable[Sequence[tuple[str, object]]], least: int
) -> tuple[str, bool]:
    """Return what is to be said of the tests that passed, and whether that will do.

    `properties` are those of each test's report.
    """
    counts = [
        value
        for each in properties
        for name, value in each
        if name == CASES and isinstance(value, int)
    ]
    cases, operations = sum(counts), len(counts)
    said = FEW if cases < least else ENOUGH
    return said.format(cases=cases, operations=operations, least=least), cases >= least
