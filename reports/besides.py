"""Runs beside each other: one table of all their streams, and what changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from reports.comparisons import Comparison, compare
from reports.moves import delivered_share, failures, figures_moved
from reports.pages import fill, framed
from reports.prices import load_prices
from reports.runs import read_run
from reports.settings import letter, settings_changed
from reports.wording import DOUBT, count, doubted, duration, money

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult

    from reports.charts import Chart
    from reports.verdicts import Judgement

PAGE = "comparison.html"
TEMPLATE = "comparison.html.j2"

HEADINGS = (
    *("run", "stream", "strategy", "delivered", "p50", "p95", "p99"),
    *("429s", "ended by code", "done after", "cost"),
)
WORDS = frozenset({"run", "stream", "strategy", "ended by code"})
SPARED = ("strategy", "p50", "429s", "p99", "cost", "done after")
"""Columns that a narrow terminal goes without, the first first; the page has all."""

TIMED = "from the intended submission of a text to its end, as Twilio knows it"
"""What p50, p95 and p99 are of."""

GAP = 2
"""Blanks between two columns of a terminal's table."""

ALIKE = "No setting differs: the same question, asked again."
STEADY = "No figure of a stream of the same name moved by more than a tenth."
APART = "No stream has the same name in both: nothing can be held against another."


@dataclass(frozen=True, slots=True)
class Beside:
    """Runs set beside each other, in the order they were given, and the page on them.

    `settings` and `figures` say what changed, a line each; figures from the first run
    on, those that moved most first.
    """

    comparisons: tuple[Comparison, ...]
    settings: tuple[str, ...]
    figures: tuple[str, ...]
    page: Path

    def rows(self) -> list[tuple[str, ...]]:
        """Return a row for each stream of each run, as HEADINGS has it."""
        return [
            _row(letter(place), one)
            for place, comparison in enumerate(self.comparisons)
            for one in comparison.judgements
        ]

    def key(self) -> list[tuple[str, ...]]:
        """Return, for each run, its letter, its folder's name, and what it was."""
        return [
            (letter(place), one.run.folder.resolve().name, one.verdict.question)
            for place, one in enumerate(self.comparisons)
        ]

    def warnings(self) -> list[str]:
        """Return what a reader must know first: of each run, by its letter."""
        return [
            f"{letter(place)}: {line}"
            for place, one in enumerate(self.comparisons)
            for line in (*one.warnings, *one.verdict.caveats)
        ]

    @property
    def sound(self) -> bool:
        """Return whether the percentiles of all runs may be believed."""
        return all(one.sound for one in self.comparisons)

    def lines(self) -> list[str]:
        """Return what changed as lines for the terminal."""
        said = ["", "What changed, of how the runs were made:"]
        said += [f"  {line}" for line in self.settings or (ALIKE,)]
        said += ["", "What changed, of what came of them:"]
        return [*said, *(f"  {line}" for line in self.figures or (self._still(),))]

    def page_figures(self) -> tuple[str, ...]:
        """Return the figures that moved, or why there are none."""
        return self.figures or (self._still(),)

    def _still(self) -> str:
        names = [{one.name for one in c.judgements} for c in self.comparisons]
        return STEADY if any(names[0] & later for later in names[1:]) else APART

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        """Yield the warnings, the table, and how it is to be read."""
        yield from (Text(line, style="bold red") for line in self.warnings())
        yield from (Text(": ".join(parts)) for parts in self.key())
        yield Text()
        yield _fitting(self.rows(), options.max_width)
        yield Text(f"p50, p95, p99: {TIMED}")
        if not self.sound:
            yield Text(f"{doubted('…')} is {DOUBT}", style="bold red")


def set_beside(
    folders: Sequence[Path], prices: Path | None = None, out: Path | None = None
) -> Beside:
    """Read runs and write one page on all: to `out`, or into the last one's folder.

    Raises:
        RunError: a folder is no run, or the price table cannot be used.
    """
    from reports.gallery import paint_beside  # noqa: PLC0415 - matplotlib is slow

    table = load_prices(prices)
    comparisons = tuple(compare(read_run(folder), table) for folder in folders)
    page = out or folders[-1] / PAGE
    beside = Beside(
        comparisons,
        tuple(settings_changed([one.manifest for one in comparisons])),
        tuple(figures_moved(comparisons)),
        page,
    )
    charts = paint_beside(_joined(comparisons))
    page.write_text(_render(beside, charts), encoding="utf-8")
    return beside


def _joined(comparisons: Sequence[Comparison]) -> Comparison:
    """Return all streams of all runs as of one run, each named after its own too.

    The deadline stays where all have the same; of anything else the last run's is kept.
    """
    last = comparisons[-1]
    deadlines = {one.verdict.deadline for one in comparisons}
    deadline = last.verdict.deadline if len(deadlines) == 1 else None
    return replace(
        last,
        judgements=tuple(_renamed(comparisons)),
        verdict=replace(last.verdict, deadline=deadline),
        generator=next((c.generator for c in comparisons if not c.sound), None),
    )


def _renamed(comparisons: Sequence[Comparison]) -> Iterator[Judgement]:
    for place, comparison in enumerate(comparisons):
        for one in comparison.judgements:
            facts = replace(one.metrics.facts, name=f"{letter(place)} {one.name}")
            yield replace(one, metrics=replace(one.metrics, facts=facts))


def _render(beside: Beside, charts: Sequence[Chart]) -> str:
    return fill(
        TEMPLATE,
        beside=beside,
        headings=HEADINGS,
        words=WORDS,
        timed=TIMED,
        runs=[
            (*key, one.verdict.headline)
            for key, one in zip(beside.key(), beside.comparisons, strict=True)
        ],
        settings=beside.settings or (ALIKE,),
        figures=beside.page_figures(),
        pictures=framed(charts),
    )


def _row(run: str, one: Judgement) -> tuple[str, ...]:
    metrics = one.metrics
    return (
        run,
        one.name,
        metrics.facts.by,
        delivered_share(one),
        *(metrics.ended.text(percent) for percent in (50, 95, 99)),
        count(metrics.calls.throttled),
        failures(one),
        duration(metrics.fates.done_at),
        money(one.cost.total),
    )


def _fitting(rows: Sequence[tuple[str, ...]], width: int) -> Table:
    """Return the rows as a table for a terminal so wide, no word of it broken.

    Each code has a line of its own.
    """
    lines = [tuple(cell.replace(", ", ",\n") for cell in row) for row in rows]
    shown = list(range(len(HEADINGS)))
    for name in SPARED:
        if sum(_width(place, lines) + GAP for place in shown) - GAP <= width:
            break
        shown.remove(HEADINGS.index(name))
    table = Table(
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0)
    )
    for place in shown:
        name = HEADINGS[place]
        justify: JustifyMethod = "left" if name in WORDS else "right"
        table.add_column(name, justify=justify, no_wrap=True)
    for row in lines:
        table.add_row(*(Text(row[place]) for place in shown))
    return table


def _width(place: int, rows: Sequence[tuple[str, ...]]) -> int:
    """Return how wide the widest cell of a column is, heading included."""
    cells = (HEADINGS[place], *(row[place] for row in rows))
    return max(cell_len(line) for cell in cells for line in cell.split("\n"))
