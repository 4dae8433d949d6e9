"""A run of five strategies, drawn once for all tests of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from loadtests.folders import write_run
from reports.drawing import Report, draw
from tests.reports.builders import Example

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = '$\\frac{a}{</svg><script>alert(1)</script> "🙂'


@pytest.fixture(scope="session")
def five(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return the report on five strategies of 600 texts."""
    folder: Path = tmp_path_factory.mktemp("five")
    write_run(Example(texts=600, changes={"deadline": 300.0}).make(), folder)
    return draw(folder)
