"""A worker: the process that sends, receives, measures and writes its part down."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gevent

from loadtests.swarm.clients import bound_client, open_session
from loadtests.swarm.clocks import read_clock
from loadtests.swarm.receivers import Receiver
from loadtests.swarm.statistics import Statistics
from loadtests.swarm.works import LOOK, Part, Work, drive
from loadtests.swarm.writers import PartWriter
from simulator.server.garbage import collect_seldom

if TYPE_CHECKING:
    from locust.env import Environment
    from twilio.rest import Client

    from loadtests.loads import Load
    from loadtests.staircases import Knee
    from loadtests.streams import Stream
    from sender.callbacks import CallbackReceived
    from sender.calls import CallMade
    from sms.units import Seconds

MOST_OPEN = 1_000
"""Requests that a worker's open driver has open at a time, for each stream."""


class Worker:
    """One process's part of a load: `index` of `count`, begun at the server's instant.

    A stream is opened when somebody is to send it; texts of streams that nobody opens
    are not this worker's concern.

    Raises:
        ValueError: the host is not this machine, or no simulator.
    """

    def __init__(
        self,
        environment: Environment,
        load: Load,
        *,
        index: int,
        count: int,
        began_at: Seconds,
        folder: str | None,
    ) -> None:
        self.works: dict[str, Work] = {}
        self._tellers: dict[str, str] = {}
        self._environment = environment
        self._load = load
        self._host = host = environment.host or ""
        self._part = index, count
        self._clock = replace(read_clock(host), began_at=began_at)
        self.statistics = Statistics(self._clock, environment.events.request)
        self._receiver = Receiver(
            load.scenario.world.auth_token,
            self._receive,
            self._clock,
            delay=self._clock.real(load.receiver_delay),
        )
        self._writer = PartWriter(Path(folder), index) if folder else None
        self._write(
            "start", worker=index, workers=count, began_at=began_at, pid=os.getpid()
        )
        self._watch = gevent.spawn(self._look)
        self._drivers: list[gevent.Greenlet] = []
        self.covered = self._closed = self._settled = False
        collect_seldom()

    def open(self, name: str) -> Work:
        """Return the work of a stream, begun if nobody has begun it yet."""
        if name not in self.works:
            stream = self._load.stream(name)
            texts = stream.part(*self._part)
            if stream.whole and self._part[0] == 0:
                self._be_told(stream)
            self.works[name] = Work(
                stream,
                stream.begin(self._receiver.url, texts),
                self.statistics,
                load=self._load,
                part=Part(
                    *self._part, len(texts) if isinstance(texts, Sequence) else 0
                ),
                on_call=self._note,
            )
        return self.works[name]

    def _be_told(self, stream: Stream) -> None:
        """Have the Messaging Service report here, as its owner would set it."""
        sid = stream.scenario.senders().messaging_service
        service = self._client(1).messaging.v1.services(sid)
        service.update(status_callback=self._receiver.url)

    def _client(self, connections: int) -> Client:
        """Return the official client over a session of its own, of no user."""
        session = open_session(
            self._environment, self._host, None, connections=connections
        )
        return self.bind(session)

    def bind(self, session: Any) -> Client:
        """Return the official client over a session, speaking to the host alone."""
        world = self._load.scenario.world
        return bound_client(session, self._host, world.account_sid, world.auth_token)

    def cover(self, names: list[str], hands: int) -> None:
        """Send, with so many hands, what nobody on this worker sends."""
        for name in names:
            work = self.open(name)
            if not work.hands:
                work.hands = hands
                driver = gevent.spawn(drive, work, self._client(hands), hands)
                self._drivers.append(driver)

    @property
    def over(self) -> bool:
        """Whether all that it was to send is known, and has come to its end."""
        for work in self.works.values():
            work.give_up()
        settled = self.covered or self._closed
        return settled and all(work.over for work in self.works.values())

    @property
    def broken(self) -> set[str]:
        """The streams whose threshold broke here."""
        return {name for name, work in self.works.items() if work.broken}

    @property
    def knees(self) -> dict[str, Knee]:
        """What each staircase has come to, by its stream."""
        knees = {name: work.knee for name, work in self.works.items()}
        return {name: knee for name, knee in knees.items() if knee is not None}

    def break_off(self, name: str) -> None:
        """Let no more texts of a stream come: its threshold is broken somewhere."""
        if name in self.works:
            self.works[name].stop_new()

    def close(self) -> None:
        """Begin nothing new anywhere."""
        self._closed = True
        for work in self.works.values():
            work.close()

    def settle(self) -> None:
        """Cut off what still waits for an answer; count what is left open, once."""
        if not self._settled:
            self._settled = True
            gevent.killall(self._drivers)
            for work in self.works.values():
                work.settle()
            self.statistics.closed = True

    def finish(self) -> None:
        """Take no more callbacks, and put the last line under the part."""
        self._watch.kill()
        self.settle()
        self._receiver.close()
        postbox = self._receiver.postbox
        self._write(
            "end",
            streams={name: work.summary() for name, work in self.works.items()},
            receiver={
                "forged": postbox.forged,
                "duplicates": postbox.duplicates,
                "overflowed": self._receiver.overflowed,
            },
            drained=all(work.drained for work in self.works.values()),
        )
        if self._writer is not None:
            self._writer.close()

    def _write(self, kind: str, **line: Any) -> None:
        if self._writer is not None:
            self._writer.write(kind, **line)

    def _server_time(self, at: Seconds | None) -> Seconds | None:
        return None if at is None else at + self._clock.began_at

    def _note(self, name: str, made: CallMade) -> None:
        attempt, outcome = made.attempt, made.outcome
        texts = attempt.call.texts
        final = outcome.accepted or self.works[name].run.is_final(outcome)
        time_of = self._server_time
        self._write(
            "call",
            stream=name,
            number=attempt.number,
            retries=attempt.retries,
            operation=attempt.call.operation,
            recipients=len(texts),
            intended_at=time_of(attempt.intended_at),
            due_at=time_of(attempt.due_at),
            started_at=time_of(made.started_at),
            answered_at=time_of(made.answered_at),
            http_status=outcome.http_status,
            error_code=outcome.error_code,
            in_flight=made.in_flight or 0,
            sid=outcome.sid,
            final=final,
            texts=[(text.key, text.attempt) for text in texts] if final else [],
        )

    def _receive(self, callback: CallbackReceived) -> None:
        """Hand a callback to the work whose call caused it."""
        name = callback.call_key.rpartition(".")[0] or self._teller(callback)
        work = self.works.get(name)
        if work is None:
            return
        key, attempt = work.receive(callback) or (None, None)
        self._write(
            "callback",
            stream=name,
            text=key,
            attempt=attempt,
            sid=callback.sid,
            status=callback.status,
            error_code=callback.error_code,
            received_at=self._server_time(callback.received_at),
            duplicate=callback.duplicate,
        )

    def _teller(self, callback: CallbackReceived) -> str:
        """Return which bulk stream a service's own callback is of: it names no call.

        Once a message's is known it stays so: `sent` may come after `delivered`, when
        the text is open no more.
        """
        if callback.sid not in self._tellers:
            bulk = (name for name, work in self.works.items() if work.stream.whole)
            name = next((n for n in bulk if self.works[n].knows(callback)), "")
            if not name:
                return ""
            self._tellers[callback.sid] = name
        return self._tellers[callback.sid]

    def _look(self) -> None:
        """Note once a second how this process itself is doing."""
        spent, looked_at = time.process_time(), time.monotonic()
        while True:  # ends by being killed, with the worker
            gevent.sleep(LOOK)
            now, used = time.monotonic(), time.process_time()
            self._write(
                "look",
                at=self._server_time(self._clock.now()),
                cpu=(used - spent) / (now - looked_at),
                lag_ms=max(0.0, (now - looked_at - LOOK) * 1_000),
                in_flight=sum(work.run.in_flight for work in self.works.values()),
            )
            if self._writer is not None:
                self._writer.flush()
            spent, looked_at = used, now
