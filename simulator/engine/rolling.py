"""The register of a server that runs for long: it lets go of what is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.numbered import Numbered
from simulator.engine.registers import Register

if TYPE_CHECKING:
    from simulator.engine.messages import Message
    from sms.units import Seconds

FAR = 2**32
"""More messages than anybody sends to one recipient while one of them is kept."""


class RollingRegister(Register):
    """A register from which messages are dropped some time after their end.

    Whoever has nothing in it any more begins anew, at an ordinal that lies further on
    with each `window` that has passed: no SID is ever given twice, and what becomes of
    a message hangs on the time and on nobody else's.
    """

    __slots__ = ("_begun", "_firsts", "_window")

    def __init__(self, names: str, window: Seconds) -> None:
        super().__init__(names)
        self._window = window
        self._begun = 0
        self._firsts: dict[str, int] = {}

    def pass_to(self, now: Seconds) -> None:
        """Have time be `now`, for whoever begins anew."""
        self._begun = int(now // self._window) * FAR

    def next_to(self, recipient: str) -> tuple[int, str]:
        """Take the next ordinal for a recipient; return it and its SID's digits."""
        ordinal = self._counts.get(recipient)
        if ordinal is None:
            ordinal = self._firsts[recipient] = self._begun
        self._counts[recipient] = ordinal + 1
        return ordinal, self._digits(recipient, ordinal)

    def sent_to(self, recipient: str) -> Numbered:
        """Return all messages to a recipient by their ordinal, None for forgotten."""
        first = self._firsts.get(recipient, 0)
        ordinals = range(first, self._counts.get(recipient, first))
        found = (self._find(recipient, n, self.messages) for n in ordinals)
        return Numbered(found, first)

    def drop(self, message: Message) -> None:
        """Let go of a message altogether, forgotten before or not."""
        sid, recipient = message.sid, message.recipient
        if self.messages.pop(sid, None) is None:
            self._forgotten.pop(sid, None)
        pair = recipient, message.service
        if self._latest.get(pair) is message:
            del self._latest[pair]
        if message.ordinal == self._firsts[recipient]:
            self._begin_at_what_is_left(recipient)

    def _begin_at_what_is_left(self, recipient: str) -> None:
        first, end = self._firsts[recipient], self._counts[recipient]
        while first < end and not (
            self._find(recipient, first, self.messages)
            or self._find(recipient, first, self._forgotten)
        ):
            first += 1
        if first < end:
            self._firsts[recipient] = first
        else:
            del self._firsts[recipient], self._counts[recipient]
