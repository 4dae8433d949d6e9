"""Postings: the copies of one status callback put together, as a record has it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loadtests.evidence import PostedLine
    from sms.units import Seconds


def together(posted: Iterable[PostedLine]) -> list[PostedLine]:
    """Return one line for each callback, where faults have had it posted many times.

    It was posted as often as all its copies, and received when the first was that the
    receiver took, in the order of the first copies.
    """
    lines: dict[tuple[str, str | None], PostedLine] = {}
    for line in posted:
        key = line.sid, line.status
        known = lines.get(key)
        lines[key] = line if known is None else _both(known, line)
    return list(lines.values())


def _both(one: PostedLine, other: PostedLine) -> PostedLine:
    better = min(one, other, key=_rank)
    return better._replace(attempts=one.attempts + other.attempts)


def _rank(line: PostedLine) -> tuple[bool, Seconds]:
    """Return what says how well a copy fared: taken or not, and when."""
    taken = 200 <= line.http_status < 300
    return not taken, inf if line.received_at is None else line.received_at
