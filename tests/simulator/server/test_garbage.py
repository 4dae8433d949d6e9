"""Garbage is looked for seldom once a process has started."""

import gc
from collections.abc import Iterator

import pytest

from simulator.server.garbage import MIDDLE, OLD, YOUNG, collect_seldom


@pytest.fixture
def collector() -> Iterator[None]:
    """Put the collector back as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("collector")
def test_the_start_is_left_alone_and_the_rest_looked_for_seldom() -> None:
    """What is there when it is called is never walked again; it goes on collecting."""
    collect_seldom()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == (YOUNG, MIDDLE, OLD)
    assert gc.isenabled()
