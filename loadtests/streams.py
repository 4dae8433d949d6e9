"""Streams: texts, and by which strategy and when they are sent; what a run is made of.

A comparison runs one stream a strategy, each in a world of its own; a load runs several
beside each other in one.  The same stream is carried out under every clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle
from typing import TYPE_CHECKING, Any

from loadtests.arrivals import share, share_of_arrivals
from loadtests.climbing import ClimbingRun
from sender.broadcasts import BroadcastRun, RunOptions
from sender.plans import Broadcast
from sender.quiet import Quiet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from loadtests.arrivals import Level, Profile
    from loadtests.checks import Check
    from loadtests.scenarios import Scenario
    from sender.pacing import Factory as PacingFactory
    from sender.plans import Text
    from sender.strategies import Factory as StrategyFactory
    from sms.quiet_hours import QuietHours
    from sms.units import Seconds

STATUS_CALLBACK = "http://127.0.0.1/status"
"""Where callbacks go in virtual time; nobody listens there, and nothing is sent."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A strategy and a pacing by name, with what makes each."""

    strategy: str
    pacing: str
    make_strategy: StrategyFactory
    make_pacing: PacingFactory


COUNTS = (
    *("redelivered", "not_retryable", "exhausted", "gave_up", "ambiguous"),
    "withheld",
)
"""What a run counts of its texts; the names are those of the manifest."""


def counts_of(run: BroadcastRun) -> dict[str, int]:
    """Return what a run has counted so far."""
    return {name: getattr(run, name) for name in COUNTS}


class Kind(StrEnum):
    """What a stream is: all of a list once, or whatever arrives while it lasts."""

    BROADCAST = "broadcast"
    TRAFFIC = "traffic"


@dataclass(frozen=True, slots=True)
class Stream:
    """One flow of texts: what, to whom, by which strategy, and when.

    `arrivals` say when each text is meant to be submitted, None for as fast as the
    pacing lets it; `until` is what a staircase must hold to climb on.
    """

    name: str
    scenario: Scenario
    choice: Choice
    kind: Kind = Kind.BROADCAST
    arrivals: Profile | None = None
    until: Check | None = None

    def begin(
        self, status_callback: str, texts: Iterable[Text] | None = None
    ) -> BroadcastRun:
        """Return a run about to begin, of these texts or else of all.

        Raises:
            StrategyError: the account has not what the strategy needs.
        """
        scenario = self.scenario
        hours = scenario.quiet
        broadcast = Broadcast(scenario.texts, status_callback, scenario.validity_period)
        parts = (
            broadcast,
            self.choice.make_strategy(broadcast, scenario.senders()),
            self.choice.make_pacing(scenario.pacing_options),
            RunOptions(
                redeliver=scenario.redeliver,
                redelivery_delay=scenario.redelivery_delay,
                resend_ambiguous=scenario.resend_ambiguous,
                seed=scenario.seed,
                quiet=None if hours is None else self._quiet(hours),
            ),
        )
        if self.until is None:
            return BroadcastRun(*parts, texts=texts)
        return ClimbingRun(*parts, texts=texts, levels=self.levels, check=self.until)

    def _quiet(self, hours: QuietHours) -> Quiet:
        scenario = self.scenario
        longest = scenario.profile.longest_validity_period
        return Quiet(hours, scenario.started_at, longest)

    @property
    def endless(self) -> bool:
        """Whether its arrivals go on until somebody stops them."""
        return self.arrivals is not None and self.arrivals.count is None

    def part(self, index: int, count: int) -> Iterable[Text]:
        """Return one worker's part of the texts: of `count`, each is in just one.

        Of endless traffic they are made as they are asked for.
        """
        texts = self.scenario.texts
        if self.whole:
            return () if index else self._part(texts, 0, 1)
        return self._part(texts, index, count)

    @property
    def whole(self) -> bool:
        """Whether one worker sends all of it.

        So it is with bulk: a Messaging Service reports to one address alone.
        """
        return self.choice.strategy == "bulk"

    def _part(self, texts: Sequence[Text], index: int, count: int) -> Iterable[Text]:
        if self.kind is Kind.TRAFFIC and self.endless and self.arrivals is not None:
            instants = self.arrivals.arrivals(self.scenario.seed)
            return share_of_arrivals(traffic(texts, instants), index, count)
        return share(texts, index, count)

    @property
    def levels(self) -> tuple[Level, ...]:
        """The steps of its arrivals; none where they do not go by steps."""
        return getattr(self.arrivals, "levels", ())

    def summary(
        self,
        counts: Mapping[str, int],
        *,
        complete: bool,
        finished_at: Seconds,
    ) -> dict[str, Any]:
        """Return what the manifest says of the stream once it is over."""
        return {
            "name": self.name,
            "strategy": self.choice.strategy,
            "pacing": self.choice.pacing,
            "kind": self.kind.value,
            "arrivals": str(self.arrivals or ""),
            "complete": complete,
            "finished_at": finished_at,
            "texts": len(self.scenario.texts),
            "concurrency": self.scenario.profile.concurrency,
            "numbers": list(self.scenario.numbers),
            "validity_period": self.scenario.validity_period,
            "quiet": str(self.scenario.quiet or ""),
            "differing": None,
            **counts,
        }


def traffic(texts: Sequence[Text], instants: Iterable[Seconds]) -> Iterator[Text]:
    """Yield a text for each arrival, going round the texts as often as it takes."""
    pairs = enumerate(zip(cycle(texts), instants, strict=False))
    for key, (text, at) in pairs:
        yield text._replace(key=key, due_at=at)


def stopped(under_way: str, not_begun: list[str]) -> str:
    """Return what a run that was stopped says of what is missing."""
    rest = f"; not begun: {', '.join(not_begun)}" if not_begun else ""
    return f"stopped by hand during {under_way}{rest}"
