"""Messages by number, where those let go of leave their numbers behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from simulator.engine.messages import Message

SLACK = 1_024
"""Numbers that may come before what is let go of is looked for again, at least."""


class Numbered:
    """Messages by numbers that go up by one, from `first` to before `end`.

    What is kept no more is None until nothing older is kept; then its number is below
    `first`, and costs nothing.
    """

    __slots__ = ("_items", "_room", "first")

    def __init__(self, items: Iterable[Message | None] = (), first: int = 0) -> None:
        self.first = first
        self._items = list(items)
        self._room = SLACK

    @property
    def end(self) -> int:
        """The number that the next one gets."""
        return self.first + len(self._items)

    def __getitem__(self, number: int) -> Message | None:
        return self._items[number - self.first]

    def __iter__(self) -> Iterator[Message | None]:
        return iter(self._items)

    def extend(self, messages: Iterable[Message]) -> None:
        """Number some more, in their order."""
        self._items.extend(messages)

    def trim(self, kept: Container[str], count: int) -> None:
        """Let go of what is not among the `count` SIDs that are kept, now and then.

        Seldom enough to cost little for each, often enough to hold no more than a
        quarter besides what is kept.
        """
        if len(self._items) < self._room:
            return
        items = [one if one and one.sid in kept else None for one in self._items]
        dead = next((n for n, one in enumerate(items) if one), len(items))
        self._items = items[dead:]
        self.first += dead
        self._room = len(self._items) + count // 4 + SLACK
