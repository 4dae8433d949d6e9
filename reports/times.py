"""Times: how long calls and texts took, as their sender saw it.

They are the times that a load's checks are held against, and come out the same:
`response` is the checks' `call`, `service` their own, `heard` `submitted→terminal`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reports.fates import TERMINAL
from sms.errors import QUEUE_FULL, TOO_MANY_REQUESTS

if TYPE_CHECKING:
    from reports.runs import Floats, Ints, Mask, Rows, StrategyRun

THROTTLED = 429

ATTEMPT_BITS = 16
"""How a text's attempt is written as one number: text, attempt."""


class Timed(NamedTuple):
    """When things were meant to begin, or did, and how long each took, in seconds.

    What took a time that is not a number has not ended.
    """

    begun: Floats
    took: Floats


def response_times(run: StrategyRun) -> Timed:
    """Return, of each call that was taken, the time from its intention to its answer.

    Without arrivals nothing has an intended start, and nothing is returned.
    """
    calls = run.calls
    http = calls.ints["http_status"]
    taken = (http >= 200) & (http < 300) & bool(run.facts.arrivals)
    return _timed(calls, "intended_at", taken)


def service_times(run: StrategyRun) -> Timed:
    """Return, of each call, the time from when it was made to its answer.

    One that was refused as too many had no service, for it was sent away at once.
    """
    return _timed(run.calls, "started_at", ~is_throttled(run.calls))


def heard_times(run: StrategyRun) -> Timed:
    """Return, of each text, the time from its first intention to its last callback.

    That is the first one received with a terminal status of its last attempt; a text
    of which none came is left out.
    """
    messages = run.messages
    keys = _keys(messages)
    order = np.argsort(keys, kind="stable")
    texts = keys[order] >> ATTEMPT_BITS
    first = np.unique(texts, return_index=True)[1]
    last = np.append(first[1:], len(order))[: len(first)] - 1
    begun = messages.floats["intended_at"][order[first]]
    told, at = _first_told(run.callbacks)
    _, which, end = np.intersect1d(
        keys[order[last]], told, assume_unique=True, return_indices=True
    )
    return Timed(begun[which], np.maximum(at[end] - begun[which], 0.0))


def is_throttled(calls: Rows) -> Mask:
    """Return which calls were refused as too many, not for a full queue."""
    http, error = calls.ints["http_status"], calls.ints["error_code"]
    throttled: Mask = (error == TOO_MANY_REQUESTS.code) | (
        (http == THROTTLED) & (error != QUEUE_FULL.code)
    )
    return throttled


def _timed(calls: Rows, since: str, chosen: Mask) -> Timed:
    begun, answered = calls.floats[since], calls.floats["answered_at"]
    return Timed(begun[chosen], (answered - begun)[chosen])


def _first_told(callbacks: Rows) -> tuple[Ints, Floats]:
    """Return the attempts of which an end was told, and when it first was."""
    received_at = callbacks.floats["received_at"]
    came = callbacks.words["status"].among(*TERMINAL) & np.isfinite(received_at)
    keys, at = _keys(callbacks)[came], received_at[came]
    order = np.argsort(at, kind="stable")
    first = np.unique(keys[order], return_index=True)[1]
    return keys[order][first], at[order][first]


def _keys(rows: Rows) -> Ints:
    """Return a number for each row's attempt; those of a text follow each other."""
    texts = rows.ints["text"].astype(np.int64) << ATTEMPT_BITS
    keys: Ints = texts + rows.ints["attempt"]
    return keys
