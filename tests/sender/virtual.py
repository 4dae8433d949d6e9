"""An API and a loop in virtual time, to try runs, strategies and pacing on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING

from sender.plans import (
    Attempt,
    Broadcast,
    Call,
    Done,
    Fate,
    Operation,
    Outcome,
    Senders,
    Text,
)

if TYPE_CHECKING:
    from sender.broadcasts import BroadcastRun
    from sms.units import Seconds

MOST_STEPS = 1_000_000
LONG_CODES = ("+14155550100", "+12125550100", "+13125550100")
TOLL_FREE = "+18335550100"
BRITISH = "+447700900000"
SENDERS = Senders(
    numbers=(*LONG_CODES, TOLL_FREE, BRITISH),
    short_codes={"US": "72345"},
    messaging_service="MG1",
    notify_service="IS1",
)


def make_broadcast(*recipients: str, body: str = "Hello") -> Broadcast:
    """Return a broadcast of one body."""
    return Broadcast([Text(key, to, body) for key, to in enumerate(recipients)])


def americans(many: int) -> list[str]:
    """Return so many different recipients in the United States."""
    return [f"+1415{key:07d}" for key in range(2_000_000, 2_000_000 + many)]


def outcome(call: Call, http_status: int, error_code: int | None = None) -> Outcome:
    """Return how a call's first attempt ended."""
    return Outcome(Attempt(call, 0), http_status, error_code)


def carried(calls: Sequence[Call]) -> list[int]:
    """Return the keys of the texts that calls carry, in order."""
    return [text.key for call in calls for text in call.texts]


class Plain:
    """A strategy that makes a call a text, and remembers what it is told."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.settled: list[Outcome] = []

    def calls(self, texts: Sequence[Text]) -> Iterator[Call]:
        """Yield one call a text."""
        self.batches.append([text.key for text in texts])
        return (
            Call(Operation.CREATE_MESSAGE, (text,), {"To": text.recipient})
            for text in texts
        )

    def settle(self, outcome: Outcome) -> None:
        """Remember an outcome."""
        self.settled.append(outcome)


@dataclass(frozen=True)
class Reply:
    """What becomes of an attempt: its answer, and its texts' fate after that."""

    http_status: int = 201
    error_code: int | None = None
    reached: bool = True
    latency: Seconds = 0.08
    fate: str | None = "delivered"
    fate_code: int | None = None
    fate_delay: Seconds = 1.0


Api = Callable[[Attempt, int], Reply]
"""Answers an attempt, given how many are being worked on with it.

A refused one is not worked on.
"""


@dataclass
class Log:
    """What happened in a run."""

    made: list[tuple[Seconds, Attempt]] = field(default_factory=list)
    ended: list[tuple[Seconds, Outcome]] = field(default_factory=list)
    delivered: int = 0
    most_open: int = 0
    ended_at: Seconds = 0.0

    def share_refused(self) -> float:
        """Return the share of attempts that were refused."""
        return sum(outcome.refused for _, outcome in self.ended) / len(self.ended)


def drive(run: BroadcastRun, api: Api) -> Log:
    """Carry a run out until it is done and every fate is told."""
    log, order = Log(), count()
    agenda: list[tuple[Seconds, int, Outcome | Fate, Reply]] = []
    now, busy = 0.0, 0
    for _ in range(MOST_STEPS):
        step = run.step(now)
        log.most_open = max(log.most_open, run.open_calls)
        if isinstance(step, Attempt):
            reply = api(step, busy + 1)
            busy += reply.http_status != 429
            answer = Outcome(
                step, reply.http_status, reply.error_code, reached=reply.reached
            )
            log.made.append((now, step))
            heappush(agenda, (now + reply.latency, next(order), answer, reply))
            continue
        if isinstance(step, Done) and not agenda:
            log.ended_at = now
            return log
        until = math.inf if isinstance(step, Done) else step.until
        assert until > now, "the run asks to wait for what has been"
        assert until < math.inf or agenda, "the run waits for nothing"
        now = min(until, agenda[0][0] if agenda else math.inf)
        while agenda and agenda[0][0] <= now:
            _, _, news, reply = heappop(agenda)
            if isinstance(news, Fate):
                log.delivered += news.status == "delivered"
                run.report(news, now)
                continue
            busy -= reply.http_status != 429
            log.ended.append((now, news))
            run.settle(news, now)
            for text in news.attempt.call.texts if news.accepted else ():
                if reply.fate:
                    fate = Fate(text, reply.fate, reply.fate_code)
                    heappush(agenda, (now + reply.fate_delay, next(order), fate, reply))
    raise AssertionError("the run does not end")


def capped(most: int, latency: Seconds = 0.1, refusal: Seconds = 0.02) -> Api:
    """Return an API that refuses what goes beyond so many calls in flight.

    Latency varies by half, by the call's number.
    """

    def answer(attempt: Attempt, in_flight: int) -> Reply:
        if in_flight > most:
            return Reply(429, 20429, latency=refusal, fate=None)
        spread = 0.5 + (attempt.number * 0.618_034) % 1
        return Reply(latency=latency * spread, fate=None)

    return answer
