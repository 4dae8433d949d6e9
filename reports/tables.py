"""Tables: the comparison's figures as text, for the terminal and for the page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from reports.fates import AMBIGUOUS
from reports.premises import premises
from reports.streams import load_tables
from reports.verdicts import HALF
from reports.wording import DOUBT, NOTHING, count, doubted, duration, money, share

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, ConsoleOptions, RenderResult

    from reports.comparisons import Comparison
    from reports.verdicts import Judgement

CHOSEN = (
    "the cheapest that makes the deadline, of equals the first done",
    "the cheapest that loses none, of equals the first done",
)

SCANT = (
    "the best that ends within the deadline, but less than half was delivered",
    "the best that loses none, but less than half was delivered",
)
"""The same of a strategy that is no success for it."""

NARROW, USUAL, WIDE, WIDER = 1, 78, 96, 120
"""Columns a terminal has at least for the shortest table, longer ones, the longest."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its heading, what it means, and its text for a strategy.

    `terminal` is how wide a terminal must be to show it; a page shows all.
    """

    heading: str
    meaning: str
    text: Callable[[Judgement], str]
    terminal: float = math.inf


def _answer(one: Judgement) -> str:
    """Return yes or no: whether it makes the deadline, or loses nothing without one."""
    return "yes" if one.meets else "no"


def _fate(*names: str) -> Callable[[Judgement], str]:
    def text(one: Judgement) -> str:
        return count(sum(one.metrics.fates.counts.get(name, 0) for name in names))

    return text


def _delivered(one: Judgement) -> str:
    fates = one.metrics.fates
    return share(len(fates.delivered_at), fates.texts)


def _throttled(one: Judgement) -> str:
    return count(one.metrics.calls.throttled)


def _copies(one: Judgement) -> str:
    """Return how many texts went out twice, and how many never did."""
    copies = one.metrics.copies
    if copies is None:
        return NOTHING
    return f"{count(copies.twice)} / {count(copies.never)}"


OUTCOME = (
    Field(
        "done after",
        "when the last text came to its end, delivered or not",
        lambda one: duration(one.metrics.fates.done_at),
        NARROW,
    ),
    Field("delivered", "texts that arrived, of all", _delivered, NARROW),
    Field(
        "undelivered",
        "texts that a carrier took and did not deliver",
        _fate("undelivered"),
        WIDER,
    ),
    Field(
        "failed",
        "texts that Twilio accepted and never sent, or that were canceled",
        _fate("failed", "canceled"),
    ),
    Field(
        "refused", "texts that the API did not take in the end", _fate("refused"), WIDE
    ),
    Field(
        "open",
        "texts without an answer, without a receipt, or not at their end yet",
        _fate(AMBIGUOUS, "unsent", "unfinished", "sent"),
    ),
    Field(
        "2× / 0×",
        "texted twice / never texted: texts of which more than one message left, but "
        "for those sent again after a failure, and those of which none left although "
        "nobody had said that they cannot be sent",
        _copies,
        USUAL,
    ),
    Field(
        "p50",
        "half the delivered texts took no longer, from their first submission to "
        "their delivery as Twilio knows it",
        lambda one: one.metrics.sojourn.text(50),
    ),
    Field(
        "p95",
        "95 % of the delivered texts took no longer",
        lambda one: one.metrics.sojourn.text(95),
        NARROW,
    ),
    Field(
        "p99",
        "99 % of the delivered texts took no longer",
        lambda one: one.metrics.sojourn.text(99),
    ),
)
"""What became of the texts."""

EFFORT = (
    Field(
        "calls",
        "requests made to the API, repeats included",
        lambda one: count(one.metrics.calls.made),
        WIDER,
    ),
    Field(
        "429s", "answers of 429/20429: too many requests in flight", _throttled, WIDE
    ),
    Field(
        "cured",
        "429s whose call was taken when made again",
        lambda one: count(one.metrics.calls.cured),
    ),
    Field(
        "segments",
        "message segments that left the senders",
        lambda one: count(one.cost.segments),
    ),
    Field(
        "segments/s",
        "segments that left a second, while any did",
        lambda one: f"{one.metrics.throughput:.1f}",
    ),
    Field(
        "messages",
        "what those segments cost, carrier fees and fees for failed messages included",
        lambda one: money(one.cost.traffic),
    ),
    Field(
        "senders",
        "a month's rent of the senders that sent something",
        lambda one: money(one.cost.rent) if one.cost.senders else NOTHING,
    ),
    Field(
        "cost",
        "messages and senders together",
        lambda one: money(one.cost.total),
        NARROW,
    ),
)
"""What it took."""


def question_heading(comparison: Comparison) -> str:
    """Return the heading over the answers of yes and no."""
    deadline = comparison.verdict.deadline
    return "no loss" if deadline is None else f"in {duration(deadline)}"


def comparison_table(comparison: Comparison, width: int) -> Table:
    """Return a table of all strategies that fits a terminal so wide."""
    chosen = comparison.verdict.chosen
    table = Table(
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    fields = [field for field in (*OUTCOME, *EFFORT) if width >= field.terminal]
    first = "stream" if comparison.manifest.is_load else "strategy"
    table.add_column(first, overflow="fold", min_width=12)
    table.add_column(question_heading(comparison), no_wrap=True)
    for field in fields:
        table.add_column(field.heading, justify="right")
    for one in comparison.judgements:
        best = one.name == chosen and len(comparison.judgements) > 1
        answer = f"{_answer(one)} *" if best else _answer(one)
        table.add_row(
            Text(one.name, style="bold" if best else ""),
            Text(answer, style="green" if one.meets else "red"),
            *(Text(field.text(one), no_wrap=True) for field in fields),
        )
    return table


@dataclass(frozen=True, slots=True)
class FittingTable:
    """The comparison as a table that fits the terminal it is printed on.

    Above it stand the question and what was taken for granted; above these, whatever
    forbids to believe the figures.  A load's checks and times follow below.
    """

    comparison: Comparison

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        verdict, manifest = self.comparison.verdict, self.comparison.manifest
        for place, warning in enumerate(self.comparison.warnings):
            yield Text(warning, style="" if place else "bold red")
        yield Text(verdict.question, style="bold")
        yield Text(premises(manifest))
        yield comparison_table(self.comparison, options.max_width)
        if verdict.chosen and len(self.comparison.judgements) > 1:
            yield Text(f"* {_chosen(self.comparison)[verdict.deadline is None]}")
        if manifest.is_load:
            yield from load_tables(self.comparison)
        if not self.comparison.sound:
            yield Text(f"{doubted('…')} is {DOUBT}", style="bold red")


def _chosen(comparison: Comparison) -> tuple[str, str]:
    """Return what the star means, with a deadline and without."""
    chosen = comparison.verdict.chosen
    best = next(one for one in comparison.judgements if one.name == chosen)
    return CHOSEN if best.arrived >= HALF else SCANT


def verdict_lines(comparison: Comparison) -> list[str]:
    """Return the verdict as lines: what to know first, the answer, and the reasons.

    What the answer is to be taken with stands right below it.
    """
    verdict = comparison.verdict
    lines = [*verdict.caveats, verdict.headline, *verdict.notes]
    lines += [f"  {name}: {reason}" for name, reason in verdict.reasons]
    return [*lines, *comparison.conduct]
