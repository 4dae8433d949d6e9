"""Who has answered STOP, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class OptOuts:
    """The pairs of a sender or service and a recipient that may not be texted.

    Source: https://help.twilio.com/articles/223134027 (read 2026-11-23): an opt-out
    holds for the pair of numbers, or for the whole pool of a Messaging Service.
    """

    __slots__ = ("_everywhere", "_pairs")

    def __init__(self, everywhere: Iterable[str] = ()) -> None:
        self._everywhere = set(everywhere)
        self._pairs: set[tuple[str, str]] = set()

    def add(self, recipient: str, scope: str | None = None) -> None:
        """Opt a recipient out of `scope`, an address or service SID; None is of all."""
        if scope is None:
            self._everywhere.add(recipient)
        else:
            self._pairs.add((scope, recipient))

    def discard(self, recipient: str, scope: str | None = None) -> None:
        """Take an opt-out back, if there is one."""
        if scope is None:
            self._everywhere.discard(recipient)
        else:
            self._pairs.discard((scope, recipient))

    def holds(self, recipient: str, scope: str) -> bool:
        """Say whether `scope` may not text this recipient."""
        return recipient in self._everywhere or (
            bool(self._pairs) and (scope, recipient) in self._pairs
        )
