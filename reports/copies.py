"""Copies: how many messages of each text left, whatever the sender believed of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reports.fates import AMBIGUOUS, last_attempts
from sms.errors import TOO_MANY_REQUESTS

if TYPE_CHECKING:
    from reports.runs import Mask, Rows

SENT_AGAIN = ("failed", "undelivered", AMBIGUOUS)
"""How an attempt ended that another one follows on purpose.

After an ambiguous one that is so only where a status callback has told that it failed.
"""


@dataclass(frozen=True, slots=True)
class Copies:
    """How many texts went out twice or more, and how many never did.

    `twice` counts those of which more than one message left a sender; one that was sent
    again because the last had failed is none of them.  `never` counts those of which no
    message left although nobody said that it cannot be sent: the call had no certain
    answer, or was given up after too many refusals for want of room.
    """

    twice: int
    never: int


def count_copies(messages: Rows) -> Copies | None:
    """Return the copies of a strategy's texts; None where its record does not say."""
    left = messages.ints["left"]
    if not len(left):
        return Copies(0, 0)
    if not (left >= 0).any():
        return None
    last, _ = last_attempts(messages)
    _, which = np.unique(messages.ints["text"], return_inverse=True)
    final = np.zeros(len(left), dtype=bool)
    final[last] = True
    again = ~final & (left > 0) & messages.words["status"].among(*SENT_AGAIN)
    total = np.bincount(which, weights=np.maximum(left, 0))
    wanted = np.bincount(which, weights=again)
    return Copies(
        twice=int((total - wanted > 1).sum()),
        never=int(((total == 0) & _unsaid(messages)[last]).sum()),
    )


def _unsaid(messages: Rows) -> Mask:
    """Return of which messages nobody has said that they cannot be sent."""
    status = messages.words["status"]
    crowded = messages.ints["error_code"] == TOO_MANY_REQUESTS.code
    unsaid: Mask = status.among(AMBIGUOUS) | (status.among("refused") & crowded)
    return unsaid
