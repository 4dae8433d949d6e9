"""Fates: what became of each text in the end, and whose doing it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from reports.titles import WAITED
from sms.errors import (
    CARRIER_RATE,
    EMPTY_POOL,
    FILTERED,
    FROM_NOT_OWNED,
    INVALID_TO,
    LANDLINE,
    NO_PERMISSION,
    NO_SENDER_ABLE,
    OPTED_OUT,
    QUEUE_OVERFLOW,
    TO_IS_FROM,
    TO_IS_SHORT_CODE,
    UNKNOWN_ERROR,
    UNKNOWN_HANDSET,
    UNREACHABLE_HANDSET,
    UNREACHABLE_PAIR,
    UNREGISTERED,
)

if TYPE_CHECKING:
    from reports.manifests import StrategyFacts
    from reports.runs import Floats, Ints, Mask, Rows
    from sms.errors import ErrorCode
    from sms.units import Seconds


def _codes(*rows: ErrorCode) -> frozenset[int]:
    return frozenset(row.code for row in rows)


UNREACHED = _codes(
    FROM_NOT_OWNED, UNREACHABLE_PAIR, NO_SENDER_ABLE, EMPTY_POOL, UNREGISTERED
)
"""No sender of the strategy could take the text to this recipient."""

BLAMELESS = _codes(
    INVALID_TO, TO_IS_SHORT_CODE, TO_IS_FROM, NO_PERMISSION, OPTED_OUT
) | _codes(
    UNREACHABLE_HANDSET, UNKNOWN_HANDSET, LANDLINE, FILTERED, UNKNOWN_ERROR
)  # fmt: skip
"""The recipient, the carrier or the account: no strategy would have done better."""

LIMITS_AT_CARRIER = _codes(CARRIER_RATE) | {30023}
"""A carrier's answer that still is the sender's own doing: it sent too fast."""

TERMINAL = ("delivered", "undelivered", "failed", "canceled")
"""Twilio's last statuses."""

ENDED = (*TERMINAL, "sent", "refused")
"""The ways a text comes to its end; `sent` is one where no receipt is given."""

FAILED = ("undelivered", "failed", "refused")
"""The ways of ending that an error code tells."""

AMBIGUOUS, UNSENT, UNFINISHED = "ambiguous", "unsent", "unfinished"
WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """What became of a strategy's texts, each by its last attempt.

    `counts` adds up to `texts`.  `lost` and `unreached` count texts by error code, 0
    where there is none, WAITED where one was queued too long; `errors` counts so all
    that ended without arriving, whosever doing it was.  `ends` holds when each text
    that has ended did, sorted, and `delivered_at` the same of those delivered.
    """

    texts: int
    counts: dict[str, int]
    lost: dict[int, int]
    unreached: dict[int, int]
    ends: Floats
    delivered_at: Floats
    errors: dict[int, int] = field(default_factory=dict)

    @property
    def unfinished(self) -> int:
        """Return how many texts were still under way, or never begun."""
        return self.counts.get(UNFINISHED, 0) + self.counts.get(UNSENT, 0)

    @property
    def done_at(self) -> Seconds | None:
        """Return when the last text that ended did."""
        return float(self.ends[-1]) if len(self.ends) else None

    def late(self, deadline: Seconds) -> int:
        """Return how many texts ended after the deadline."""
        return len(self.ends) - int(np.searchsorted(self.ends, deadline, side="right"))

    def delivered_by(self, deadline: Seconds) -> int:
        """Return how many texts were delivered by the deadline."""
        return int(np.searchsorted(self.delivered_at, deadline, side="right"))


def settle(facts: StrategyFacts, messages: Rows) -> Fates:
    """Return the fates of a strategy's texts; those without a row were never sent."""
    last, ends = last_attempts(messages)
    status = messages.words["status"]
    names = np.array([*status.names, UNFINISHED], dtype=object)
    known = np.isin(names, [*ENDED, AMBIGUOUS, UNSENT, WITHHELD])
    codes = np.where(known[status.codes[last]], status.codes[last], len(names) - 1)
    counts = np.bincount(codes, minlength=len(names))
    fates = {str(names[code]): int(n) for code, n in enumerate(counts) if n}
    if facts.texts > len(last):
        fates[UNSENT] = fates.get(UNSENT, 0) + facts.texts - len(last)
    errors = causes(messages)[last]
    lost, unreached = _blame(names[codes], errors)
    ended = np.isin(names[codes], ENDED) & np.isfinite(ends)
    delivered = messages.floats["ended_at"][last][names[codes] == "delivered"]
    return Fates(
        texts=max(facts.texts, len(last)),
        counts=fates,
        lost=_tally(errors[lost]),
        unreached=_tally(errors[unreached]),
        ends=np.sort(ends[ended]),
        delivered_at=np.sort(delivered),
        errors=_tally(errors[np.isin(names[codes], FAILED)]),
    )


def causes(messages: Rows) -> Ints:
    """Return each message's error code: 0 for none, WAITED for one of 30001's two.

    Twilio's 30001 says that the queue was full, or that the validity period was over;
    a message that had joined a queue can only have waited too long in it.
    """
    codes = np.maximum(messages.ints["error_code"], 0)
    overflow = (codes == QUEUE_OVERFLOW.code) & messages.words["status"].among("failed")
    waited = overflow & np.isfinite(messages.floats["queued_at"])
    return np.where(waited, WAITED, codes)


def last_attempts(messages: Rows) -> tuple[Ints, Floats]:
    """Return the row of each text's last attempt, and when the whole text ended."""
    text, attempt = messages.ints["text"], messages.ints["attempt"]
    if not len(text):
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    order = np.lexsort((attempt, text))
    ordered = text[order]
    ends_here = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    starts = np.concatenate(([0], ends_here[:-1] + 1))
    return order[ends_here], np.maximum.reduceat(_ends(messages)[order], starts)


def _ends(messages: Rows) -> Floats:
    """Return when each message came to its end; not a number while it has not.

    A refused one ends when it was submitted, unless the record knows better.
    """
    status, times = messages.words["status"], messages.floats
    ends = np.where(status.among("sent"), times["sent_at"], times["ended_at"])
    refused = status.among("refused") & np.isnan(ends)
    return np.where(refused, times["submitted_at"], ends)


def _blame(fates: Floats, errors: Ints) -> tuple[Mask, Mask]:
    """Return which texts were lost to the sender's own doing, which had no sender."""
    unhappy = np.isin(fates, ["failed", "refused", AMBIGUOUS])
    unreached = unhappy & np.isin(errors, list(UNREACHED))
    at_carrier = (fates == "undelivered") & np.isin(errors, list(LIMITS_AT_CARRIER))
    lost = unhappy & ~unreached & ~np.isin(errors, list(BLAMELESS))
    return lost | at_carrier, unreached


def _tally(errors: Ints) -> dict[int, int]:
    codes, counts = np.unique(errors, return_counts=True)
    return {int(code): int(n) for code, n in zip(codes, counts, strict=True)}
