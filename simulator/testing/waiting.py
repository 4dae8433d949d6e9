"""Waiting: simulated time goes on until something holds, or it is told what does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from simulator.keys import ConfigError, hint
from sms.statuses import INITIAL, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.testing.hosting import Hosting
    from sms.units import Seconds

CALLBACKS = "callbacks"
COUNTED = (*(status.value for status in MessageStatus), CALLBACKS)
"""What may be waited for: messages that have come to a status, or callbacks."""

PATIENCE: Seconds = 2.0
"""Real seconds for which the program may be silent while nothing is due."""

GLANCE: Seconds = 0.005
"""Real seconds between two looks at a program that is silent."""


class NotReachedError(AssertionError):
    """What a test waited for has not come."""


def check_counts(wanted: Mapping[str, int]) -> None:
    """Check what is waited for.

    Raises:
        ConfigError: nothing is, or a word is neither a status nor `callbacks`.
    """
    if not wanted:
        raise ConfigError("wait_until: say for what, such as delivered=10")
    for word in wanted:
        if word not in COUNTED:
            raise ConfigError(
                f"wait_until has no count {word!r}: {hint(word, COUNTED)}"
            )


def count(hosting: Hosting, word: str) -> int:
    """Return how many messages have come to a status, or how many callbacks came.

    Of statuses that messages begin in, it is how many stand in them now.  To be asked
    in the server's thread.
    """
    if word == CALLBACKS:
        return len(hosting.receiver.kept)
    if word in INITIAL:
        return hosting.server.gateway.counts[MessageStatus(word)]
    return hosting.chronicle.reached[word]


def counts(hosting: Hosting) -> dict[str, int]:
    """Return all counts."""
    return {word: count(hosting, word) for word in COUNTED}


async def until(
    hosting: Hosting, holds: Callable[[], bool], *, end: Seconds, patience: Seconds
) -> bool:
    """Let time go on until something holds, and say whether it does by `end`.

    Where nothing is due, the program under test has `patience` real seconds to do
    something about it.
    """
    server = hosting.server
    while not holds():
        due = server.due()
        if due is not None and due <= end:
            await hosting.pass_until(due)
        elif due is not None:
            await hosting.pass_until(end)
            return holds()
        elif not await _stirs(hosting, holds, patience):
            return holds()
    return True


async def _stirs(
    hosting: Hosting, holds: Callable[[], bool], patience: Seconds
) -> bool:
    """Wait until something is due or holds; say whether that came in time."""
    try:
        async with asyncio.timeout(patience):
            while hosting.server.due() is None and not holds():
                await asyncio.sleep(GLANCE)
    except TimeoutError:
        return False
    return True


def told(
    wanted: Mapping[str, int], found: Mapping[str, int], *, within: object, why: str
) -> str:
    """Return one message on what was waited for in vain, and on all that there is."""
    missing = ", ".join(
        f"{word} {found[word]} of {count}"
        for word, count in wanted.items()
        if found[word] < count
    )
    there = ", ".join(f"{count} {word}" for word, count in found.items() if count)
    return f"within {within}: {missing}; so far there were {there or 'none'}{why}"
