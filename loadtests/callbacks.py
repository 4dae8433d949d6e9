"""Status callbacks in virtual time: each arrives once, a little after its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loadtests.records import MISSING
from simulator.api.callbacks import LAST_TURN, TURNS, delay_quantile
from simulator.engine.chance import GRAINS, Delay, last_draw_of
from sms.statuses import TERMINAL, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from loadtests.records import Table
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

    def __init__(self, profile: Profile) -> None:
        self._latency = Delay(profile.callback_latency)
        self._table = np.array(self._latency.table)

    def received_at(
        self, message: Message, status: MessageStatus, due_at: Seconds
    ) -> Seconds:
        """Return when a callback that is due reaches its receiver."""
        return due_at + self._latency.at(delay_quantile(message.sid, status))

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
        for cause in _causes(messages) if messages else ():
            self._record(table, strategy, keys, cause)

    def _record(self, table: Table, strategy: str, texts: Cells, cause: Cause) -> None:
        """Add the rows of one status, for the messages that have come to it."""
        status, due_at, codes, quantiles = cause
        come = ~np.isnan(due_at)
        turned = (quantiles[come] + TURNS.get(status, LAST_TURN)) % 1.0
        latency = self._table[(turned * GRAINS).astype(int)]
        table.extend(
            int(come.sum()),
            {
                "strategy": strategy,
                "text": texts[come, 0],
                "attempt": texts[come, 1],
                "status": status,
                "error_code": codes[come],
                "due_at": due_at[come],
                "attempts": 1,
                "received_at": due_at[come] + latency,
                "http_status": 200,
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
    sent = instants(m.first_leg.sent_at if m.first_leg else m.sent_at for m in messages)
    yield MessageStatus.SENT, sent, none, quantiles
    ended = instants(m.ended_at for m in messages)
    codes = np.array([m.error_code or MISSING for m in messages])
    statuses = np.array([m.status.value for m in messages])
    for status in sorted(TERMINAL):  # a set's order differs from process to process
        yield status, np.where(statuses == status, ended, np.nan), codes, quantiles
