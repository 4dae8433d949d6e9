"""What every strategy can do, and how one is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeAlias

from sender.plans import Broadcast, Call, Outcome, Senders, Text


class StrategyError(ValueError):
    """A strategy cannot do its work: the account lacks a sender, or it broke its word.

    Its text is one line that names what is missing and what would do.
    """


class Strategy(Protocol):
    """Turns texts into calls: decides who sends, never when."""

    def calls(self, texts: Sequence[Text]) -> Iterator[Call]:
        """Yield the calls that carry these texts, each text in exactly one.

        A call is asked for when it is about to be made, so that what was learnt until
        then counts.  May be called again, with texts that are to be sent once more,
        while an earlier iterator is still in use.
        """

    def settle(self, outcome: Outcome) -> None:
        """Learn how a call ended, once a call; most have nothing to learn."""


Factory: TypeAlias = Callable[[Broadcast, Senders], Strategy]
"""Makes a strategy for one broadcast; raises StrategyError where it cannot work."""
