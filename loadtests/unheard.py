"""Messages that whoever sent them never heard of: whose text each of them is.

A call that was answered by an error, or not at all, may have made messages.  Only the
simulator knows, and a text that was given up or sent again may have left twice.
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from loadtests.recorder import AMBIGUOUS
from simulator.engine.messages import Direction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loadtests.recorder import Recorder
    from simulator.engine.messages import Message

Place = tuple["Recorder", int]
"""A text that has come to something: who wrote it down, and as which."""


def find_unheard(recorders: Sequence[Recorder], messages: Mapping[str, Message]) -> int:
    """Give every message that no recorder has to a text for its recipient.

    Texts without a certain answer come first, in the order of their calls, and have one
    each; a message more is the last text's for that recipient.  Returns how many were
    found.
    """
    known = sum(
        not isinstance(end, tuple) for recorder in recorders for end in recorder.ends
    )
    if len(messages) == known:
        return 0
    unheard = _unknown(recorders, messages)
    if not unheard:
        return 0
    waiting, last = _places(recorders, {message.recipient for message in unheard})
    found = 0
    for message in unheard:
        places = waiting[message.recipient]
        place = places.popleft() if places else last.get(message.recipient)
        if place is not None:
            recorder, number = place
            recorder.hear(number, message)
            found += 1
    return found


def _unknown(
    recorders: Sequence[Recorder], messages: Mapping[str, Message]
) -> list[Message]:
    """Return what was asked to be sent and no recorder has, as it was created."""
    known = {
        end.sid
        for recorder in recorders
        for end in recorder.ends
        if not isinstance(end, tuple)
    }
    unknown = (
        message
        for message in messages.values()
        if message.direction is Direction.OUTBOUND_API and message.sid not in known
    )
    return sorted(unknown, key=lambda message: (message.created_at, message.sid))


def _places(
    recorders: Sequence[Recorder], recipients: set[str]
) -> tuple[dict[str, deque[Place]], dict[str, Place]]:
    """Return, by recipient, the texts nobody knows the end of, and the last text."""
    waiting: dict[str, deque[Place]] = defaultdict(deque)
    last: dict[str, Place] = {}
    for recorder in recorders:
        for number, text in enumerate(recorder.texts):
            if text.recipient not in recipients:
                continue
            last[text.recipient] = recorder, number
            end = recorder.ends[number]
            if isinstance(end, tuple) and end[0] == AMBIGUOUS:
                waiting[text.recipient].append((recorder, number))
    return waiting, last
