"""Metrics: the figures of one strategy's run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reports.copies import count_copies
from reports.curves import depths, groups, in_flight, steps
from reports.fates import TERMINAL, Fates, causes, last_attempts, settle
from reports.spreads import Spread
from reports.times import (
    heard_times,
    is_throttled,
    response_times,
    service_times,
)
from reports.titles import retryable

if TYPE_CHECKING:
    from reports.copies import Copies
    from reports.curves import Steps
    from reports.manifests import StrategyFacts
    from reports.runs import Floats, Mask, Rows, StrategyRun
    from reports.times import Timed
    from sms.units import Seconds

WAYS = ("refused", "ambiguous", "failed", "undelivered")
NO_QUEUE = steps(np.zeros(0), np.zeros(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCounts:
    """How the API answered.

    `throttled` answers said 429/20429; `cured` of them belong to calls that were taken
    when made again.
    """

    made: int
    accepted: int
    throttled: int
    cured: int
    refused: int
    unanswered: int
    peak: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCounts:
    """How many messages an error code ended, by who said it.

    `refused` at the API for good, `ambiguous` without a certain answer, `failed` after
    it was accepted, `undelivered` by the carrier.  Code 0 is no code, and WAITED the
    30001 of a message that was queued too long.
    """

    code: int
    refused: int
    ambiguous: int
    failed: int
    undelivered: int

    @property
    def total(self) -> int:
        """Return how many messages it ended in all."""
        return self.refused + self.ambiguous + self.failed + self.undelivered

    @property
    def retryable(self) -> bool:
        """Whether sending again may help."""
        return retryable(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderFigures:
    """What one sender did: `utilisation` is its busy share of its time in use."""

    address: str
    messages: int
    segments: int
    utilisation: float
    depth: Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackCounts:
    """How the status callbacks fared, and how late those received were."""

    due: int
    received: int
    posts: int
    lateness: Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """The figures of one strategy.

    `segments` are those that left; `throughput` is segments, `sent_rate` messages and
    `goodput` delivered messages a second, each while they lasted.  `sojourn` counts
    from when a text was first meant to be submitted to its delivery, whichever attempt
    was delivered; `ended` to its last terminal status, whatever that is: both as Twilio
    knows it.  `heard` ends when the callback of that status came.  Calls are timed
    twice: `response` from when they were meant to be made, `service` from when they
    were.  `copies` is None for a run of a layout that does not say.  `undue` texts of a
    staircase that broke are in none of these.
    """

    facts: StrategyFacts
    fates: Fates
    messages: int
    statuses: dict[str, int]
    segments: int
    throughput: float
    sent_rate: float
    goodput: float
    sojourn: Spread
    ended: Spread
    heard: Spread
    response: Spread
    service: Spread
    calls: CallCounts
    codes: tuple[CodeCounts, ...]
    senders: tuple[SenderFigures, ...]
    callbacks: CallbackCounts
    copies: Copies | None = None
    undue: int = 0

    @property
    def name(self) -> str:
        """Return the strategy's name."""
        return self.facts.name


def measure(run: StrategyRun, *, sound: bool = True) -> Metrics:
    """Return the figures of one strategy's run.

    Where its load was not begun on time its percentiles are not `sound`.
    """
    messages, calls = run.messages, run.calls
    times, status = messages.floats, messages.words["status"]
    segments = messages.ints["segments"]
    sent = np.isfinite(times["sent_at"])
    delivered = status.among("delivered")
    intended = first_intended(messages)
    begun, ended = intended[delivered], times["ended_at"][delivered]
    span = _span(times["sending_at"][sent], times["sent_at"][sent])
    return Metrics(
        facts=run.facts,
        fates=settle(run.facts, messages),
        messages=len(messages),
        statuses=_statuses(messages),
        segments=int(segments[np.isfinite(times["sending_at"])].sum()),
        throughput=_ratio(float(segments[sent].sum()), span),
        sent_rate=_ratio(float(sent.sum()), span),
        goodput=_ratio(float(delivered.sum()), _span(begun, ended)),
        sojourn=Spread.of(ended - begun, sound=sound),
        ended=Spread.of(np.subtract(*lives(messages)), sound=sound),
        heard=_spread(heard_times(run), sound=sound),
        response=_spread(response_times(run), sound=sound),
        service=_spread(service_times(run), sound=sound),
        calls=_calls(calls),
        codes=_code_counts(messages),
        senders=_senders(messages),
        callbacks=_callbacks(run.callbacks, sound=sound),
        copies=count_copies(messages),
        undue=run.undue,
    )


