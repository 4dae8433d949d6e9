"""The figures of docs/fidelity.md: counted, each code provoked, each effect seen."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sms.errors import TABLE
from tests.conformance.counts import KEPT_ONLY, OBSOLETE, codes, lines, parameters
from tests.conformance.edges import EDGES, EdgeProvocation
from tests.conformance.effects import EFFECTS, Effect, effective
from tests.conformance.provocations import PROVOCATIONS

if TYPE_CHECKING:
    from tests.conformance.provocation import Provocation

FIDELITY = Path(__file__).parents[2] / "docs" / "fidelity.md"


@pytest.mark.parametrize("row", PROVOCATIONS, ids=lambda row: str(row.code))
def test_a_caller_comes_by_the_code(row: Provocation) -> None:
    """The request that provokes a code is answered, or its message ends, by it."""
    assert row.carry_out() == row.code


@pytest.mark.parametrize("row", EDGES, ids=lambda row: str(row.code))
async def test_a_caller_comes_by_the_code_of_the_server(row: EdgeProvocation) -> None:
    """Before the API sees a request, or instead of it."""
    assert await row.carry_out() == row.code


def test_no_code_is_out_of_reach() -> None:
    """Every code of the table of errors comes of something that a caller can do."""
    assert set(TABLE) - codes() == set()


def test_each_code_is_counted_once() -> None:
    """Every row has a code of the table of errors, and one of its own."""
    assert codes() <= set(TABLE)
    rows = Counter([row.code for row in PROVOCATIONS] + [row.code for row in EDGES])
    assert max(rows.values()) == 1


@pytest.mark.parametrize("row", EFFECTS, ids=lambda row: row.parameter)
def test_a_parameter_changes_what_its_row_says(row: Effect) -> None:
    """What is kept and no more changes nothing that there is to see."""
    differences = row.differences()
    assert row.seen in differences if row.seen else not differences


def test_every_parameter_has_its_effect_or_is_known_to_have_none() -> None:
    """Each has one row, and those without effect are the obsolete and the kept."""
    assert sorted(row.parameter for row in EFFECTS) == sorted(parameters())
    assert parameters() - effective() == KEPT_ONLY | OBSOLETE


def test_codes_that_nobody_can_cause_are_in_no_table() -> None:
    """Those that the page says are not imitated are none of the errors there are."""
    section = FIDELITY.read_text("utf-8").partition("\n## Not imitated\n")[2]
    bullet = section.partition("- **Codes that no caller can cause")[2]
    named = re.findall(r"\b\d{5}\b", bullet.partition("\n- ")[0])
    assert len(named) == 8
    assert set(TABLE).isdisjoint(map(int, named))


def test_the_page_opens_with_what_was_counted() -> None:
    """Each row that `make fidelity` prints stands in docs/fidelity.md."""
    page = FIDELITY.read_text("utf-8").splitlines()
    assert [line for line in lines() if line not in page] == []
