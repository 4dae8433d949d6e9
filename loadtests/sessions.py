"""A run in virtual time, put together from its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loadtests.amiss import FaultyExperiment
from loadtests.eventlog import named
from loadtests.experiment import Experiment, Lane
from loadtests.manifests import add_inbound, add_struck, inbound_of
from loadtests.recorder import Recorder
from loadtests.scenarios import reporting
from loadtests.streams import STATUS_CALLBACK, counts_of
from loadtests.unheard import find_unheard
from sender.strategies import StrategyError
from simulator.api.api import Api
from simulator.engine.gates import Gates
from simulator.engine.gateway import Gateway

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from loadtests.eventlog import Log
    from loadtests.records import RunRecord
    from loadtests.streams import Stream
    from sms.units import Seconds


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: simulated seconds, and texts whose calls have been answered."""

    strategy: str
    now: Seconds
    answered: int
    texts: int


class Session:
    """Streams, a fresh account with the scenario's seed, and who writes it all down.

    The world and its limits are those of the first stream.
    """

    def __init__(
        self,
        streams: Sequence[Stream],
        record: RunRecord,
        *,
        started_at: datetime,
        log: Log | None = None,
    ) -> None:
        self.name = " + ".join(stream.name for stream in streams)
        self._scenario = scenario = streams[0].scenario
        self._streams = streams
        self._record = record
        self._finished_at: Seconds = 0.0
        self.runs = [stream.begin(STATUS_CALLBACK) for stream in streams]
        profile = scenario.profile
        self.recorders = [Recorder(one.name, record, profile) for one in streams]
        eager = scenario.answers or any(
            s.scenario.redeliver > 0 or s.scenario.quiet for s in streams
        )
        self._gateway = Gateway(
            reporting(scenario.world, STATUS_CALLBACK),
            scenario.profile,
            seed=scenario.seed,
            watched=eager or log is not None,
            gates=Gates(scenario.world.rules, scenario.profile, started_at),
        )
        lanes = [
            Lane(run, recorder, log and named(log, stream.name))
            for stream, run, recorder in zip(
                streams, self.runs, self.recorders, strict=True
            )
        ]
        api = Api(self._gateway, started_at)
        kind = FaultyExperiment if scenario.world.faults else Experiment
        self._experiment = kind(lanes, api, eager=eager)

    def play(self) -> Iterator[Progress]:
        """Run to the end, telling now and then how far it is."""
        try:
            for _ in self._experiment.play():
                yield self.progress()
        except StrategyError as error:
            raise StrategyError(f"{self.name}: {error}") from error
        except ValueError as error:
            raise RuntimeError(f"{self.name} is at fault") from error
        self._finished_at = max(r.finished_at() for r in self.recorders)
        yield self.progress()

    def progress(self) -> Progress:
        """Return how far the run is."""
        return Progress(
            self.name,
            max(self._experiment.now, self._finished_at),
            sum(map(len, self.recorders)),
            sum(len(stream.scenario.texts) for stream in self._streams),
        )

    def finish(self, *, complete: bool) -> list[dict[str, Any]]:
        """Put all rows into the record; return the manifest's facts of each stream."""
        several = len(self._streams) > 1
        ends = [self._finished_at]
        if several or not self._finished_at:
            ends = [recorder.finished_at() for recorder in self.recorders]
        finished_at = self._finished_at or max(ends)
        if not self._scenario.answers:  # which may come hours after the last text
            finished_at = max(self._experiment.now, finished_at)
        self._add_opt_outs()
        add_inbound(self._record.manifest, self.name, inbound_of(self._gateway))
        find_unheard(self.recorders, self._gateway.messages)
        self._gateway.messages.clear()  # from here on the recorders alone have them
        self._gateway.fan_outs.clear()
        self._gateway.notifications.clear()
        self._gateway.operations.clear()
        callbacks = self._experiment.callbacks
        for stream, recorder in zip(self._streams, self.recorders, strict=True):
            for texts, messages in recorder.drain(stream.scenario.texts):
                callbacks.record(self._record.callbacks, stream.name, texts, messages)
        add_struck(self._record.manifest, self.name, self._gateway.faults)
        return [
            stream.summary(
                counts_of(run),
                complete=complete,
                finished_at=end if several else finished_at,
            )
            for stream, run, end in zip(self._streams, self.runs, ends, strict=True)
        ]

    def _add_opt_outs(self) -> None:
        """Write down who opted out, with the stream that last texted them."""
        opt_outs = [one for one in self._gateway.opt_outs.facts() if one.word]
        if not opt_outs:
            return
        last: dict[str, Recorder] = {}
        for recorder in self.recorders:
            for text in recorder.texts:
                last[text.recipient] = recorder
        for one in opt_outs:
            last.get(one.recipient, self.recorders[0]).add_opt_outs((one,))
