"""Comparisons: a run measured, priced and judged; all that tables and pages show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.costs import price_messages
from reports.metrics import measure
from reports.verdicts import Judgement, Verdict, judge

if TYPE_CHECKING:
    from reports.prices import Prices
    from reports.runs import Manifest, Run


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run and what was made of it, its strategies in the manifest's order."""

    run: Run
    prices: Prices
    judgements: tuple[Judgement, ...]
    verdict: Verdict

    @property
    def manifest(self) -> Manifest:
        """Return the run's manifest."""
        return self.run.manifest


def compare(run: Run, prices: Prices) -> Comparison:
    """Measure, price and judge a run."""
    manifest = run.manifest
    judgements = tuple(
        Judgement(
            measure(strategy),
            price_messages(strategy.messages, manifest.senders, prices),
            manifest.deadline,
        )
        for strategy in run.strategies
    )
    return Comparison(run, prices, judgements, judge(manifest, judgements))
