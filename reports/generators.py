"""Generators: whether a load was the one that was asked for, and began on time.

A generator that is late measures itself.  What it was late by, and what it never began,
is therefore reckoned from the records before any other figure is believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reports.manifests import VIRTUAL
from reports.spreads import Spread
from reports.wording import count, milliseconds, share

if TYPE_CHECKING:
    from reports.runs import Floats, Rows, Run, StrategyRun
    from sms.units import Seconds

LATEST = 0.005
"""Real seconds of lag at p99 above which the figures are the generator's own."""

LACKING = 0.01
"""Share of the offered texts that may not have been begun."""

BUSY = 0.9
"""Share of a processor from which on a generator's process is called busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """How a load was begun.

    `lag` is how late calls began, in real seconds.  `offered` texts were due by the
    last instant at which a call was; `achieved` of them were in a call by then.  `cpu`
    holds each process's shares of a processor, second by second, `pacings` how the
    streams were held back by their own sender.
    """

    lag: Spread
    offered: int
    achieved: int
    cpu: Floats
    pacings: tuple[str, ...] = ()

    @property
    def late(self) -> bool:
        """Return whether calls began too late to be believed."""
        return (self.lag.p99 or 0.0) > LATEST

    @property
    def lacking(self) -> bool:
        """Return whether too many texts that were due were in no call."""
        return self.offered - self.achieved > LACKING * self.offered

    @property
    def sound(self) -> bool:
        """Return whether the load was the one that was asked for."""
        return not self.late and not self.lacking

    def warnings(self) -> tuple[str, ...]:
        """Return what a reader must know first, a sentence each; nothing if sound."""
        if self.sound:
            return ()
        said = ["The generator was the bottleneck: these figures are its own."]
        if self.late:
            said.append(
                f"Its calls began late: lag p50 {milliseconds(self.lag.p50)}, p99 "
                f"{milliseconds(self.lag.p99)}, at most {milliseconds(self.longest)} "
                f"of real time; up to {milliseconds(LATEST)} at p99 would do."
            )
        if self.lacking:
            said.append(f"{self._lack()} {self._cause()}".strip())
        return (*said, self._load()) if len(self.cpu) else tuple(said)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return what was measured of it, in words, by its name."""
        lag = ", ".join(
            f"{name} {milliseconds(at)}"
            for name, at in (
                ("p50", self.lag.p50),
                ("p99", self.lag.p99),
                ("at most", self.longest),
            )
        )
        begun = f"{count(self.achieved)} of {count(self.offered)}"
        known = [("lag, real time", lag), ("texts begun of those due", begun)]
        if len(self.cpu):
            known.append(("processor time", self._load().rstrip(".")))
        return tuple(known)

    @property
    def longest(self) -> Seconds | None:
        """Return the longest lag."""
        return float(self.lag.ordered[-1]) if len(self.lag.ordered) else None

    def _lack(self) -> str:
        lacking = self.offered - self.achieved
        return (
            f"It began {count(self.achieved)} of {count(self.offered)} texts that were "
            f"due: {share(lacking, self.offered)} were not, up to "
            f"{LACKING * 100:g} % would do."
        )

    def _cause(self) -> str:
        """Return what kept texts waiting where each call began on time all the same."""
        if self.late or not self.pacings:
            return ""
        return (
            "Each call began when its sender let it, so it was the pacing "
            f"({', '.join(self.pacings)}) that held them back, not the machine."
        )

    def _load(self) -> str:
        mean, most = float(self.cpu.mean()), float(self.cpu.max())
        busy = ": it had no more to give" if mean >= BUSY else ""
        shares = f"{mean * 100:.0f} % of a processor, at most {most * 100:.0f} %"
        return f"A process of it took {shares}{busy}."


def inspect(run: Run) -> Generator | None:
    """Return how a run's load was begun; None where nothing arrived by a real clock."""
    manifest = run.manifest
    streams = [one for one in run.strategies if one.facts.arrivals]
    if manifest.clock == VIRTUAL or manifest.speed <= 0 or not streams:
        return None
    last_at = max(_last_intended(one) for one in streams)
    tolerance = LATEST * manifest.speed
    counts = [_begun(one.messages, last_at, tolerance) for one in streams]
    lag = np.concatenate([_lag(one.calls) for one in streams]) / manifest.speed
    return Generator(
        lag=Spread.of(lag),
        offered=sum(offered for offered, _ in counts),
        achieved=sum(achieved for _, achieved in counts),
        cpu=_known(run.generator),
        pacings=tuple(sorted({o.facts.pacing for o in streams if o.facts.pacing})),
    )


def _last_intended(stream: StrategyRun) -> Seconds:
    """Return when the last text of a stream was meant to be submitted."""
    messages = stream.messages
    first = messages.ints["attempt"] == 0
    intended = messages.floats["intended_at"][first]
    return float(np.fmax.reduce(intended, initial=0.0))


def _begun(messages: Rows, last_at: Seconds, tolerance: Seconds) -> tuple[int, int]:
    """Return how many texts were due by an instant, and how many begun by then."""
    due = (messages.ints["attempt"] == 0) & (messages.floats["intended_at"] <= last_at)
    begun = messages.floats["submitted_at"] <= last_at + tolerance
    return int(due.sum()), int((due & begun).sum())


def _lag(calls: Rows) -> Floats:
    return np.maximum(calls.floats["started_at"] - calls.floats["due_at"], 0.0)


def _known(generator: Rows | None) -> Floats:
    """Return the shares of a processor that were noted."""
    shares = np.zeros(0) if generator is None else generator.floats["cpu"]
    return shares[np.isfinite(shares)]