def _spread(times: Timed, *, sound: bool) -> Spread:
    return Spread.of(times.took, sound=sound, interpolated=True)


def first_intended(messages: Rows) -> Floats:
    """Return for each message when its text was first meant to be submitted."""
    texts, which = np.unique(messages.ints["text"], return_inverse=True)
    first = np.full(len(texts), np.inf)
    np.fmin.at(first, which, messages.floats["intended_at"])
    return first[which]


def lives(messages: Rows) -> tuple[Floats, Floats]:
    """Return when each text with a terminal status ended, and was first intended."""
    last, ends = last_attempts(messages)
    terminal = messages.words["status"].among(*TERMINAL)[last] & np.isfinite(ends)
    return ends[terminal], first_intended(messages)[last][terminal]


def _statuses(messages: Rows) -> dict[str, int]:
    status = messages.words["status"]
    counts = np.bincount(status.codes, minlength=len(status.names))
    return {name: int(n) for name, n in zip(status.names, counts, strict=True) if n}


def _calls(calls: Rows) -> CallCounts:
    """Return how the calls were answered; the attempts of one share its number."""
    http = calls.ints["http_status"]
    accepted = (http >= 200) & (http < 300)
    throttled = is_throttled(calls)
    taken = np.unique(calls.ints["call"][~throttled & (http > 0)])
    cured = np.isin(calls.ints["call"][throttled], taken)
    return CallCounts(
        made=len(calls),
        accepted=int(accepted.sum()),
        throttled=int(throttled.sum()),
        cured=int(cured.sum()),
        refused=int(((http >= 300) & ~throttled).sum()),
        unanswered=int((http <= 0).sum()),
        peak=in_flight(calls).peak,
    )


def _code_counts(messages: Rows) -> tuple[CodeCounts, ...]:
    """Return the errors that ended messages, the most frequent first."""
    status = messages.words["status"]
    errors = causes(messages)
    ways: dict[str, Mask] = {way: status.among(way) for way in WAYS}
    ended = status.among(*WAYS)
    codes, which = np.unique(errors[ended], return_inverse=True)
    counts = {
        way: np.bincount(which[mask[ended]], minlength=len(codes))
        for way, mask in ways.items()
    }
    rows = [
        CodeCounts(code=int(code), **{way: int(n[i]) for way, n in counts.items()})
        for i, code in enumerate(codes)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.total, row.code)))


def _senders(messages: Rows) -> tuple[SenderFigures, ...]:
    """Return what each sender did, the busiest first."""
    senders, times = messages.words["sender"], messages.floats
    segments = messages.ints["segments"]
    queues = depths(messages)
    figures = []
    left = np.isfinite(times["sending_at"])
    for code, rows in groups(senders.codes, senders.codes >= 0):
        gone = rows[left[rows]]
        sending, sent = times["sending_at"][gone], times["sent_at"][gone]
        queued = times["queued_at"][gone]
        address = senders.names[code]
        figures.append(
            SenderFigures(
                address=address,
                messages=len(gone),
                segments=int(segments[gone].sum()),
                utilisation=_ratio(
                    float(np.nansum(sent - sending)), _span(queued, sent)
                ),
                depth=queues.get(address, NO_QUEUE),
            )
        )
    return tuple(sorted(figures, key=lambda row: (-row.segments, row.address)))


def _callbacks(callbacks: Rows, *, sound: bool) -> CallbackCounts:
    received = callbacks.floats["received_at"]
    known = np.isfinite(received)
    lateness = (received - callbacks.floats["due_at"])[known]
    return CallbackCounts(
        due=len(callbacks),
        received=int(known.sum()),
        posts=int(np.maximum(callbacks.ints["attempts"], 0).sum()),
        lateness=Spread.of(lateness, sound=sound),
    )


def _span(first: Floats, last: Floats) -> Seconds:
    """Return the time from the first of one kind of instants to the last of another."""
    if not np.isfinite(first).any() or not np.isfinite(last).any():
        return 0.0
    return float(np.nanmax(last) - np.nanmin(first))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0
