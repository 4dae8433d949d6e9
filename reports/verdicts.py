"""Verdicts: which strategy makes the deadline, what it costs, why the others do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.titles import named
from reports.wording import NO_MONEY, count, counted, duration, money, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reports.costs import Cost
    from reports.manifests import Manifest
    from reports.metrics import Metrics
    from sms.units import Seconds


MOST = 0.9
"""Share of a difference in cost from which on one part of it is named as its cause."""

LOW = 0.9
"""Share of texts delivered, or sent where no receipt comes, below which it is said."""

HALF = 0.5
"""The same share below which making the deadline alone is no success."""

PARTIAL = (
    "This run is partial: it was stopped before its end.",
    "This run is partial: not all of it is there.",
)
"""What is said of a run that is not whole: of a comparison, and of a load."""

NOTIFY = "notify"

NOTIFY_ENDS = "Twilio ends Notify on 31 October 2027."
"""As Twilio's changelog of 18 November 2026 has it."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One strategy before the judge.

    It `settles` where every text came to its end and none was lost to the strategy's
    own limits; it `meets` the deadline where it did so in time, and sent none of the
    messages `in_quiet` hours that its sender was asked to keep.
    """

    metrics: Metrics
    cost: Cost
    deadline: Seconds | None
    in_quiet: int = 0

    @property
    def name(self) -> str:
        """Return the strategy's name."""
        return self.metrics.name

    @property
    def settles(self) -> bool:
        """Return whether every text came to its end, none lost."""
        fates = self.metrics.fates
        whole = self.metrics.facts.complete and not fates.unfinished
        return fates.texts > 0 and whole and not fates.lost and not fates.unreached

    @property
    def late(self) -> int:
        """Return how many texts ended after the deadline."""
        if self.deadline is None:
            return 0
        return self.metrics.fates.late(self.deadline)

    @property
    def meets(self) -> bool:
        """Return whether it settles in time; in any time, if no deadline was asked."""
        return self.settles and not self.late and not self.in_quiet

    @property
    def arrived(self) -> float:
        """Return which share of its texts was delivered, or sent without a receipt."""
        fates = self.metrics.fates
        number = len(fates.delivered_at) + fates.counts.get("sent", 0)
        return number / fates.texts if fates.texts else 0.0

    @property
    def delivered(self) -> str:
        """Return, in words, which share of its texts was delivered."""
        fates = self.metrics.fates
        return share(len(fates.delivered_at), fates.texts)

    def shortcomings(self) -> tuple[str, ...]:
        """Return what it does wrong, whenever it does it, in a few words each."""
        fates = self.metrics.fates
        whole = self.metrics.facts.complete and not fates.unfinished and fates.texts
        found = {
            "does not bring every text to its end": not whole,
            "loses texts": bool(fates.lost),
            "does not reach every recipient": bool(fates.unreached),
            "sends in quiet hours": bool(self.in_quiet),
        }
        return tuple(words for words, is_so in found.items() if is_so)

    def faults(self) -> tuple[str, ...]:
        """Return, in words, all that keeps it from meeting the deadline."""
        fates = self.metrics.fates
        found = []
        if self.late and self.deadline is not None and fates.done_at is not None:
            over = duration(fates.done_at - self.deadline)
            texts = counted(self.late, "text")
            found.append(
                f"too late by {over}: {texts} ended after the deadline, "
                f"the last after {duration(fates.done_at)}"
            )
        found += [f"lost {count(n)} to {named(code)}" for code, n in _most(fates.lost)]
        if self.in_quiet:
            where = f"{counted(self.in_quiet, 'message')} in the quiet hours"
            found.append(
                f"sent {where} asked for: what notify and bulk have queued leaves"
            )
        if fates.unreached:
            codes = ", ".join(named(code) for code, _ in _most(fates.unreached))
            people = counted(sum(fates.unreached.values()), "recipient")
            found.append(f"does not reach {people} ({codes})")
        if not fates.texts:
            found.append("it had no text to send")
        if fates.unfinished:
            found.append(f"{counted(fates.unfinished, 'text')} never came to an end")
        elif not self.metrics.facts.complete:
            found.append("it was stopped before its end")
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer in words.

    `met` is whether at least one strategy makes the deadline, or none was asked.
    `chosen` is the strategy the headline names, if any, and `reasons` has a sentence
    for each of the others.  `caveats` say what a reader must know first: that the run
    is partial, and what is missing.  `notes` say what the answer is to be taken with.
    """

    deadline: Seconds | None
    met: bool
    chosen: str | None
    question: str
    headline: str
    reasons: tuple[tuple[str, str], ...]
    caveats: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def judge(manifest: Manifest, judgements: Sequence[Judgement]) -> Verdict:
    """Return the verdict on a run's strategies."""
    deadline = manifest.deadline
    good = sorted((one for one in judgements if one.meets), key=_rank)
    best = good[0] if good else None
    if len(judgements) == 1:
        headline = _alone(judgements[0])
    elif deadline is None:
        headline = _without_deadline(good, judgements)
    elif best is None:
        headline = f"No strategy meets the {duration(deadline)} deadline."
    else:
        does = "meets" if best.arrived >= HALF else "ends within"
        headline = (
            f"Cheapest strategy that {does} the {duration(deadline)} deadline: "
            f"{_summary(best)}"
        )
    others = [one for one in judgements if one is not best]
    return Verdict(
        deadline=deadline,
        met=deadline is None or best is not None,
        chosen=best.name if best else None,
        question=_question(manifest),
        headline=headline,
        reasons=tuple((one.name, _reason(one, best)) for one in others),
        caveats=caveats(manifest),
        notes=(*_real_clock(manifest), *_ending(good), *_arrivals(good)),
    )


