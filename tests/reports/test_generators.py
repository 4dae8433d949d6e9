"""Generators: when a load is its own measure, and when it is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from reports.generators import Generator, inspect
from reports.spreads import Spread
from tests.reports.builders import add_call, add_message, make_record, read_back
from tests.reports.loads import LOAD

if TYPE_CHECKING:
    from pathlib import Path

    from loadtests.records import RunRecord


def make_paced(texts: int, begun_at: list[float | None], **changes: Any) -> RunRecord:
    """Return a load of texts due at 0, 1, 2, …, each begun then or never."""
    record = make_record("one", texts=texts, **(LOAD | {"speed": 1.0} | changes))
    record.manifest["strategies"][0] |= {"arrivals": "steady rate=1"}
    for text, begun in enumerate(begun_at):
        due = {"intended_at": float(text)}
        if begun is None:
            never = {"status": "unsent", "submitted_at": None, "ended_at": None}
            add_message(record, "one", text, **due, **never)
            continue
        add_message(record, "one", text, **due, submitted_at=begun)
        call = {"due_at": float(text), "started_at": begun, "answered_at": begun + 1}
        add_call(record, "one", text, **due, **call)
    return record


def inspected(record: RunRecord, folder: Path) -> Generator:
    """Return how a record's load was begun."""
    found = inspect(read_back(record, folder))
    assert found is not None
    return found


def test_lag_is_in_real_time(tmp_path: Path) -> None:
    """60 simulated milliseconds late at speed 60 are one real one."""
    on_time: list[float | None] = [text + 0.06 for text in range(9)]
    found = inspected(make_paced(9, on_time, speed=60.0), tmp_path)
    assert found.lag.p99 == pytest.approx(0.001)
    assert (found.offered, found.achieved) == (9, 9)
    assert found.sound
    assert found.warnings() == ()


def test_a_late_generator_is_the_bottleneck(tmp_path: Path) -> None:
    """One per cent of the calls six milliseconds late are enough."""
    begun: list[float | None] = [float(text) for text in range(98)]
    found = inspected(make_paced(100, [*begun, 98.006, 99.006]), tmp_path)
    assert (found.late, found.lacking) == (True, False)
    text = " ".join(found.warnings())
    assert text.startswith("The generator was the bottleneck")
    assert "p99 6.0 ms, at most 6.0 ms" in text


def test_texts_never_begun_are_offered_all_the_same(tmp_path: Path) -> None:
    """Each counts that was meant to be sent, begun on time or never."""
    begun: list[float | None] = [0.0, 1.0, None, 3.0, 4.0, None]
    found = inspected(make_paced(6, begun), tmp_path)
    assert (found.offered, found.achieved) == (6, 4)
    assert not found.late
    assert "33.3 % were not, up to 1 % would do" in " ".join(found.warnings())


def test_pacing_is_named_where_the_machine_was_in_time(tmp_path: Path) -> None:
    """Calls that begin when their sender lets them are not the machine's doing."""
    found = inspected(make_paced(3, [0.0, None, 2.0]), tmp_path)
    assert "the pacing (adaptive) that held them back" in " ".join(found.warnings())


def test_a_last_call_within_the_tolerance_is_begun(tmp_path: Path) -> None:
    """Five real milliseconds are no lack, six are."""
    assert not inspected(make_paced(1, [0.005]), tmp_path / "in").lacking
    assert inspected(make_paced(1, [0.006]), tmp_path / "out").lacking


def test_a_load_of_which_no_call_was_made_lacks_all(tmp_path: Path) -> None:
    """Then the last text's own time is the last."""
    found = inspected(make_paced(3, [None, None, None]), tmp_path)
    assert (found.offered, found.achieved) == (3, 0)
    assert found.lag.p99 is None
    assert "It began 0 of 3 texts" in " ".join(found.warnings())


def test_a_repeat_says_nothing_of_when_texts_were_due(tmp_path: Path) -> None:
    """A back-off long after the last arrival hides no text that came too late."""
    record = make_paced(2, [0.0, 7.0])
    add_call(record, "one", 1, attempt=1, due_at=99.0, started_at=99.0)
    found = inspected(record, tmp_path)
    assert (found.offered, found.achieved) == (2, 1)


@pytest.mark.parametrize("changes", [{"clock": "virtual", "speed": 0.0}, {}])
def test_without_arrivals_in_real_time_there_is_none(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    """Virtual time cannot be late, nor a broadcast as fast as it may."""
    record = make_paced(1, [0.0], **changes)
    if not changes:
        record.manifest["strategies"][0]["arrivals"] = ""
    assert inspect(read_back(record, tmp_path)) is None


def test_a_busy_processor_is_told(tmp_path: Path) -> None:
    """Its mean and most, and that it had no more to give."""
    record = make_paced(1, [3.0])
    for cpu in (0.98, 1.0, None):
        record.generator.append("0", 1.0, cpu, 0.1, 2)
    last = inspected(record, tmp_path).warnings()[-1]
    assert last == (
        "A process of it took 99 % of a processor, at most 100 %: it had no more to "
        "give."
    )


def test_what_was_measured_is_told_of_a_sound_one_too() -> None:
    """Lag, texts begun and processor, each by its name."""
    generator = Generator(
        lag=Spread(np.array([0.001])), offered=5, achieved=5, cpu=np.array([0.5])
    )
    assert dict(generator.facts()) == {
        "lag, real time": "p50 1.0 ms, p99 1.0 ms, at most 1.0 ms",
        "texts begun of those due": "5 of 5",
        "processor time": "A process of it took 50 % of a processor, at most 50 %",
    }
