"""Through Notify: one request for up to ten thousand recipients of the same body.

Source: https://www.twilio.com/docs/notify/api/notification-resource (read 2026-11-23).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlencode

from sender.plans import Broadcast, Call, Operation, Outcome, Senders, Text
from sender.strategies.face import StrategyError
from sms.units import MEGABYTE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

MOST_BINDINGS = 10_000
"""Recipients of one notification."""

CALL_KEY_ROOM = 64
"""Bytes kept free where a status callback is asked for.

Whoever carries the call out may name it in the URL: `%3Fcall%3D123`.
"""

_COMPACT = (",", ":")


class Notify:
    """Sends one notification a distinct body, split where it grows too large.

    The parts are at most MOST_BINDINGS recipients and MEGABYTE bytes of form each, and
    no number is twice in the same.  Notify has no validity period of its own: that of
    its Messaging Service counts.
    """

    def __init__(self, broadcast: Broadcast, senders: Senders) -> None:
        if not senders.notify_service:
            raise StrategyError(
                "notify: the account has no Notify service; create one "
                '([[notify]] name = "broadcast", service = "all", the name of one of '
                "[[services]]) or try messaging-service"
            )
        self._service = senders.notify_service
        self._shared: dict[str, str] = {}
        if broadcast.status_callback:
            sms = {"status_callback": broadcast.status_callback}
            self._shared["Sms"] = json.dumps(sms, separators=_COMPACT)

    def calls(self, texts: Sequence[Text]) -> Iterator[Call]:
        """Yield the notifications, in the order in which their bodies first come."""
        by_body: dict[str, list[Text]] = {}
        for text in texts:
            by_body.setdefault(text.body, []).append(text)
        for body, group in by_body.items():
            form = {"Body": body, **self._shared}
            room = MEGABYTE - len(urlencode(form))
            room -= CALL_KEY_ROOM if self._shared else 0
            for part in _split(group, room):
                bindings = [_binding(text.recipient) for text in part]
                yield Call(
                    Operation.CREATE_NOTIFICATION,
                    tuple(part),
                    {**form, "ToBinding": bindings},
                    self._service,
                )

    def settle(self, outcome: Outcome) -> None:
        """Learn nothing: the service behind does."""


def _split(texts: Iterable[Text], room: int) -> Iterator[Collection[Text]]:
    """Yield parts whose bindings take at most `room` bytes; one text always fits."""
    while texts:
        part: dict[str, Text] = {}
        repeated: list[Text] = []
        left = room
        for text in texts:
            if text.recipient in part:
                repeated.append(text)
                continue
            size = binding_size(text.recipient)
            if part and (size > left or len(part) == MOST_BINDINGS):
                yield part.values()
                part, left = {}, room
            part[text.recipient] = text
            left -= size
        yield part.values()
        texts = repeated


def _binding(recipient: str) -> str:
    """Return a recipient as a ToBinding parameter."""
    if _is_plain(recipient):
        return f'{{"binding_type":"sms","address":"{recipient}"}}'
    binding = {"binding_type": "sms", "address": recipient}
    return json.dumps(binding, separators=_COMPACT)


def _is_plain(recipient: str) -> bool:
    """Return whether a recipient is a plus and digits, as all that come here are."""
    return recipient[:1] == "+" and recipient.isascii() and recipient[1:].isdigit()


def binding_size(recipient: str) -> int:
    """Return how many bytes a recipient adds to the url-encoded form."""
    if _is_plain(recipient):
        return _PLAIN_SIZE + len(recipient)
    return len("&ToBinding=" + quote_plus(_binding(recipient)))


_PLAIN_SIZE = len("&ToBinding=" + quote_plus(_binding("+1"))) - len("+1")
