"""Comparisons: a run measured, priced and judged; all that tables and pages show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.conduct import Conduct, conduct, conduct_lines
from reports.costs import price_messages
from reports.generators import inspect
from reports.loads import judge_load
from reports.metrics import measure
from reports.staircases import leave_undue_out
from reports.verdicts import Judgement, Verdict, judge

if TYPE_CHECKING:
    from reports.generators import Generator
    from reports.manifests import Manifest
    from reports.prices import Prices
    from reports.runs import Run


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run and what was made of it, its strategies in the manifest's order.

    `generator` is None where no load was generated in real time.
    """

    run: Run
    prices: Prices
    judgements: tuple[Judgement, ...]
    verdict: Verdict
    generator: Generator | None = None
    conducts: tuple[Conduct, ...] = ()

    @property
    def conduct(self) -> tuple[str, ...]:
        """Return sentences on quiet hours, opt-outs and second attempts."""
        return conduct_lines(self.manifest, self.conducts)

    @property
    def manifest(self) -> Manifest:
        """Return the run's manifest."""
        return self.run.manifest

    @property
    def sound(self) -> bool:
        """Return whether its percentiles may be believed."""
        return self.generator is None or self.generator.sound

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what a reader must know before any figure."""
        return () if self.generator is None else self.generator.warnings()


def compare(run: Run, prices: Prices) -> Comparison:
    """Measure, price and judge a run; of a staircase that broke, what came due."""
    run = leave_undue_out(run)
    manifest = run.manifest
    generator = inspect(run)
    sound = generator is None or generator.sound
    conducts = conduct(run)
    at_night = {one.name: one.in_quiet for one in conducts}
    judgements = tuple(
        Judgement(
            measure(strategy, sound=sound),
            price_messages(strategy.messages, manifest.senders, prices),
            manifest.deadline,
            at_night.get(strategy.facts.name, 0) if strategy.facts.quiet else 0,
        )
        for strategy in run.strategies
    )
    decide = judge_load if manifest.is_load else judge
    verdict = decide(manifest, judgements)
    return Comparison(run, prices, judgements, verdict, generator, conducts)
