"""Sessions: one strategy's run, put together and summed up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loadtests.sessions import Session
from loadtests.streams import STATUS_CALLBACK, stopped
from sender.strategies import StrategyError
from simulator.engine.worlds import World
from tests.loadtests.trials import STARTED_AT, make_plan, make_record, rough


def test_a_session_sums_up() -> None:
    """What the manifest says of it: names, counts, limits, and when it was over."""
    asked, _ = rough(20, ("notify",), redeliver=1)
    session = Session(asked.streams, make_record(), started_at=STARTED_AT)
    assert session.progress().answered == 0
    list(session.play())
    (facts,) = session.finish(complete=True)
    assert (facts["name"], facts["pacing"], facts["texts"]) == (
        "notify",
        "adaptive",
        20,
    )
    assert (facts["concurrency"], facts["differing"]) == (100, None)
    assert facts["finished_at"] >= session.progress().now > 0


def test_progress_counts_texts() -> None:
    """Once it is played every text is answered, those of one call together."""
    asked = make_plan(20, strategies=("notify",))
    session = Session(asked.streams, make_record(), started_at=STARTED_AT)
    list(session.play())
    told = session.progress()
    assert (told.strategy, told.answered, told.texts) == ("notify", 20, 20)


def test_nothing_begins_without_senders() -> None:
    """A strategy that cannot work says so when it is made."""
    asked, scenario = rough(1, ("notify",))
    scenario = type(scenario)(
        texts=scenario.texts, world=World(senders=()), profile=scenario.profile, seed=1
    )
    with pytest.raises(StrategyError, match="no Notify service"):
        replace(asked.streams[0], scenario=scenario).begin(STATUS_CALLBACK)


def test_what_is_missing_is_said() -> None:
    """The strategy under way, and those that were not begun, if any."""
    assert stopped("notify", []) == "stopped by hand during notify"
    said = stopped("notify", ["a", "b"])
    assert said == "stopped by hand during notify; not begun: a, b"
