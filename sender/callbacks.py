"""Status callbacks as they come in: what one says, and whether it is news."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sms.statuses import TERMINAL

if TYPE_CHECKING:
    from sms.units import Seconds

CALL_KEY = "call"
"""The query parameter that tells which call a callback belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackReceived:
    """A status callback that was rightly signed.

    `call_key` names the run and the attempt in whose URL it stood, empty where none
    did.  `duplicate` is True where it tells nothing new: the same status was told
    before, or another end.
    """

    call_key: str
    recipient: str
    sid: str
    status: str
    error_code: int | None
    received_at: Seconds
    duplicate: bool


class Statuses:
    """What was told of each message, so that nothing counts twice.

    Every message stays, some 200 bytes each: a callback may be told again at any time,
    and to forget one would be to count it twice.  A day at 10 messages a second takes
    180 MB.
    """

    def __init__(self) -> None:
        self._told: dict[str, frozenset[str]] = {}
        # Few distinct sets exist: shared, they take next to no memory a message.
        self._sets: dict[frozenset[str], frozenset[str]] = {}

    def is_news(self, sid: str, status: str) -> bool:
        """Return whether a message's status is news, and remember it.

        The first terminal status stays the last word; what came before it may still be
        told after it.
        """
        told = self._told.get(sid, frozenset())
        if status in told or (status in TERMINAL and not TERMINAL.isdisjoint(told)):
            return False
        now_told = told | {status}
        self._told[sid] = self._sets.setdefault(now_told, now_told)
        return True
