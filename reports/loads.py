"""Loads: the verdict on streams that ran beside each other; checks, knee, what is open.

A comparison asks which way is the best; a load asks whether all of it held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.manifests import VIRTUAL
from reports.verdicts import Verdict, caveats, slowness
from reports.wording import count, counted, doubted, duration, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.manifests import CheckFacts, KneeFacts, Manifest, ReceiverFacts
    from reports.verdicts import Judgement

DRIVERS = {
    "open": "arrivals at their own times, whatever was answered",
    "users": "{users} that wait for each answer",
}
"""What drives a load, in words."""

UNTIMED = "as fast as the pacing let it, whatever was answered"
"""The same of open arrivals where nothing was to arrive at a time of its own."""

COUNTING = ("share(", "count(")
"""How checks begin that time nothing."""

ITS_OWN = "The generator was the bottleneck, so that this may be its own: "
"""What stands before an answer that rests on figures which are not sound."""


def judge_load(manifest: Manifest, judgements: Sequence[Judgement]) -> Verdict:
    """Return the verdict on a load: met where it is whole and every check is met."""
    missed = [one for one in manifest.checks if not one.met]
    sound = all(one.metrics.ended.sound for one in judgements)
    told = ((one.name, _tell(one)) for one in judgements)
    return Verdict(
        deadline=manifest.deadline,
        met=manifest.complete and not missed,
        chosen=None,
        question=_question(manifest),
        headline=_headline(manifest, judgements, sound=sound),
        reasons=tuple(told),
        caveats=caveats(manifest),
        notes=tuple(_notes(manifest, sound=sound)),
    )


def got_in_words(check: CheckFacts, *, sound: bool = True) -> str:
    """Return what a check got; a time of an unsound load is doubted, a count is not."""
    counted_only = check.check.startswith(COUNTING)
    return check.got if sound or counted_only else doubted(check.got)


def knee_in_words(knee: KneeFacts) -> str:
    """Return how far a staircase came."""
    held = f"{knee.check} of {knee.stream}"
    if knee.rate is None:
        return f"No step held {held}: the first, {_rate(knee.broken_at)}, broke it."
    if knee.broken_at is None:
        return f"Every step held {held}, up to {_rate(knee.rate)}: no knee was found."
    return f"The knee: {held} held at {_rate(knee.rate)} and broke at " + (
        f"{_rate(knee.broken_at)}."
    )


def driver_in_words(manifest: Manifest) -> str:
    """Return what drove a load; the virtual clock where nothing real did."""
    facts = manifest.generator
    if manifest.clock == VIRTUAL:
        return "virtual time: no generator, and no lag"
    if facts is None:
        return "not known"
    users = counted(facts.users, "user")
    how = DRIVERS.get(facts.driver, facts.driver).format(users=users)
    if facts.driver == "open" and not any(one.arrivals for one in manifest.strategies):
        how = UNTIMED
    number = facts.processes
    return f"{how}, from {count(number)} process{'' if number == 1 else 'es'}"


def open_in_words(open_by_status: dict[str, int]) -> str:
    """Return how many messages had not ended, by status; nothing of none."""
    some = sorted(open_by_status.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count(number)} {status}" for status, number in some if number)


def receivers_in_words(facts: ReceiverFacts) -> str:
    """Return what the receivers of callbacks met besides the callbacks themselves."""
    return (
        f"{counted(facts.forged, 'callback')} with a wrong signature turned away; "
        f"{count(facts.duplicates)} had come before; "
        f"{count(facts.overflowed)} found the inbox full and were sent away."
    )


def _rate(rate: float | None) -> str:
    return f"{rate or 0:g} a second"


def _question(manifest: Manifest) -> str:
    texts = counted(sum(one.texts for one in manifest.strategies), "text")
    streams = counted(len(manifest.strategies), "stream")
    name = manifest.scenario.name if manifest.scenario else ""
    return f"{name or 'A load'}: {texts} in {streams}."


def _headline(
    manifest: Manifest, judgements: Sequence[Judgement], *, sound: bool
) -> str:
    """Return whether the checks were met, or what became of the texts without any.

    Of a run that is not whole, what is missing comes first.
    """
    partial = f"Partial: {manifest.missing[0]}. " if manifest.missing else ""
    return partial + _answer(manifest, judgements, sound=sound)


def _answer(manifest: Manifest, judgements: Sequence[Judgement], *, sound: bool) -> str:
    """Return the same of a whole run."""
    checks, missed = len(manifest.checks), [c for c in manifest.checks if not c.met]
    if missed:
        which = "; ".join(
            f"{one.check}, got {got_in_words(one, sound=sound)}" for one in missed
        )
        number = f"{count(len(missed))} of {counted(checks, 'check')}"
        return f"{'' if sound else ITS_OWN}{number} missed: {which}."
    if checks:
        return f"{'' if sound else ITS_OWN}{counted(checks, 'check')} met, none missed."
    fates = [one.metrics.fates for one in judgements]
    delivered = share(
        sum(len(one.delivered_at) for one in fates), sum(one.texts for one in fates)
    )
    done_at = max((one.done_at or 0.0 for one in fates), default=None)
    return f"{delivered} of the texts delivered, done after {duration(done_at)}."


def _tell(one: Judgement) -> str:
    """Return what became of a stream's texts, and what went wrong with it."""
    fates, facts = one.metrics.fates, one.metrics.facts
    delivered = share(len(fates.delivered_at), fates.texts)
    said = [f"{delivered} delivered, done after {duration(fates.done_at)}"]
    if still := open_in_words(facts.open):
        said.append(f"still open after the drain: {still}")
    if undue := one.metrics.undue:
        were = "was" if undue == 1 else "were"
        said.append(
            f"{counted(undue, 'text')} above the step that broke {were} not sent"
        )
    return f"{'; '.join([*said, *one.faults()])}."


def _notes(manifest: Manifest, *, sound: bool) -> list[str]:
    doubt = "" if sound else ITS_OWN
    notes = [f"{doubt}{knee_in_words(manifest.knee)}"] if manifest.knee else []
    if manifest.clock != VIRTUAL:
        notes.append(f"Real clock: {slowness(manifest)}.")
    return notes
