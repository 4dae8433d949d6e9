"""Lists that lag: by a fault, a new message is absent from them for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.faults import Stage, about_message

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.api.requests import Call
    from simulator.engine.messages import Message


def behind(call: Call, wanted: Callable[[Message], bool]) -> Callable[[Message], bool]:
    """Return whether a message is wanted and may be seen in a list already.

    The rules are those in force when it was created.  Each list that it is left out of
    counts as one more strike.
    """
    faults, now = call.gateway.faults, call.now

    def visible(message: Message) -> bool:
        if not wanted(message):
            return False
        fault = faults.would(Stage.LIST, about_message(message), message.created_at)
        if fault is None or now >= message.created_at + (fault.seconds or 0.0):
            return True
        faults.count(fault)
        return False

    return visible
