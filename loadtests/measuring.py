"""Measuring: the figures of a load from its record, the same under every clock.

Times are exact and as the sender saw them: from when a text was meant to be submitted
to when the callback came, not to when the simulator knew.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from loadtests.figures import CALLS, OPEN, TEXTS, Figures
from loadtests.manifests import VIRTUAL
from loadtests.recorder import REFUSED, UNSENT
from loadtests.records import MISSING
from sms.errors import QUEUE_FULL, TOO_MANY_REQUESTS
from sms.statuses import TERMINAL, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from loadtests.records import RunRecord, Table
    from loadtests.streams import Stream
    from sms.units import Seconds

Cells = NDArray[Any]

_ATTEMPT_BITS, _TEXT_BITS = 16, 32
"""How a text's attempt is written as one number: stream, text, attempt."""

_OPEN = frozenset(MessageStatus) - TERMINAL


class Received(NamedTuple):
    """When the first callback of a kind came, by attempt; attempts are in order."""

    attempts: Cells
    at: Cells


class Rows:
    """A table's columns as arrays, and its streams and texts as numbers.

    A number means the same in every table that was given the same `streams`.
    """

    def __init__(self, table: Table, streams: Sequence[str]) -> None:
        self._table = table
        self._streams = {name: code for code, name in enumerate(streams)}

    def __getitem__(self, column: str) -> Cells:
        return np.asarray(self._table.column(column))

    def among(self, column: str, words: Collection[str]) -> Cells:
        """Return which rows hold one of these words."""
        known = enumerate(self._table.words(column))
        return np.isin(self[column], [code for code, word in known if word in words])

    def tally(self, column: str, where: Cells) -> Counter[str]:
        """Return how often each word is in some rows."""
        words = self._table.words(column)
        codes, numbers = np.unique(self[column][where], return_counts=True)
        pairs = zip(codes.tolist(), numbers.tolist(), strict=True)
        return Counter({words[code]: n for code, n in pairs if code != MISSING})

    def attempts(self) -> Cells:
        """Return a number for each row's attempt; those of a text follow each other."""
        words = self._table.words("strategy")
        numbers = np.array([self._streams[word] for word in words] or [0], np.int64)
        texts = (numbers[self["strategy"]] << _TEXT_BITS) + self["text"]
        return (texts << _ATTEMPT_BITS) + self["attempt"]


class Texts:
    """The attempts to send each text, in order, the last one of each apart.

    What is not due never was: unsent texts of a staircase that broke.
    """

    def __init__(self, rows: Rows, broken: Collection[str]) -> None:
        attempts = rows.attempts()
        due = ~(rows.among("status", {UNSENT}) & rows.among("strategy", broken))
        order = np.argsort(attempts, kind="stable")
        self._order = order = order[due[order]]
        self._rows = rows
        self.attempts = attempts[order]
        texts = self.attempts >> _ATTEMPT_BITS
        new = np.append(True, texts[1:] != texts[:-1])[: len(texts)]
        self._first = np.flatnonzero(new)
        self._text = np.cumsum(new) - 1
        self.last = np.append(self._first[1:], len(texts))[: len(self._first)] - 1

    def accepted_at(self) -> Cells:
        """Return when each attempt was accepted, not a number if never."""
        accepted_at: Cells = self._rows["accepted_at"][self._order]
        return accepted_at

    def intended_at(self) -> Cells:
        """Return, for each attempt, when its text was first meant to be submitted."""
        intended_at: Cells = self._rows["intended_at"][self._order]
        first: Cells = intended_at[self._first][self._text]
        return first

    def counts(self) -> Counter[str]:
        """Return what became of each text, by its last attempt."""
        rows, last = self._rows, self._order[self.last]
        codes = rows["error_code"][last]
        refused = rows.among("status", {REFUSED})[last]
        gave_up = refused & (codes == TOO_MANY_REQUESTS.code)
        counts = Counter({TEXTS: len(last), "gave_up": int(gave_up.sum())})
        for status, number in rows.tally("status", last[~gave_up]).items():
            counts[f"{OPEN} {status}" if status in _OPEN else status] += number
        known, numbers = np.unique(codes[codes != MISSING], return_counts=True)
        counts.update(dict(zip(map(str, known), numbers.tolist(), strict=True)))
        return counts


