"""A comparison over real HTTP on loopback: server, official client and receiver.

Each strategy gets a server of its own, so that its time begins at 0 as in virtual time.
The same scenario is run in virtual time beside it: every message must meet the same
fate, and those that do not, where a race decided, are counted.
"""

from __future__ import annotations

import asyncio
from logging import getLogger
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from loadtests.evidence import PostedLine
from loadtests.experiment import HORIZON
from loadtests.manifests import add_inbound, add_struck, inbound_of
from loadtests.postings import together
from loadtests.recorder import Recorder
from loadtests.records import RunRecord
from loadtests.scenarios import reporting_to
from loadtests.sessions import Progress, Session
from loadtests.streams import STATUS_CALLBACK, counts_of, stopped
from loadtests.unheard import find_unheard
from sender.client import make_client
from sender.executor import Executor
from sender.http import HttpClient
from sender.receiver import Receiver
from simulator.server.lateness import lateness_in_words
from simulator.server.running import Settings, running

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loadtests.questions import Plan
    from loadtests.recorder import Fates
    from loadtests.streams import Stream
    from sender.broadcasts import BroadcastRun
    from sender.callbacks import CallbackReceived
    from sender.calls import CallMade
    from simulator.engine.gateway import Gateway
    from simulator.server.dispatcher import CallbackPosted
    from simulator.server.running import Running

GLANCE = 0.25
"""Real seconds between two signs of life."""

_log = getLogger(__name__)


class Rehearsal:
    """One strategy's run over HTTP, and who writes it down."""

    def __init__(self, stream: Stream, record: RunRecord) -> None:
        self.recorder = Recorder(stream.name, record, stream.scenario.profile)
        self._stream = stream
        self._scenario = stream.scenario
        self._record = record
        self._posted: list[CallbackPosted] = []
        self._run: BroadcastRun | None = None
        self._executor: Executor | None = None
        self._server: Running | None = None

    async def play(
        self, *, speed: float, started_at: datetime, on_progress: Callable[..., None]
    ) -> None:
        """Run to the end, `speed` times as fast as time goes.

        Raises:
            StrategyError: the account has not what the strategy needs.
        """
        scenario = self._scenario
        settings = Settings(
            world=scenario.world,
            profile=scenario.profile,
            seed=scenario.seed,
            speed=speed,
            port=0,
            started_at=started_at,
        )
        async with (
            running(settings, on_callback=self._posted.append) as server,
            Receiver(
                scenario.world.auth_token, self._receive, server.clock
            ) as receiver,
        ):
            self._server = server
            for service in server.gateway.services.values():
                service.settings = reporting_to(service.settings, receiver.url)
            self._run = self._stream.begin(receiver.url)
            glances = asyncio.create_task(self._show(on_progress))
            try:
                await self._carry_out(server)
            finally:
                glances.cancel()
            if said := lateness_in_words(server.pump.lateness.facts()):
                _log.warning("%s: %s", self._stream.name, said)

    async def _carry_out(self, server: Running) -> None:
        world = self._scenario.world
        assert self._run is not None
        http_client = HttpClient(server.url)
        client = make_client(http_client, world.account_sid, world.auth_token)
        self._executor = Executor(
            self._run, client, clock=server.clock, on_call=self._note
        )
        try:
            await self._executor.carry_out()
        finally:
            await http_client.close()

    def _receive(self, callback: CallbackReceived) -> None:
        if self._executor is not None:
            self._executor.receive(callback)

    def _note(self, made: CallMade) -> None:
        """Write a call down, and which messages its texts have become."""
        outcome, attempt = made.outcome, made.attempt
        self.recorder.answer(
            outcome, made.started_at, made.answered_at, made.in_flight or 0
        )
        assert self._server is not None
        assert self._run is not None
        gateway = self._server.gateway
        if outcome.sid is not None:
            messages = gateway.fan_outs.get(outcome.sid)
            self.recorder.place(
                attempt,
                made.started_at,
                messages or (gateway.messages[outcome.sid],),
            )
        elif self._run.is_final(outcome):
            self.recorder.lose(outcome, made.started_at)

    async def _show(self, on_progress: Callable[..., None]) -> None:
        """Tell now and then how far it is."""
        while True:  # ends by cancellation, with the run
            on_progress(self.progress())
            await asyncio.sleep(GLANCE)

    def progress(self) -> Progress:
        """Return how far the run is."""
        now = self._server.clock.now() if self._server else 0.0
        texts = len(self._scenario.texts)
        return Progress(self._stream.name, now, len(self.recorder), texts)

    def finish(self, reference: Fates, *, complete: bool) -> dict[str, Any]:
        """Put all rows into the record; return what the manifest says of the run."""
        finished_at, fates = self.recorder.finished_at(), self.recorder.fates()
        if self._server is not None:
            self._add_inbound(self._server.gateway, complete=complete)
            find_unheard([self.recorder], self._server.gateway.messages)
        text_of = {
            message.sid: text
            for texts, messages in self.recorder.drain(self._scenario.texts)
            for text, message in zip(texts, messages, strict=True)
        }
        posted = (
            PostedLine(*attrgetter(*PostedLine._fields)(callback))
            for callback in self._posted
            if callback.sid in text_of and callback.status is not None
        )
        for line in together(posted):
            text = text_of[line.sid]
            self._record.callbacks.append(self._stream.name, *text, *line[1:])
        run = self._run or self._stream.begin(STATUS_CALLBACK)
        facts = self._stream.summary(
            counts_of(run), complete=complete, finished_at=finished_at
        )
        facts["differing"] = differing(reference, fates)
        return facts

    def _add_inbound(self, gateway: Gateway, *, complete: bool) -> None:
        """Write down who opted out, and what came in.

        What recipients of a whole run were about to answer they do, as in virtual time.
        """
        if complete:
            gateway.catch_up(HORIZON)
        opt_outs = gateway.opt_outs.facts()
        self.recorder.add_opt_outs(one for one in opt_outs if one.word)
        name = self._stream.name
        add_inbound(self._record.manifest, name, inbound_of(gateway))
        add_struck(self._record.manifest, name, gateway.faults)


async def rehearse(
    asked: Plan,
    record: RunRecord,
    *,
    speed: float,
    started_at: datetime,
    on_progress: Callable[[Progress], None],
) -> None:
    """Run every strategy over HTTP and fill the record.

    Ctrl-C ends the run: the record holds what was done and says what is missing.

    Raises:
        StrategyError: the account has not what a strategy needs.
    """
    manifest = record.manifest
    waiting = list(reversed(asked.streams))
    while waiting:
        stream = waiting.pop()
        reference = _expected(stream, started_at)
        rehearsal = Rehearsal(stream, record)
        try:
            await rehearsal.play(
                speed=speed, started_at=started_at, on_progress=on_progress
            )
        except asyncio.CancelledError:
            manifest["strategies"].append(rehearsal.finish(reference, complete=False))
            left = [s.name for s in reversed(waiting)]
            manifest["missing"].append(stopped(stream.name, left))
            return
        manifest["strategies"].append(rehearsal.finish(reference, complete=True))
        on_progress(rehearsal.progress())
    manifest["complete"] = True


def _expected(stream: Stream, started_at: datetime) -> Fates:
    """Return what becomes of every text in virtual time."""
    session = Session([stream], RunRecord({}), started_at=started_at)
    for _ in session.play():
        pass
    return session.recorders[0].fates()


def differing(reference: Fates, fates: Fates) -> int:
    """Return how many messages ended otherwise than in the reference."""
    return sum(
        reference.get(key) != fates.get(key) for key in reference.keys() | fates.keys()
    )
