"""Settings: how runs were made, and in what they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.loads import driver_in_words
from reports.premises import name_senders
from reports.wording import count, counted, duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from reports.manifests import Manifest, StrategyFacts

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What runs are called beside each other."""

TOLD_ELSEWHERE = frozenset(
    {
        *("concurrency", "deadline", "events", "out", "pacing", "prices", "profile"),
        *("redeliver", "seed", "speed", "clock", "strategies", "scenario"),
    }
)
"""Options that are settings of their own, or that change no figure."""

NONE = "none"


def settings_changed(manifests: Sequence[Manifest]) -> list[str]:
    """Return a line for each setting that is not the same in all runs."""
    tables = [dict(_settings(one)) for one in manifests]
    return [*_differing(tables), *_streams_changed(manifests)]


def _streams_changed(manifests: Sequence[Manifest]) -> Iterator[str]:
    """Yield what differs in the streams of the same name, and which runs lack one."""
    runs = [{one.name: one for one in manifest.strategies} for manifest in manifests]
    for name in dict.fromkeys(name for streams in runs for name in streams):
        having = [letter(n) for n, streams in enumerate(runs) if name in streams]
        if len(having) < len(runs):
            yield f"stream {name}: only in {' and '.join(having)}"
        else:
            tables = [dict(_stream(streams[name])) for streams in runs]
            yield from _differing(tables)


def _differing(tables: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Yield a line for each name whose value is not the same in all."""
    for name in dict.fromkeys(name for table in tables for name in table):
        values = [table.get(name, NONE) for table in tables]
        if len(set(values)) > 1:
            yield f"{name}: {_each(values)}"


def letter(place: int) -> str:
    """Return what the run in this place is called: A, B, …, Z, A1, …"""
    turn, which = divmod(place, len(LETTERS))
    return f"{LETTERS[which]}{turn or ''}"


def _each(values: Sequence[str]) -> str:
    """Return what a setting was in each run, runs of the same value together."""
    alike: dict[str, list[str]] = {}
    for place, value in enumerate(values):
        alike.setdefault(value, []).append(letter(place))
    return ", ".join(
        f"{value} in {' and '.join(runs)}" for value, runs in alike.items()
    )


def _settings(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yield every setting of a run by its name, in words."""
    yield "command", manifest.command
    if manifest.scenario:
        yield "scenario", manifest.scenario.name
    yield "smslab", manifest.smslab
    yield "profile", manifest.profile
    yield "seed", str(manifest.seed)
    yield "clock", manifest.clock
    yield "speed", f"{manifest.speed:g}"
    yield "deadline", duration(manifest.deadline)
    yield "re-deliveries", str(manifest.redeliver)
    yield "recipients", f"{count(manifest.recipients.count)}"
    yield "senders", name_senders(manifest.senders)
    if manifest.is_load:
        yield "driven by", driver_in_words(manifest)
    if manifest.message:
        yield "message", _message(manifest)
    yield "concurrency", _limits(manifest)
    for name, value in sorted(manifest.options.items()):
        if name not in TOLD_ELSEWHERE:
            yield f"option {name}", str(value)
    yield "machine", _machine(manifest.machine)
    yield "whole", "yes" if manifest.complete else "no: it was stopped before its end"


def _message(manifest: Manifest) -> str:
    facts = manifest.message
    assert facts is not None, "asked only where there is one"
    segments = counted(facts.segments, "segment")
    return f"{facts.encoding}, {segments}, different bodies {count(facts.distinct)}"


def _machine(machine: Mapping[str, Any]) -> str:
    libraries = machine.get("libraries", {})
    parts = {key: value for key, value in machine.items() if key != "libraries"}
    return ", ".join(
        f"{key} {value}" for key, value in [*parts.items(), *libraries.items()]
    )


def _limits(manifest: Manifest) -> str:
    """Return how many requests the accounts may have in flight."""
    limits = {one.concurrency for one in manifest.strategies} - {None}
    return " or ".join(count(one or 0) for one in sorted(limits, key=str)) or NONE


def _stream(facts: StrategyFacts) -> Iterator[tuple[str, str]]:
    """Yield every setting of a stream by its name, in words."""
    name = facts.name
    yield f"{name}, strategy", facts.by
    yield f"{name}, kind", facts.kind or NONE
    yield f"{name}, pacing", facts.pacing or NONE
    yield f"{name}, arrivals", facts.arrivals or NONE
    yield f"{name}, texts", count(facts.texts)
    yield f"{name}, numbers", " and ".join(facts.numbers) or "all"
    yield f"{name}, validity period", _validity(facts)


def _validity(facts: StrategyFacts) -> str:
    """Return how long a text may wait at Twilio."""
    period = facts.validity_period
    return "the profile's longest" if period is None else duration(period)