def figures_of(
    record: RunRecord,
    streams: Sequence[Stream],
    *,
    speed: float,
    broken: Collection[str] = (),
) -> Figures:
    """Return the figures of a whole load, each text counted by its last attempt.

    `speed` turns the lag into real seconds, and `broken` names the streams whose
    staircase broke, so that they came to an early end.
    """
    names = [stream.name for stream in streams]
    timed = [stream.name for stream in streams if stream.arrivals is not None]
    calls, messages, callbacks = (Rows(table, names) for table in record.tables[:3])
    texts = Texts(messages, broken)
    samples = _of_calls(calls, timed, speed) | _of_texts(texts, callbacks)
    if record.manifest.get("clock") == VIRTUAL:
        del samples["lag"]  # nobody is late where time waits for everybody
    return Figures.from_wire(
        {
            "samples": {
                name: times[np.isfinite(times)].astype(float).tobytes()
                for name, times in samples.items()
            },
            "counts": _count_calls(calls) + texts.counts(),
        }
    )


def _of_calls(calls: Rows, timed: Collection[str], speed: float) -> dict[str, Cells]:
    """Return the times of calls; from an intended start where arrivals give one.

    Service is of answered calls that were not refused with 429.
    """
    arrived = calls.among("strategy", timed)
    taken = arrived & (calls["http_status"] // 100 == 2)
    started_at, answered_at = calls["started_at"], calls["answered_at"]
    return {
        "call": (answered_at - calls["intended_at"])[taken],
        "service": (answered_at - started_at)[~_refused(calls)],
        "lag": np.maximum(started_at - calls["due_at"], 0.0)[arrived] / speed,
    }


def _count_calls(calls: Rows) -> Counter[str]:
    refused = _refused(calls)
    return Counter({CALLS: len(refused), "429": int(refused.sum())})


def _refused(calls: Rows) -> Cells:
    """Return which calls were sent away as too many, at once and without service."""
    too_many: Cells = calls["http_status"] == TOO_MANY_REQUESTS.http_status
    again: Cells = too_many & (calls["error_code"] != QUEUE_FULL.code)
    return again


def _of_texts(texts: Texts, callbacks: Rows) -> dict[str, Cells]:
    """Return the times of texts; a callback before its cause is at the same time."""
    sent = _received(callbacks, {MessageStatus.SENT})
    delivered = _received(callbacks, {MessageStatus.DELIVERED})
    ended = _received(callbacks, TERMINAL)
    accepted = Received(texts.attempts, texts.accepted_at())
    last = Received(texts.attempts[texts.last], texts.intended_at()[texts.last])
    return {
        "accepted→sent": _between(accepted, sent),
        "sent→delivered": _between(sent, delivered),
        "submitted→terminal": _between(last, ended),
    }


def _received(callbacks: Rows, statuses: Collection[str]) -> Received:
    """Return when a callback of these statuses first came, by attempt."""
    came = callbacks.among("status", statuses) & np.isfinite(callbacks["received_at"])
    attempts, at = callbacks.attempts()[came], callbacks["received_at"][came]
    order = np.argsort(at, kind="stable")
    attempts, first = np.unique(attempts[order], return_index=True)
    return Received(attempts, at[order][first])


def _between(start: Received, end: Received) -> Cells:
    """Return how long it was from one to the other, where both came."""
    _, at_start, at_end = np.intersect1d(
        start.attempts, end.attempts, assume_unique=True, return_indices=True
    )
    span: Cells = np.maximum(end.at[at_end] - start.at[at_start], 0.0)
    return span


# What a manifest says of each stream


def open_messages(record: RunRecord, stream: str) -> dict[str, int]:
    """Return how many messages of a stream are still open, by status."""
    messages = Rows(record.messages, ())
    still_open = messages.among("status", _OPEN)
    return dict(
        messages.tally("status", still_open & messages.among("strategy", {stream}))
    )


def unsent_texts(record: RunRecord, stream: str) -> int:
    """Return how many texts of a stream no call was answered for."""
    messages = Rows(record.messages, ())
    unsent = messages.among("status", {UNSENT})
    return int((unsent & messages.among("strategy", {stream})).sum())


def finished_at(record: RunRecord, stream: str) -> Seconds:
    """Return when a stream's last message came to its last status, 0 where none did."""
    messages = Rows(record.messages, ())
    ends = np.fmax(messages["ended_at"], messages["sent_at"])
    return float(
        np.fmax.reduce(ends[messages.among("strategy", {stream})], initial=0.0)
    )
