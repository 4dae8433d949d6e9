"""Drawing: a run folder turned into its report, beside the records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.comparisons import compare
from reports.pages import render
from reports.prices import load_prices
from reports.runs import read_run
from reports.tables import FittingTable, verdict_lines

if TYPE_CHECKING:
    from pathlib import Path

    from reports.comparisons import Comparison
    from reports.verdicts import Verdict

PAGE = "report.html"


@dataclass(frozen=True, slots=True)
class Report:
    """A report drawn: what it says, and the files that say it."""

    comparison: Comparison
    page: Path
    pictures: tuple[Path, ...]

    @property
    def verdict(self) -> Verdict:
        """Return the verdict in words."""
        return self.comparison.verdict

    def table(self) -> FittingTable:
        """Return question, premises and table, fit for the terminal."""
        return FittingTable(self.comparison)

    def lines(self) -> list[str]:
        """Return the verdict as lines for the terminal."""
        return verdict_lines(self.comparison)


def draw(folder: Path, prices: Path | None = None) -> Report:
    """Read a run folder and write its page and pictures into it.

    Raises:
        RunError: the folder is no run, or the price table cannot be used.
    """
    from reports.gallery import paint_all  # noqa: PLC0415 - matplotlib is slow to load

    comparison = compare(read_run(folder), load_prices(prices))
    charts = paint_all(comparison)
    pictures = []
    for chart in charts:
        path = folder / f"{chart.picture.name}.png"
        path.write_bytes(chart.png)
        pictures.append(path)
    page = folder / PAGE
    page.write_text(render(comparison, charts), encoding="utf-8")
    return Report(comparison, page, tuple(pictures))
