"""docs/records.md: whole, and its examples run."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import pytest

from loadtests.folders import write_run
from reports.columns import PAGE, insert_tables
from reports.manifests import Manifest, StrategyFacts
from tests.reports.builders import WAYS, Example

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def test_the_tables_are_those_of_the_code() -> None:
    """To write them again: python -m reports.columns."""
    page = PAGE.read_text("utf-8")
    assert page == insert_tables(page), "run: python -m reports.columns"


@pytest.mark.parametrize("kind", [Manifest, StrategyFacts])
def test_every_key_of_the_manifest_has_its_line(kind: type) -> None:
    """What reports read is described."""
    page = PAGE.read_text("utf-8")
    for field in dataclasses.fields(kind):
        assert f"\n| `{field.name}` |" in page, field.name


@pytest.mark.parametrize("library", ["pandas", "polars", "duckdb"])
def test_the_examples_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    library: str,
) -> None:
    """Each reads a run folder with one library and none of ours."""
    pytest.importorskip(library)
    [code] = [code for code in EXAMPLES if f"import {library}" in code]
    write_run(Example(texts=100).make(), tmp_path / "runs" / "latest")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, f"docs/records.md, {library}", "exec"), {})
    printed = capsys.readouterr().out
    assert any(way.name in printed for way in WAYS)
