"""The figures of docs/fidelity.md: counted, and each code provoked."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sms.errors import TABLE
from tests.conformance.counts import codes, lines
from tests.conformance.provocations import PROVOCATIONS, Provocation

FIDELITY = Path(__file__).parents[2] / "docs" / "fidelity.md"


@pytest.mark.parametrize("row", PROVOCATIONS, ids=lambda row: str(row.code))
def test_a_caller_comes_by_the_code(row: Provocation) -> None:
    """The request that provokes a code is answered, or its message ends, by it."""
    assert row.carry_out() == row.code


def test_each_code_is_counted_once() -> None:
    """Every row has a code of the table of errors, and one of its own."""
    assert codes() <= set(TABLE)
    assert max(Counter(row.code for row in PROVOCATIONS).values()) == 1


def test_the_page_opens_with_what_was_counted() -> None:
    """Each row that `make fidelity` prints stands in docs/fidelity.md."""
    page = FIDELITY.read_text("utf-8").splitlines()
    assert [line for line in lines() if line not in page] == []
