"""Status callbacks in virtual time: each arrives a little after its cause.

Once, unless a fault on order has it otherwise.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np

from loadtests.records import MISSING
from simulator.api.callbacks import LAST_TURN, TURNS, delay_quantile
from simulator.engine.chance import GRAINS, Delay, last_draw_of
from simulator.engine.disorder import disorder
from simulator.engine.faults import Faults, Stage
from sms.statuses import TERMINAL, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from loadtests.records import Table
    from simulator.engine.disorder import Disorder
    from simulator.engine.messages import Message
    from simulator.engine.profile import Profile
    from sms.units import Seconds

Cells = Any
"""A numpy array."""

Cause = tuple[MessageStatus, Cells, Cells, Cells]
"""A status; when each message came to it; its error code; its quantile."""


class Callbacks:
    """Says when each status callback of a message is received.

    The same statuses are reported as over HTTP (`simulator.api.callbacks`); the profile
    says how long one is under way, and the message's SID decides the quantile.
    """

    def __init__(self, profile: Profile, faults: Faults | None = None) -> None:
        self._latency = Delay(profile.callback_latency)
        self._table = np.array(self._latency.table)
        self._faults = Faults() if faults is None else faults
        self._known: dict[tuple[str, MessageStatus], Disorder | None] = {}

    def received_at(
        self, message: Message, status: MessageStatus, due_at: Seconds
    ) -> Seconds | None:
        """Return when a callback that is due reaches its receiver, None for never."""
        at = due_at + self._latency.at(delay_quantile(message.sid, status))
        if self._faults.rules:
            found = self._disorder(message, status, due_at)
            if found is not None:
                return min((at + copy.later for copy in found.copies), default=None)
        return at

    def _disorder(
        self, message: Message, status: MessageStatus, due_at: Seconds
    ) -> Disorder | None:
        """Return what a fault makes of a callback, whenever it is asked the same."""
        key = message.sid, status
        if key not in self._known:
            self._known[key] = disorder(self._faults, message, status, due_at)
        return self._known[key]

    def record(
        self,
        table: Table,
        strategy: str,
        texts: Sequence[tuple[int, int]],
        messages: Sequence[Message],
    ) -> None:
        """Add a row for each callback these messages have caused.

        `texts` are the key and attempt of the text behind each message.
        """
        keys = np.array(texts)
        disordered = bool(self._faults.acting(Stage.CALLBACK))
        for cause in _causes(messages) if messages else ():
            suffered = self._suffered(messages, cause) if disordered else None
            self._record(table, strategy, keys, cause, suffered)

    def _suffered(
        self, messages: Sequence[Message], cause: Cause
    ) -> tuple[Cells, Cells]:
        """Return by how much faults delay each callback of a status, and its posts.

        One that is lost is not a number late, and posted 0 times.
        """
        status, due_at, *_ = cause
        later, posts = np.zeros(len(messages)), np.ones(len(messages), int)
        for place, message in enumerate(messages):
            at = float(due_at[place])
            found = None if isnan(at) else self._disorder(message, status, at)
            if found is not None:
                delays = [copy.later for copy in found.copies]
                later[place], posts[place] = min(delays, default=np.nan), len(delays)
        return later, posts

    def _record(
        self,
        table: Table,
        strategy: str,
        texts: Cells,
        cause: Cause,
        suffered: tuple[Cells, Cells] | None,
    ) -> None:
        """Add the rows of one status, for the messages that have come to it."""
        status, due_at, codes, quantiles = cause
        come = ~np.isnan(due_at)
        turned = (quantiles[come] + TURNS.get(status, LAST_TURN)) % 1.0
        latency = self._table[(turned * GRAINS).astype(int)]
        received_at = due_at[come] + latency
        posts: Cells = 1
        answer: Cells = 200
        if suffered is not None:
            received_at, posts = received_at + suffered[0][come], suffered[1][come]
            answer = np.where(posts > 0, 200, 0)
        table.extend(
            int(come.sum()),
            {
                "strategy": strategy,
                "text": texts[come, 0],
                "attempt": texts[come, 1],
                "status": status,
                "error_code": codes[come],
                "due_at": due_at[come],
                "attempts": posts,
                "received_at": received_at,
                "http_status": answer,
            },
        )


def _causes(messages: Sequence[Message]) -> Iterator[Cause]:
    """Yield each status with when each message came to it, not a number if never."""
    told = [message.status_callback is not None for message in messages]
    quantiles = np.array([last_draw_of(message.sid) for message in messages])
    none = np.full(len(messages), MISSING)

    def instants(values: Iterable[Seconds | None]) -> Cells:
        return np.where(told, np.array(list(values), float), np.nan)

    queued = instants(m.queued_at if m.service else None for m in messages)
    yield MessageStatus.QUEUED, queued, none, quantiles
    sent = instants(
        m.sent_at if m.extras is None or m.first_leg is None else m.first_leg.sent_at
        for m in messages
    )
    yield MessageStatus.SENT, sent, none, quantiles
    ended = instants(m.ended_at for m in messages)
    codes = np.array([m.error_code or MISSING for m in messages])
    statuses = np.array([m.status.value for m in messages])
    for status in sorted(TERMINAL):  # a set's order differs from process to process
        yield status, np.where(statuses == status, ended, np.nan), codes, quantiles
