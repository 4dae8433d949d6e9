"""What a bare number means."""

from __future__ import annotations

from typing import TypeAlias

Seconds: TypeAlias = float
"""A duration, or an instant counted from the start of the run."""

MINUTE: Seconds = 60.0
HOUR: Seconds = 3600.0
DAY: Seconds = 86_400.0

MEGABYTE = 1_048_576
"""Bytes of a request's body above which Twilio answers 413."""
