"""Runs: a folder read back, and refused where it is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from loadtests.folders import write_run
from reports.runs import RunError, read_run
from tests.reports.builders import add_message, make_record, read_back

if TYPE_CHECKING:
    from pathlib import Path


def test_each_strategy_has_its_own_rows(tmp_path: Path) -> None:
    """Rows are told apart by strategy, even where they are mixed."""
    record = make_record("one", "two", texts=3)
    for text in range(3):
        add_message(record, "one", text)
        add_message(record, "two", 10 + text)
    one, two = read_back(record, tmp_path).strategies
    assert one.messages.ints["text"].tolist() == [0, 1, 2]
    assert two.messages.ints["text"].tolist() == [10, 11, 12]


def test_a_generator_is_read_where_there_is_one(tmp_path: Path) -> None:
    """A comparison has none, a load over HTTP what it saw of itself."""
    record = make_record("one", texts=0)
    assert read_back(record, tmp_path / "without").generator is None
    record.generator.append("0", 1.0, 0.5, 0.2, 3)
    generator = read_back(record, tmp_path / "with").generator
    assert generator is not None
    assert (len(generator), generator.floats["cpu"].tolist()) == (1, [0.5])


def test_what_a_load_adds_may_be_left_out(tmp_path: Path) -> None:
    """A folder of compare says nothing of it, and is none."""
    run = read_back(make_record("one", texts=0), tmp_path)
    assert not run.manifest.is_load
    assert (run.manifest.checks, run.manifest.knee) == ((), None)
    assert run.strategies[0].facts.by == "one"


def test_words_kept_as_plain_text_are_read_too(tmp_path: Path) -> None:
    """A folder that went through another tool, categories gone, still reads."""
    record = make_record("one", texts=2)
    add_message(record, "one", 0)
    add_message(record, "one", 1, status="failed")
    write_run(record, tmp_path)
    path = tmp_path / "messages.parquet"
    table = pq.read_table(path)
    plain = table["status"].cast(pa.string())
    where = table.schema.get_field_index("status")
    pq.write_table(table.set_column(where, "status", plain), path)
    [one] = read_run(tmp_path).strategies
    assert one.messages.words["status"].among("failed").tolist() == [False, True]


def test_keys_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    """A manifest may say more than is asked of it."""
    record = make_record("one", texts=0)
    record.manifest["weather"] = "fair"
    assert read_back(record, tmp_path).manifest.seed == 7


def test_a_folder_without_manifest_is_no_run(tmp_path: Path) -> None:
    """The error names the folder and what it lacks."""
    with pytest.raises(RunError, match=r"is not a run folder: no manifest\.json"):
        read_run(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"format": 1}', r"format 1 is not one this version reads \(2 or 3 or 4\)"),
        ("[]", "format None"),
        ('{"format": 2}', "missing required field `smslab`"),
        ("{", "manifest.json: "),
    ],
)
def test_a_manifest_of_another_kind_is_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    """The error is one line that says what is wrong with the manifest."""
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(RunError, match=said) as caught:
        read_run(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    """The error names the file that is not there."""
    write_run(make_record("one", texts=0), tmp_path)
    (tmp_path / "calls.parquet").unlink()
    with pytest.raises(RunError, match=r"lacks a readable calls\.parquet"):
        read_run(tmp_path)


def test_a_broken_table_is_named(tmp_path: Path) -> None:
    """A file that is no Parquet is an error, not a traceback."""
    write_run(make_record("one", texts=0), tmp_path)
    (tmp_path / "calls.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(RunError, match=r"lacks a readable calls\.parquet"):
        read_run(tmp_path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """A table of an older layout is refused by the column it lacks."""
    write_run(make_record("one", texts=0), tmp_path)
    path = tmp_path / "calls.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["in_flight"]), path)
    with pytest.raises(RunError, match="lacks the column in_flight"):
        read_run(tmp_path)


def test_a_wrong_type_in_the_manifest_is_named(tmp_path: Path) -> None:
    """The error says where in the manifest it is."""
    record = make_record("one", texts=0)
    write_run(record, tmp_path)
    plain = json.dumps(record.manifest | {"seed": "seven"})
    (tmp_path / "manifest.json").write_text(plain)
    with pytest.raises(RunError, match=r"at `\$\.seed`"):
        read_run(tmp_path)
