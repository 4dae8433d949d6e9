"""A day at the real server: hours of requests and callbacks in a jumping loop.

Everything of a day comes of its options: what the customer does and when, what the
server makes of it, and so the SHA-256 of all that happened.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

from loadtests.eventlog import status_changed
from simulator.engine.events import MessageReceived, StatusChanged
from simulator.engine.worlds import default_world
from simulator.profiles import load_profile
from simulator.server.running import Running, Settings, running
from sms.units import DAY, HOUR
from tests.simulation.customers import Customer, Told
from tests.simulation.disturbances import bad_day
from tests.simulation.loops import JumpingLoop, play
from tests.simulation.receivers import Came, Receiver, receiving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.events import Event
    from simulator.engine.messages import Message
    from simulator.engine.optouts import OptOut
    from sms.units import Seconds

BEGAN_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHANGES: dict[str, object] = {
    "concurrency": 20,
    "mix": {
        "landline": 0.03,
        "unknown": 0.03,
        "unreachable": 0.05,
        "filtered": 0.03,
        "without_receipt": 0.03,
    },
}
"""What a day changes of the profile `twilio-2021`, so that more goes wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """All that a day comes of; on a `bad` one every kind of fault strikes."""

    seed: int
    acts: int = 3_600
    seconds: Seconds = HOUR
    bad: bool = False

    @property
    def command(self) -> str:
        """The one command that plays the day again."""
        return (
            f"python -m tests.simulation --seed {self.seed} --acts {self.acts} "
            f"--seconds {self.seconds:g}{' --bad' if self.bad else ''}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A message's change of status, as the gateway told it."""

    at: Seconds
    sid: str
    status: str
    sender: str | None
    segments: int
    country: str
    callback: bool


@dataclass(slots=True, kw_only=True)
class Day:
    """What happened on a day; `digest` is the SHA-256 of all of it."""

    options: Options
    ended_at: Seconds = 0.0
    lines: list[dict[str, Any]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    answers: list[Told] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    arrivals: list[dict[str, Any]] = field(default_factory=list)
    texted: dict[str, str] = field(default_factory=dict)
    suspended: Counter[str] = field(default_factory=Counter)
    messages: dict[str, Message] = field(default_factory=dict)
    opt_outs: Sequence[OptOut] = ()
    struck: Counter[str] = field(default_factory=Counter)
    counts: dict[str, int] = field(default_factory=dict)
    received: int = 0
    posted: int = 0
    digest: str = ""

    def see(self, event: Event) -> None:
        """Take note of what happens in the gateway."""
        if isinstance(event, MessageReceived):
            self.received += 1
        if not isinstance(event, StatusChanged):
            return
        message = event.message
        self.lines.append(status_changed(event))
        self.changes.append(
            Change(
                at=event.at,
                sid=message.sid,
                status=event.status,
                sender=message.sender.address if message.sender else None,
                segments=message.segments,
                country=message.country,
                callback=message.status_callback is not None,
            )
        )


def play_day(options: Options) -> Day:
    """Play a day from its first request until nothing is under way any more."""
    day = Day(options=options)
    play(lambda loop: _play(day, loop))
    day.digest = _digest(day)
    return day


async def _play(day: Day, loop: JumpingLoop) -> None:
    options = day.options
    faults = bad_day(options.seconds) if options.bad else ()
    settings = Settings(
        world=replace(default_world(), faults=faults),
        profile=load_profile("twilio-2021", CHANGES),
        seed=options.seed,
        port=0,
        started_at=BEGAN_AT,
        control_token="simulation-of-a-whole-day-by-day",
    )
    async with receiving() as receiver, running(settings, on_event=day.see) as server:
        customer = Customer(
            server.url,
            receiver.url,
            token=server.token,
            began_at=BEGAN_AT,
            random=Random(f"acts of {options.seed}"),
        )
        try:
            await _act(options, customer)
            await _drain(server, loop)
            day.arrivals = await customer.recall()
        finally:
            await customer.close()
        _leave(day, server, customer, receiver)
        day.ended_at = loop.time()


async def _act(options: Options, customer: Customer) -> None:
    """Have the customer do all of it, each thing at an instant drawn beforehand."""
    random = Random(f"instants of {options.seed}")
    instants = sorted(random.uniform(0, options.seconds) for _ in range(options.acts))
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        for at in instants:
            await asyncio.sleep(max(0.0, at - loop.time()))
            group.create_task(customer.act())


async def _drain(server: Running, loop: JumpingLoop) -> None:
    """Wait until nothing is under way: no message, no callback.

    Raises:
        TimeoutError: something still is, two days later.
    """
    limit = loop.time() + 2 * DAY
    while server.gateway.due() is not None or server.dispatcher.waiting:
        if loop.time() > limit:
            raise TimeoutError("something is still under way after two days")
        await asyncio.sleep(30.0)
    await asyncio.sleep(60.0)


def _leave(day: Day, server: Running, customer: Customer, receiver: Receiver) -> None:
    day.answers, day.texted = customer.answers, customer.texted
    day.suspended = customer.suspended
    day.came = receiver.came
    day.messages = dict(server.gateway.messages)
    day.opt_outs = server.gateway.opt_outs.facts()
    day.counts = {str(status): n for status, n in server.gateway.counts.items()}
    day.posted = server.dispatcher.posted
    for row in server.gateway.faults.facts():
        day.struck[row["what"]] += row["struck"]


def _digest(day: Day) -> str:
    """Return the SHA-256 of the event log, of every answer and every callback."""
    digest = hashlib.sha256()
    rows: list[Any] = [
        *day.lines,
        *([a.at, a.act, a.status, a.body.get("sid")] for a in day.answers),
        *([c.at, c.sid, c.status] for c in day.came),
    ]
    for row in rows:
        digest.update(json.dumps(row, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()
