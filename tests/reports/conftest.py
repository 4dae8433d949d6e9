"""A run of five strategies and a load of two streams, drawn once for all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from loadtests.folders import write_run
from reports.drawing import Report, draw
from tests.reports.builders import Example
from tests.reports.loads import FLOWS, make_load

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = '$\\frac{a}{</svg><script>alert(1)</script> "🙂'


@pytest.fixture(scope="session")
def five(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return the report on five strategies of 600 texts."""
    folder: Path = tmp_path_factory.mktemp("five")
    write_run(Example(texts=600, changes={"deadline": 300.0}).make(), folder)
    return draw(folder)


@pytest.fixture(scope="session")
def load(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return the report on a load of two streams, begun on time."""
    folder: Path = tmp_path_factory.mktemp("load")
    write_run(make_load(*FLOWS), folder)
    return draw(folder)


@pytest.fixture(scope="session")
def late(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return the report on the same load, begun up to 200 real ms late."""
    folder: Path = tmp_path_factory.mktemp("late")
    write_run(make_load(*FLOWS, lag=0.2), folder)
    return draw(folder)
