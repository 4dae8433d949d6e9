"""Wording: durations, money, counts and shares as people write them."""

from __future__ import annotations

import math

from sms.units import HOUR, MINUTE, Seconds

NOTHING = "–"
"""What stands in a table where there is no figure."""

MICROS = 1_000_000
"""Micro-dollars of a dollar: money is counted in these, and never drifts."""


def duration(seconds: Seconds | None) -> str:
    """Return a duration in its two largest units: `850ms`, `4.2s`, `10m 12s`, `1h 20m`.

    Below a minute it is rounded to three figures, above it to whole seconds.
    """
    if seconds is None or not math.isfinite(seconds):
        return NOTHING
    if 0 < seconds < 0.9995:
        return f"{seconds * 1000:.0f}ms"
    if seconds < 9.95:
        return f"{seconds:.1f}".removesuffix(".0") + "s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole}s"
    if whole < HOUR:
        return _two(divmod(whole, 60), "m", "s")
    return _two(divmod(round(seconds / 60), 60), "h", "m")


def milliseconds(seconds: Seconds | None) -> str:
    """Return a real duration in milliseconds, fit to be held against a limit."""
    return NOTHING if seconds is None else f"{seconds * 1000:,.1f} ms"


DOUBT = "not sound: the generator was the bottleneck"
"""What is said of percentiles that are not to be believed."""


def doubted(words: str) -> str:
    """Return a figure as one that is not sound: `(12s)?`."""
    return f"({words})?"


def is_doubted(words: str) -> bool:
    """Return whether a figure was said not to be sound."""
    return words.endswith(")?")


def undoubted(words: str) -> str:
    """Return the bare figure of one that was said not to be sound."""
    return words.removeprefix("(").removesuffix(")?")


def _two(parts: tuple[int, int], large: str, small: str) -> str:
    first, second = parts
    return f"{first}{large} {second}{small}" if second else f"{first}{large}"


def money(micros: int) -> str:
    """Return micro-dollars as dollars and cents."""
    cents = (abs(micros) + 5_000) // 10_000
    sign = "-" if micros < 0 and cents else ""
    return f"{sign}${cents // 100:,}.{cents % 100:02}"


NO_MONEY = money(0)
"""What is too little to show."""


def price(micros: int) -> str:
    """Return the price of a single thing, its small fractions kept: `$0.0083`."""
    text = f"{micros / MICROS:.6f}".rstrip("0")
    return f"${text}{'0' * (2 - len(text.partition('.')[2]))}"


def count(number: float) -> str:
    """Return a count, its thousands apart."""
    return f"{number:,.0f}"


def counted(number: int, noun: str) -> str:
    """Return a count and what is counted, in the plural where it is not one."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def share(part: float, whole: float) -> str:
    """Return a part of a whole in per cent; never a rounded-up 100 %."""
    if not whole:
        return NOTHING
    percent = 100 * part / whole
    shown = f"{percent:.1f}"
    if part < whole and shown == "100.0":
        shown = "99.9"
    return f"{shown} %"
