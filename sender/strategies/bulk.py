"""Through the Bulk API: a request for up to ten thousand people, each with a text.

Source: https://www.twilio.com/docs/comms (read 2026-11-23).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sender.plans import Broadcast, Call, Operation, Outcome, Senders, Text
from sender.strategies.face import StrategyError
from sms.units import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_RECIPIENTS = 10_000
"""Recipients of one request."""

WHOLE = "{{ body }}"
"""A text that is all of a recipient's own variable."""

_LIQUID = re.compile(r"\{\{|\{%")
_COMPACT = (",", ":")


class Bulk:
    """Sends as few requests as hold all texts, through the account's service.

    A part is at most MOST_RECIPIENTS texts and MEGABYTE bytes of JSON, and no number is
    twice in the same.  Where bodies differ each goes as its recipient's variable.  The
    Bulk API has neither a validity period nor a status callback of its own: those of
    the Messaging Service count, and its callback is taken to come to this broadcast.
    """

    def __init__(self, broadcast: Broadcast, senders: Senders) -> None:
        if not senders.messaging_service:
            raise StrategyError(
                "bulk: the account has no Messaging Service; create one "
                '([[services]] name = "all", numbers = ["+14155550100"]) '
                "or try number-pool"
            )
        self._origin = {"senderPoolId": senders.messaging_service}
        self._told = bool(broadcast.status_callback)

    def calls(self, texts: Sequence[Text]) -> Iterator[Call]:
        """Yield the requests, in the order of their first texts."""
        bodies = {text.body for text in texts}
        shared = bodies.pop() if len(bodies) == 1 else WHOLE
        if _LIQUID.search(shared):
            shared = WHOLE
        head: dict[str, Any] = {"from": self._origin, "content": {"text": shared}}
        room = MEGABYTE - _size({**head, "to": []})
        for part in _split(texts, room, personal=shared is WHOLE):
            yield Call(
                Operation.CREATE_BULK,
                tuple(text for text, _ in part),
                {},
                document={**head, "to": [recipient for _, recipient in part]},
                told_by_service=self._told,
            )

    def settle(self, outcome: Outcome) -> None:
        """Learn nothing: the service behind does."""


_Part = list[tuple["Text", dict[str, Any]]]


def _split(texts: Iterable[Text], room: int, *, personal: bool) -> Iterator[_Part]:
    """Yield parts whose recipients take at most `room` bytes; one always fits."""
    while texts:
        part: _Part = []
        seen: set[str] = set()
        repeated: list[Text] = []
        left = room
        for text in texts:
            if text.recipient in seen:
                repeated.append(text)
                continue
            recipient: dict[str, Any] = {"address": text.recipient}
            if personal:
                recipient["variables"] = {"body": text.body}
            size = _size(recipient) + 1
            if part and (size > left or len(part) == MOST_RECIPIENTS):
                yield part
                part, seen, left = [], set(), room
            part.append((text, recipient))
            seen.add(text.recipient)
            left -= size
        yield part
        texts = repeated


def _size(document: dict[str, Any]) -> int:
    """Return how many bytes a document takes as JSON, non-ASCII escaped."""
    return len(json.dumps(document, separators=_COMPACT))
