"""Streams: what a load shows of itself beside a comparison's table, as rows of text.

The terminal and the page show the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from reports.loads import (
    driver_in_words,
    got_in_words,
    open_in_words,
    receivers_in_words,
)
from reports.manifests import VIRTUAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reports.comparisons import Comparison
    from reports.manifests import Manifest

Row = tuple[str, ...]

CHECKED = ("check", "wanted", "got", "")
TIMED = ("stream", "what was timed", "p50", "p95", "p99")
SENT = ("stream", "strategy", "kind", "arrivals", "pacing", "texts still open")

TIMES = (
    "How long calls and texts took: response time of accepted calls, service time of "
    "answered ones but for those refused with 429"
)
"""What stands above the table of times."""

MEANINGS = {
    "response time": "from when a call was meant to be made to Twilio's yes; none "
    "without arrivals (in a check: call)",
    "service time": "from when a call was made to its answer (in a check: service)",
    "submitted to terminal": "from when a text was meant to be submitted to the "
    "callback of its last status, however it ended (in a check: submitted→terminal)",
}
"""What is timed of a stream, and between which instants."""


def check_rows(comparison: Comparison) -> list[Row]:
    """Return what each check wanted and got, and whether it was met."""
    return [
        (
            one.check,
            one.wanted,
            got_in_words(one, sound=comparison.sound),
            "met" if one.met else "MISSED",
        )
        for one in comparison.manifest.checks
    ]


def time_rows(comparison: Comparison) -> list[Row]:
    """Return three percentiles of everything timed, for each stream."""
    return [
        (one.name, name, *(spread.text(percent) for percent in (50, 95, 99)))
        for one in comparison.judgements
        for name, spread in zip(
            MEANINGS,
            (one.metrics.response, one.metrics.service, one.metrics.heard),
            strict=True,
        )
    ]


def stream_rows(manifest: Manifest) -> list[Row]:
    """Return how each stream was sent, and what of it was open after the drain."""
    return [
        (
            one.name,
            one.by,
            one.kind,
            one.arrivals or "as fast as it may",
            one.pacing,
            open_in_words(one.open) or "none",
        )
        for one in manifest.strategies
    ]


def load_facts(comparison: Comparison) -> list[tuple[str, str]]:
    """Return what drove a load, how well, and what its receivers met, each named."""
    manifest, generator = comparison.manifest, comparison.generator
    found = [("driven by", driver_in_words(manifest))]
    if generator is not None:
        found += generator.facts()
    if manifest.clock != VIRTUAL:
        found.append(("receivers", receivers_in_words(manifest.receivers)))
    return found


def load_tables(comparison: Comparison) -> Iterable[Table | Text]:
    """Yield what a terminal shows of a load: its checks, its times, what drove it."""
    if comparison.manifest.checks:
        yield Text()
        yield _table(CHECKED, check_rows(comparison), words=3)
    yield Text()
    yield _table(TIMED, time_rows(comparison), words=2)
    yield Text()
    for name, words in load_facts(comparison):
        yield Text(f"{name}: {words}")


def _table(headings: Row, rows: Sequence[Row], words: int) -> Table:
    """Return a table whose first columns are `words`, and the others figures."""
    table = Table(
        box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0)
    )
    for place, heading in enumerate(headings):
        if place < words:
            table.add_column(heading, overflow="fold")
        else:
            table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
