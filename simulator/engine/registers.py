"""The register: every message an account has sent, by SID and by recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.chance import sid_by
from simulator.engine.numbered import Numbered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.engine.messages import Message


class Register:
    """All messages, in order of creation.

    A SID is drawn from `names`, the recipient and the message's ordinal, so a
    recipient's messages are found without an index.  Most recipients get one message;
    only others are counted.  What is forgotten is out of `messages`, but sticky sender
    still knows who sent it.
    """

    __slots__ = ("_counts", "_forgotten", "_latest", "_names", "messages")

    def __init__(self, names: str) -> None:
        self.messages: dict[str, Message] = {}
        self._names = names
        self._counts: dict[str, int] = {}
        self._forgotten: dict[str, Message] = {}
        self._latest: dict[tuple[str, str | None], Message] = {}

    def next_to(self, recipient: str) -> tuple[int, str]:
        """Take the next ordinal for a recipient; return it and its SID's digits."""
        ordinal = self._counts.get(recipient, 0)
        digits = self._digits(recipient, ordinal)
        if not ordinal:
            kept = self.messages
            if f"SM{digits}" not in kept and f"MM{digits}" not in kept:
                return 0, digits
            ordinal, digits = 1, self._digits(recipient, 1)
        self._counts[recipient] = ordinal + 1
        return ordinal, digits

    def sent_to(self, recipient: str) -> Numbered:
        """Return all messages to a recipient by their ordinal, None for forgotten."""
        first = self._find(recipient, 0, self.messages)
        count = self._counts.get(recipient) or int(first is not None)
        return Numbered(self._find(recipient, n, self.messages) for n in range(count))

    def note(self, message: Message, *, sticky: bool = True) -> None:
        """Take note of who sends a message that its service has found a sender for.

        Where sticky sender is off, what was noted before stays.
        """
        if sticky or self.last_before(message) is None:
            self._latest[message.recipient, message.service] = message

    def last_before(self, message: Message) -> Message | None:
        """Return the last message that the same service sent to the same recipient."""
        if not message.ordinal and message.extras is None:
            return None
        recipient, service = message.recipient, message.service
        latest = self._latest.get((recipient, service))
        if latest is not None:
            return latest
        first = self._find(recipient, 0, self.messages)
        first = first or self._find(recipient, 0, self._forgotten)
        if first and first.sender and first.service == service:
            return first
        return None

    def forget(self, sid: str) -> None:
        """Drop a message and its text.

        Raises:
            KeyError: where there is no such message.
        """
        message = self._forgotten[sid] = self.messages.pop(sid)
        message.body = ""
        self._counts.setdefault(message.recipient, 1)

    def every(self) -> Iterator[Message]:
        """Yield all messages there ever were, those dropped last."""
        yield from self.messages.values()
        yield from self._forgotten.values()

    def _find(
        self, recipient: str, ordinal: int, among: dict[str, Message]
    ) -> Message | None:
        digits = self._digits(recipient, ordinal)
        return among.get(f"SM{digits}") or among.get(f"MM{digits}")

    def _digits(self, recipient: str, ordinal: int) -> str:
        """Return what follows the prefix in a message's SID: its fate."""
        return sid_by("", f"{self._names}|{recipient}|{ordinal}")
