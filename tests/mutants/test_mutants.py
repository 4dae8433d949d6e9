"""The planted bugs of `make mutants` can still be planted, and are told of."""

from __future__ import annotations

import pytest

from tests.mutants.run import ROOT, Mutant, mutants, table

ALL = mutants()


@pytest.mark.parametrize("mutant", ALL, ids=lambda one: f"{one.file}: {one.after}"[:70])
def test_a_bug_can_be_planted(mutant: Mutant) -> None:
    """Its line is in the source once, it changes that, and its tests are there."""
    assert mutant.occurrences() == 1
    assert mutant.before != mutant.after
    for test in mutant.tests:
        path, _, name = test.partition("::")
        source = (ROOT / path).read_text("utf-8")
        assert name in source


def test_there_are_enough() -> None:
    """In engine, API and server, and no two are the same."""
    rooms = {mutant.file.rpartition("/")[0] for mutant in ALL}
    assert rooms >= {"simulator/engine", "simulator/api", "simulator/server"}
    assert len({(one.file, one.before, one.after) for one in ALL}) == len(ALL) >= 20


def test_the_table_is_told() -> None:
    """The table of docs/testing.md is the one of the file."""
    assert table(ALL) in (ROOT / "docs/testing.md").read_text("utf-8")