def _question(manifest: Manifest) -> str:
    number = max((facts.texts for facts in manifest.strategies), default=0)
    texts, names = counted(number, "text"), [one.name for one in manifest.strategies]
    if manifest.deadline is None:
        if len(names) == 1:
            return f"{texts}: what comes of sending by {names[0]}?"
        return f"{texts}: which way of sending is the best?"
    asked = f"does {names[0]} make" if len(names) == 1 else "which way of sending makes"
    return f"{texts} within {duration(manifest.deadline)}: {asked} it?"


def _alone(one: Judgement) -> str:
    """Return what the only strategy does: there is nothing to compare it with."""
    if one.deadline is None:
        does = " and ".join(one.shortcomings())
        return _summary(one) if one.meets else f"{one.name} {does}."
    within = f"the {duration(one.deadline)} deadline"
    if not one.meets:
        return f"{one.name} does not meet {within}."
    name, rest = one.name, _summary(one).removeprefix(f"{one.name}, ")
    does = "meets" if one.arrived >= HALF else "ends within"
    return f"{name} {does} {within}: {rest}"


def _without_deadline(
    good: Sequence[Judgement], judgements: Sequence[Judgement]
) -> str:
    """Return the fastest and the cheapest of those that lose nothing."""
    if not judgements:
        return "No strategy was run."
    if not good:
        return _without_any(judgements)
    fastest = min(good, key=_speed)
    if fastest is good[0]:
        return f"Fastest and cheapest: {_summary(fastest)}"
    return f"Fastest: {_summary(fastest)}. Cheapest: {_summary(good[0])}"


def _without_any(judgements: Sequence[Judgement]) -> str:
    """Return what all do wrong, or that each does something."""
    shared = set.intersection(*(set(one.shortcomings()) for one in judgements))
    for words in judgements[0].shortcomings():
        if words in shared:
            return f"Every strategy {words}."
    return "No strategy is without a fault; each has its own below."


def _reason(one: Judgement, best: Judgement | None) -> str:
    """Return the sentence on a strategy that was not chosen."""
    faults = one.faults()
    if faults:
        return _sentence("; ".join(faults))
    done, total = duration(one.metrics.fates.done_at), money(one.cost.total)
    assert best is not None, "what has no fault is chosen, or another is"
    if one.arrived < HALF <= best.arrived:
        return f"Delivers only {one.delivered}: {total}, done after {done}."
    more = one.cost.total - best.cost.total
    if money(more) == NO_MONEY:
        later = done != duration(best.metrics.fates.done_at)
        opening = "As cheap, but done later" if later else "As good"
        return f"{opening}: {total}, done after {done}."
    rent = one.cost.rent - best.cost.rent
    because = ", for its senders' rent" if rent >= MOST * more else ""
    opening = "Dearer" if one.deadline is None else "Meets it too, but dearer"
    return f"{opening} by {money(more)}{because}: {total}, done after {done}."


def _real_clock(manifest: Manifest) -> tuple[str, ...]:
    """Return how far a run over HTTP may be trusted; nothing of one in virtual time."""
    if manifest.clock == "virtual":
        return ()
    known = [one for one in manifest.strategies if one.differing is not None]
    by_name = ", ".join(f"{one.name} {count(one.differing or 0)}" for one in known)
    differing = sum(one.differing or 0 for one in known)
    were = f"{counted(differing, 'message')} fared otherwise than in virtual time"
    if not known:
        were = "it is not known how many messages fared otherwise than in virtual time"
    elif len(known) > 1 and differing:
        were += f" ({by_name})"
    return (f"Real clock: {were}; {slowness(manifest)}.",)


def slowness(manifest: Manifest) -> str:
    """Return what times over HTTP hold besides what they are of."""
    over = f", {manifest.speed:g} times over" if manifest.speed > 1 else ""
    return f"times over HTTP hold this machine's own slowness{over}"


def _ending(good: Sequence[Judgement]) -> tuple[str, ...]:
    """Return what is to be known of a strategy that cannot be had for long."""
    return (NOTIFY_ENDS,) if any(one.name == NOTIFY for one in good) else ()


def _arrivals(good: Sequence[Judgement]) -> tuple[str, ...]:
    """Return for each without a fault that delivers little how little, and why."""
    return tuple(_arrival(one) for one in good if one.arrived < LOW)


def _arrival(one: Judgement) -> str:
    said = f"{one.name} delivers {one.delivered} of its texts"
    errors = _most(one.metrics.fates.errors)
    if not errors:
        return f"{said}."
    code, number = errors[0]
    texts = counted(number, "text")
    return f"{said}; of the others, most ended by {named(code)} ({texts})."


def caveats(manifest: Manifest) -> tuple[str, ...]:
    """Return what is missing of a run, the gravest first; nothing of a whole one."""
    if not manifest.complete:
        return (PARTIAL[manifest.is_load], *manifest.missing)
    if not manifest.missing:
        return ()
    return ("Something of this run is missing.", *manifest.missing)


def _summary(one: Judgement) -> str:
    done = duration(one.metrics.fates.done_at)
    but = "" if one.arrived >= HALF else f", but delivers only {one.delivered}"
    return f"{one.name}, {money(one.cost.total)}, done after {done}{but}"


def _rank(one: Judgement) -> tuple[bool, int, float, str]:
    """Put the cheapest first, but what delivers too little after all others."""
    done_at = one.metrics.fates.done_at or 0.0
    return one.arrived < HALF, one.cost.total, done_at, one.name


def _speed(one: Judgement) -> tuple[bool, float, str]:
    return one.arrived < HALF, one.metrics.fates.done_at or 0.0, one.name


def _most(tally: dict[int, int]) -> list[tuple[int, int]]:
    return sorted(tally.items(), key=lambda item: (-item[1], item[0]))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
