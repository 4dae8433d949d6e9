"""Faults on order: in words, with how often they struck, and when, for the pictures."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from reports.wording import count, duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reports.manifests import Manifest
    from sms.units import Seconds

Span = tuple["Seconds", "Seconds"]
"""From when until when; infinity is to the end."""


def spans(manifest: Manifest) -> list[Span]:
    """Return when faults held that did not hold all the time, in order."""
    found = {(one.get("from", 0.0), one.get("to", inf)) for one in manifest.faults}
    return sorted(span for span in found if span != (0.0, inf))


def shading(manifest: Manifest) -> str:
    """Return what the shade in a picture over time means; nothing where none is."""
    named = [
        f"{one['what']} {_when(one)}"
        for one in manifest.faults
        if one.get("from", 0.0) > 0 or "to" in one
    ]
    return f"Shaded: faults on order ({', '.join(named)})." if named else ""


def fault_lines(manifest: Manifest) -> Iterator[str]:
    """Yield what went wrong on order and how often, in the run that had it."""
    if not manifest.faults:
        return
    said = [
        f"{one['what']}{_how_much(one)} {_strikes(manifest, place)}"
        for place, one in enumerate(manifest.faults)
    ]
    several = len(manifest.struck) > 1
    how = " (how often, least to most of all strategies)" if several else ""
    yield f"Went wrong on order{how}: {', '.join(said)}."


def _strikes(manifest: Manifest, place: int) -> str:
    counts = [one.counts[place] for one in manifest.struck if place < len(one.counts)]
    if not counts:
        return "not counted"
    least, most = count(min(counts)), count(max(counts))
    return least if least == most else f"{least} to {most}"


def _how_much(fault: Mapping[str, Any]) -> str:
    when = _when(fault)
    return f" {when}:" if when else ":"


def _when(fault: Mapping[str, Any]) -> str:
    begins_at, ends_at = fault.get("from", 0.0), fault.get("to", inf)
    until = f"to {duration(ends_at)}" if ends_at < inf else ""
    since = f"from {duration(begins_at)}" if begins_at else ""
    return " ".join(part for part in (since, until) if part)
