"""Options of a command as people type them; None is one that was not given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sms.durations import parse_duration
from sms.shares import parse_share

if TYPE_CHECKING:
    from sms.units import Seconds


def names(text: str) -> tuple[str, ...]:
    """Return names that have commas between them."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def share(text: str | None) -> float | None:
    """Return a share, as `5%` or `0.05`.

    Raises:
        ValueError: it is none.
    """
    return None if text is None else parse_share(text)


def duration(text: str | None) -> Seconds | None:
    """Return a duration, as `2h` or `90s`.

    Raises:
        ValueError: it is none.
    """
    return None if text is None else parse_duration(text)


def whole(text: str | None) -> int | None:
    """Return a duration in whole seconds, 1 at least.

    Raises:
        ValueError: it is none.
    """
    return None if text is None else max(1, round(parse_duration(text)))


def milliseconds(given: float | None) -> Seconds | None:
    """Return the seconds of so many milliseconds."""
    return None if given is None else given / 1000
