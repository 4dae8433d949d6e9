"""Drawing: a folder in, a report out, beside the records."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from loadtests.folders import write_run
from reports.drawing import draw
from reports.runs import RunError
from tests.reports.builders import add_message, make_record

if TYPE_CHECKING:
    from pathlib import Path

    from reports.drawing import Report

NAMES = ["answers", "cost", "delivered", "errors", "queues", "sojourn"]


def test_a_report_lies_beside_its_records(five: Report) -> None:
    """One page and six pictures, by the names the documents give."""
    folder = five.page.parent
    assert five.page.name == "report.html"
    assert sorted(path.name for path in folder.glob("*.png")) == [
        f"{name}.png" for name in NAMES
    ]
    assert five.lines()[0] == five.verdict.headline


def test_drawing_again_gives_the_same_page(tmp_path: Path) -> None:
    """Nothing in it depends on when it was drawn."""
    record = make_record("one", texts=1)
    add_message(record, "one", 0)
    write_run(record, tmp_path)
    first = draw(tmp_path).page.read_bytes()
    assert draw(tmp_path).page.read_bytes() == first


def test_other_prices_give_other_costs(tmp_path: Path) -> None:
    """A table of one's own is read and named."""
    table = tmp_path / "ours.toml"
    table.write_text(
        'title = "Ours"\nas_of = 2026-01-01\n'
        '[[segments]]\nprice = 5\nsource = "contract"\n'
        '[[rents]]\nprice = 0\nsource = "contract"\n'
        '[failed_message]\nprice = 0\nsource = "contract"\n'
    )
    record = make_record("one", texts=1)
    add_message(record, "one", 0)
    write_run(record, tmp_path)
    report = draw(tmp_path, prices=table)
    assert "$5.00" in report.verdict.headline
    assert "ours.toml" in report.page.read_text("utf-8")


def test_a_load_has_its_pictures_and_its_words(load: Report) -> None:
    """Nine pictures, and a line for each stream instead of a winner."""
    assert len(list(load.page.parent.glob("*.png"))) == 9
    assert load.lines()[0] == "100.0 % of the texts delivered, done after 10m 4s."
    assert load.verdict.chosen is None


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    """And nothing is written into it."""
    with pytest.raises(RunError, match="is not a run folder"):
        draw(tmp_path)
    assert not list(tmp_path.iterdir())


def test_matplotlib_is_loaded_when_it_is_needed() -> None:
    """Whoever only reads figures does not wait for it."""
    code = "import reports.drawing, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
