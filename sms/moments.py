"""Moments as people type them: a date and a time of day, and where that is shown."""

from __future__ import annotations

from datetime import datetime


def parse_moment(text: str) -> datetime:
    """Return a moment of ISO 8601, such as `2026-11-23T09:00:00-05:00`.

    Raises:
        ValueError: it is none, or does not say by which clock.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(
            f"{text!r} is no moment: write it as 2026-11-23T09:00:00-05:00"
        ) from error
    if moment.tzinfo is None:
        raise ValueError(
            f"{text!r} does not say by which clock: end it with Z or with the "
            "difference from it, as 2026-11-23T09:00:00-05:00"
        )
    return moment
