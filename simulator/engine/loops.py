"""Loop protection: two machines that answer each other are stopped."""

from __future__ import annotations

from dataclasses import dataclass

from sms.units import Seconds  # noqa: TC001, msgspec reads it at run time

MOST_PAIRS = 100_000
"""Pairs that are remembered; beyond, those that have been quiet are forgotten."""

Pair = tuple[str, str]
"""A sender's and a recipient's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopRules:
    """More than `replies` in a row, each less than `gap` after the last, are a loop.

    From then on replies of that pair fail for `pause`.

    Source: https://www.twilio.com/docs/api/errors/14107 (2025-02); older text had 20
    replies.
    """

    replies: int = 30
    gap: Seconds = 30.0
    pause: Seconds = 30.0

    def __post_init__(self) -> None:
        if self.replies < 1 or self.gap < 0 or self.pause < 0:
            raise ValueError("loops want replies of 1 or more, gap and pause 0 or more")


@dataclass(slots=True)
class _Row:
    replies: int = 0
    last_at: Seconds = float("-inf")
    until: Seconds = float("-inf")


class Loops:
    """Counts the replies of each pair that answers fast."""

    __slots__ = ("_rows", "_rules")

    def __init__(self, rules: LoopRules) -> None:
        self._rules = rules
        self._rows: dict[Pair, _Row] = {}

    def catches(self, pair: Pair, now: Seconds) -> bool:
        """Count a reply, and say whether it is one of a loop and must fail.

        Source: https://www.twilio.com/docs/api/errors/14107 (2025-02).
        """
        rules = self._rules
        row = self._rows.get(pair) or self._begin(pair, now)
        if now < row.until:
            return True
        in_a_row = now - row.last_at < rules.gap
        row.replies = row.replies + 1 if in_a_row else 1
        row.last_at = now
        if row.replies <= rules.replies:
            return False
        row.replies, row.until = 0, now + rules.pause
        return True

    def _begin(self, pair: Pair, now: Seconds) -> _Row:
        if len(self._rows) >= MOST_PAIRS:
            oldest = now - self._rules.gap - self._rules.pause
            self._rows = {p: r for p, r in self._rows.items() if r.last_at > oldest}
        row = self._rows[pair] = _Row()
        return row
