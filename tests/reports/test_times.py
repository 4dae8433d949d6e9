"""Times: the page's are those that checks are held against, to the last digit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from loadtests.measuring import figures_of
from reports.streams import MEANINGS, time_rows
from reports.times import heard_times, response_times, service_times
from reports.wording import duration
from tests.loadtests.loadings import read_small
from tests.reports.builders import (
    add_call,
    add_message,
    judge_record,
    make_record,
    read_back,
)
from tests.reports.loads import FLOWS, SPEED, make_load

if TYPE_CHECKING:
    from pathlib import Path

    from loadtests.figures import Figures
    from loadtests.records import RunRecord
    from reports.runs import StrategyRun

CODES = read_small().stream("codes")
CHECKED = dict(zip(MEANINGS, ("call", "service", "submitted→terminal"), strict=True))


def one_of(record: RunRecord, folder: Path) -> StrategyRun:
    """Return a record's only stream as reports read it, with arrivals of its own."""
    record.manifest["strategies"][0]["arrivals"] = "steady rate=1"
    [stream] = read_back(record, folder).strategies
    return stream


def retold(record: RunRecord) -> Figures:
    """Send some texts of the codes again and tell of them; return all that checks see.

    Callbacks come twice, in disorder and not at all, and a repeat too soon is no end.
    """
    for text in range(0, 240, 7):
        add_message(record, "codes", text, attempt=1, intended_at=700.0 + text)
        for attempt, at in ((1, 900.0), (1, 800.0 + text), (0, 5.0)):
            row = ("codes", text, attempt, "delivered", None, 0.0, 1)
            record.callbacks.append(*row, None if text % 3 else at, 204)
    add_call(record, "codes", 999, http_status=429, error_code=21611)
    add_call(record, "codes", 998, http_status=0, answered_at=None)
    return figures_of(record, [CODES], speed=SPEED)


@pytest.mark.parametrize("percent", [50, 95, 99])
def test_a_page_s_percentile_is_the_check_s(tmp_path: Path, percent: int) -> None:
    """Of calls and of texts, refusals, repeats and late callbacks among them."""
    record = make_load(FLOWS[0])
    figures = retold(record)
    comparison = judge_record(record, tmp_path)
    metrics = comparison.judgements[0].metrics
    spreads = (metrics.response, metrics.service, metrics.heard)
    for spread, checked in zip(spreads, CHECKED.values(), strict=True):
        assert list(spread.ordered) == sorted(figures.samples(checked))
        assert spread.at(percent) == figures.quantile(checked, percent / 100)
    shown = {name: cells for _, name, *cells in time_rows(comparison)}
    wanted = {
        name: duration(figures.quantile(checked, percent / 100))
        for name, checked in CHECKED.items()
    }
    place = (50, 95, 99).index(percent)
    assert {name: cells[place] for name, cells in shown.items()} == wanted


def test_without_arrivals_no_call_has_a_response_time(tmp_path: Path) -> None:
    """Neither on the page nor in a check."""
    record = make_load(FLOWS[0])
    record.manifest["strategies"][0]["arrivals"] = ""
    untimed = replace(CODES, arrivals=None)
    figures = figures_of(record, [untimed], speed=SPEED)
    [one] = judge_record(record, tmp_path).judgements
    assert len(one.metrics.response.ordered) == len(figures.samples("call")) == 0
    assert len(one.metrics.service.ordered) == len(figures.samples("service")) > 0


def test_a_refusal_has_neither_response_nor_service(tmp_path: Path) -> None:
    """A full queue has a service time: that answer is final."""
    record = make_record("one", texts=1)
    add_call(record, "one", 0, http_status=429, error_code=20429)
    add_call(record, "one", 1, http_status=429, error_code=21611, answered_at=0.2)
    stream = one_of(record, tmp_path)
    assert response_times(stream).took.tolist() == []
    assert service_times(stream).took.tolist() == [0.2]


def test_a_text_is_timed_up_to_the_callback(tmp_path: Path) -> None:
    """The first of its last attempt, from its first intention; else it has no time."""
    record = make_record("one", texts=3)
    for text in range(3):
        add_message(record, "one", text, submitted_at=2.0)
    add_message(record, "one", 0, attempt=1, submitted_at=60.0, ended_at=64.0)
    told = ((0, 0, 5.0), (0, 1, 70.0), (0, 1, 69.0), (1, 0, 1.0), (2, 0, None))
    for text, attempt, at in told:
        row = ("one", text, attempt, "delivered", None, 4.0, 1, at, 204)
        record.callbacks.append(*row)
    times = heard_times(one_of(record, tmp_path))
    assert (times.begun.tolist(), times.took.tolist()) == ([2.0, 2.0], [67.0, 0.0])


def test_nothing_took_no_time(tmp_path: Path) -> None:
    """A stream that never began has no times."""
    stream = one_of(make_record("one", texts=0), tmp_path)
    for times in (response_times, service_times, heard_times):
        assert len(times(stream).took) == 0
