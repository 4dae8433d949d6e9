"""Texts still to come, in the order in which they are due."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sender.plans import Text
    from sms.units import Seconds


class Coming:
    """Texts as they come due; `due_at` is when the next one is, infinity for never."""

    __slots__ = ("_next", "_texts", "due_at")

    def __init__(self, texts: Iterable[Text]) -> None:
        self._texts = iter(texts)
        self.due_at: Seconds = 0.0
        self._next: Text | None = None
        self._look_ahead()

    def _look_ahead(self) -> None:
        self._next = text = next(self._texts, None)
        self.due_at = math.inf if text is None else text.due_at or 0.0

    def here(self, now: Seconds) -> bool:
        """Return whether one is due by now."""
        return self._next is not None and self.due_at <= now

    def take(self, now: Seconds) -> list[Text]:
        """Return all that are due by now; they come no more."""
        due = []
        while self._next is not None and self.due_at <= now:
            due.append(self._next)
            self._look_ahead()
        return due

    def stop(self) -> None:
        """Let no more come."""
        self._texts = iter(())
        self._look_ahead()
