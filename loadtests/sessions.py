"""One strategy's run in virtual time, put together from its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loadtests.callbacks import Callbacks
from loadtests.eventlog import named
from loadtests.experiment import Experiment
from loadtests.recorder import Recorder
from sender.broadcasts import BroadcastRun, RunOptions
from sender.strategies import StrategyError
from simulator.api.api import Api
from simulator.engine.gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from loadtests.eventlog import Log
    from loadtests.records import RunRecord
    from loadtests.scenarios import Scenario
    from sender.pacing import Factory as PacingFactory
    from sender.strategies import Factory as StrategyFactory
    from sms.units import Seconds

STATUS_CALLBACK = "http://127.0.0.1/status"
"""Where callbacks go in virtual time; nobody listens there, and nothing is sent."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: simulated seconds, and texts whose calls have been answered."""

    strategy: str
    now: Seconds
    answered: int
    texts: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A strategy and a pacing by name, with what makes each."""

    strategy: str
    pacing: str
    make_strategy: StrategyFactory
    make_pacing: PacingFactory


def start(scenario: Scenario, choice: Choice, status_callback: str) -> BroadcastRun:
    """Return a broadcast about to begin.

    Raises:
        StrategyError: the account has not what the strategy needs.
    """
    broadcast = scenario.broadcast(status_callback)
    return BroadcastRun(
        broadcast,
        choice.make_strategy(broadcast, scenario.senders()),
        choice.make_pacing(scenario.pacing_options),
        RunOptions(
            redeliver=scenario.redeliver,
            redelivery_delay=scenario.redelivery_delay,
            seed=scenario.seed,
        ),
    )


class Session:
    """A strategy, a fresh account with the scenario's seed, and who writes it down."""

    def __init__(
        self,
        scenario: Scenario,
        choice: Choice,
        record: RunRecord,
        *,
        started_at: datetime,
        log: Log | None = None,
    ) -> None:
        self.choice = choice
        self.recorder = Recorder(choice.strategy, record)
        self.run = start(scenario, choice, STATUS_CALLBACK)
        self._scenario = scenario
        self._record = record
        self._finished_at: Seconds = 0.0
        eager = scenario.redeliver > 0
        self._gateway = Gateway(
            scenario.world,
            scenario.profile,
            seed=scenario.seed,
            watched=eager or log is not None,
        )
        self._experiment = Experiment(
            self.run,
            Api(self._gateway, started_at),
            self.recorder,
            eager=eager,
            log=log and named(log, choice.strategy),
        )

    def play(self) -> Iterator[Progress]:
        """Run to the end, telling now and then how far it is."""
        try:
            for _ in self._experiment.play():
                yield self.progress()
        except StrategyError as error:
            raise StrategyError(f"{self.choice.strategy}: {error}") from error
        except ValueError as error:
            raise RuntimeError(f"{self.choice.strategy} is at fault") from error
        self._finished_at = self.recorder.finished_at()
        yield self.progress()

    def progress(self) -> Progress:
        """Return how far the run is."""
        return Progress(
            self.choice.strategy,
            max(self._experiment.now, self._finished_at),
            len(self.recorder),
            len(self._scenario.texts),
        )

    def finish(self, *, complete: bool) -> dict[str, Any]:
        """Put all rows into the record; return what the manifest says of the run."""
        ended_at = self._finished_at or self.recorder.finished_at()
        finished_at = max(self._experiment.now, ended_at)
        self._gateway.messages.clear()  # from here on the recorder alone has them
        self._gateway.fan_outs.clear()
        callbacks = Callbacks(self._scenario.profile)
        for texts, messages in self.recorder.drain(self._scenario.texts):
            callbacks.record(
                self._record.callbacks, self.choice.strategy, texts, messages
            )
        return summary(self.choice, self.run, self._scenario, complete, finished_at)


def summary(
    choice: Choice,
    run: BroadcastRun,
    scenario: Scenario,
    complete: bool,
    finished_at: Seconds,
) -> dict[str, Any]:
    """Return what the manifest says of one strategy's run."""
    return {
        "name": choice.strategy,
        "pacing": choice.pacing,
        "complete": complete,
        "finished_at": finished_at,
        "texts": len(scenario.texts),
        "concurrency": scenario.profile.concurrency,
        "differing": None,
        "redelivered": run.redelivered,
        "not_retryable": run.not_retryable,
        "exhausted": run.exhausted,
        "gave_up": run.gave_up,
        "ambiguous": run.ambiguous,
    }


def stopped(under_way: str, not_begun: list[str]) -> str:
    """Return what a run that was stopped says of what is missing."""
    rest = f"; not begun: {', '.join(not_begun)}" if not_begun else ""
    return f"stopped by hand during {under_way}{rest}"
