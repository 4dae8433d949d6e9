"""Conduct: whether recipients' nights and opt-outs were respected, and second attempts.

What is seldom asked and seldom happens: lines are for what was asked or happened alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from reports.curves import groups
from reports.faults import fault_lines
from reports.wording import MICROS, count, money, share
from sms.errors import OPTED_OUT
from sms.quiet_hours import QuietHours
from sms.units import HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import time

    from reports.manifests import InboundFacts, Manifest
    from reports.runs import Floats, Mask, OptOut, Rows, Run, StrategyRun

USUAL = "21:00-08:00"
"""The quiet hours that are meant where a run names none."""

REFUSED_IN_QUIET = 30610

NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """How a strategy behaved towards its recipients; all are counts of messages.

    Of the `sent`, `in_quiet` left while the recipient's clock showed the quiet hours of
    `window`; `quiet_refused` the simulator refused for its own, and `quiet_held` it
    took in these and let go after them.  `opt_out_refused` were for somebody who had
    opted out and `withheld` never sent for it; `again` went out a second time by a long
    code.  `by_short_code` left from one.
    """

    name: str
    window: QuietHours
    sent: int
    in_quiet: int
    quiet_held: int
    quiet_refused: int
    opt_outs: tuple[OptOut, ...]
    opt_out_refused: int
    withheld: int
    again: int
    again_arrived: int
    by_short_code: int = 0


def quiet_window(manifest: Manifest, own: str = "") -> QuietHours:
    """Return the quiet hours that a strategy is held against.

    These are its `own`, if it was asked to keep any; else what others beside it were
    asked to keep, what the simulator kept, or what is usual.
    """
    asked = [one.quiet for one in manifest.strategies if one.quiet]
    said = [own, *asked, *manifest.quiet_law, USUAL]
    return QuietHours.parse(next(hours for hours in said if hours))


def conduct(run: Run) -> tuple[Conduct, ...]:
    """Return how each strategy of a run behaved."""
    manifest = run.manifest
    if not manifest.start_at:
        return ()
    zero = datetime.fromisoformat(manifest.start_at)
    return tuple(_conduct(one, manifest, zero) for one in run.strategies)


def _conduct(run: StrategyRun, manifest: Manifest, zero: datetime) -> Conduct:
    messages = run.messages
    status, errors = messages.words["status"], messages.ints["error_code"]
    window = quiet_window(manifest, run.facts.quiet)
    sent = _quiet(messages, "sent_at", window, zero)
    left = np.isfinite(messages.floats["sent_at"])
    again = messages.words["first_sender"].codes >= 0
    sender_type = messages.words["sender_type"]
    return Conduct(
        name=run.facts.name,
        window=window,
        sent=int(left.sum()),
        in_quiet=int(sent.sum()),
        quiet_held=_held(messages, manifest, zero),
        quiet_refused=int((errors == REFUSED_IN_QUIET).sum()),
        opt_outs=run.opt_outs,
        opt_out_refused=int((errors == OPTED_OUT.code).sum()),
        withheld=int(status.among("withheld").sum()),
        again=int(again.sum()),
        again_arrived=int((again & status.among("delivered")).sum()),
        by_short_code=int((left & sender_type.among("short_code")).sum()),
    )


def _held(messages: Rows, manifest: Manifest, zero: datetime) -> int:
    """Return how many the simulator took in its quiet hours and let go after them."""
    if not manifest.quiet_law:
        return 0
    window = QuietHours.parse(manifest.quiet_law[0])
    sent, accepted = (
        _quiet(messages, column, window, zero) for column in ("sent_at", "accepted_at")
    )
    left = np.isfinite(messages.floats["sent_at"])
    return int((accepted & left & ~sent).sum())


def _quiet(messages: Rows, column: str, window: QuietHours, zero: datetime) -> Mask:
    """Return which messages came to an instant in their recipient's quiet hours."""
    clocks = local_times(messages, column, zero)
    begins, ends = _since_midnight(window.begins), _since_midnight(window.ends)
    after, before = clocks >= begins, clocks < ends
    return after & before if begins < ends else after | before


def _since_midnight(clock: time) -> float:
    return clock.hour * HOUR + clock.minute * MINUTE


def local_times(messages: Rows, column: str, zero: datetime) -> Floats:
    """Return an instant as the recipients' clocks show it: seconds since midnight.

    Not a number where it has not come, or where no time zone is recorded.
    """
    zones, instants = messages.words["zone"], messages.floats[column]
    clocks = np.full(len(instants), np.nan)
    for code, rows in groups(zones.codes, zones.codes >= 0):
        come = rows[np.isfinite(instants[rows])]
        zone = ZoneInfo(zones.names[code])
        quarters, which = np.unique(instants[come] // (HOUR / 4), return_inverse=True)
        offsets = np.array([_offset(zone, zero, q * HOUR / 4) for q in quarters])
        if len(come):
            clocks[come] = (instants[come] + offsets[which]) % (24 * HOUR)
    return clocks


def _offset(zone: ZoneInfo, zero: datetime, at: float) -> float:
    """Return what to add to an instant of the run for seconds by a zone's clock."""
    clock = (zero + timedelta(seconds=at)).astimezone(zone)
    midnight = clock.hour * HOUR + clock.minute * MINUTE + clock.second
    return midnight + clock.microsecond / 1e6 - at


def conduct_lines(manifest: Manifest, conducts: Sequence[Conduct]) -> tuple[str, ...]:
    """Return a sentence on each thing that was asked for or has happened."""
    return tuple(_lines(manifest, conducts))


def _lines(manifest: Manifest, conducts: Sequence[Conduct]) -> Iterator[str]:
    if conducts and quiet_matters(manifest, conducts):
        yield from _nights(conducts)
    if any(one.quiet_refused for one in conducts):
        yield f"Refused for quiet hours (30610): {_each(conducts, _quiet_refused)}."
    if manifest.quiet_law and any(one.quiet_held for one in conducts):
        yield f"Held until quiet hours were over: {_each(conducts, _quiet_held)}."
    if any(one.opt_outs for one in conducts):
        yield f"Opted out under way: {_each(conducts, _opted_out)}."
    if manifest.options.get("stops") and any(_is_deaf(one) for one in conducts):
        yield "A short code outside of a service has no keywords: STOP opts nobody out."
    if manifest.inbound:
        came = in_groups([(one.name, _came_in(one)) for one in manifest.inbound])
        yield f"Came in, apart from all other figures and costs: {came}."
    if any(one.again for one in conducts):
        yield f"Went out again by a long code: {_each(conducts, _again)}."
    yield from fault_lines(manifest)


def _nights(conducts: Sequence[Conduct]) -> Iterator[str]:
    """Yield a sentence on each window that any are held against."""
    for window in dict.fromkeys(one.window for one in conducts):
        held = [one for one in conducts if one.window == window]
        yield (
            f"Sent in quiet hours ({window}, by the recipients' clocks): "
            f"{_each(held, _in_quiet)}."
        )


def quiet_matters(manifest: Manifest, conducts: Sequence[Conduct]) -> bool:
    """Say whether quiet hours were asked for, by the sender or by the simulator."""
    asked = any(one.quiet for one in manifest.strategies) or manifest.quiet_law
    refused = any(one.quiet_refused for one in conducts)
    return bool(asked or refused or manifest.options.get("start"))


def _each(conducts: Sequence[Conduct], say: Callable[[Conduct], str]) -> str:
    return in_groups([(one.name, say(one)) for one in conducts])


def in_groups(said: Sequence[tuple[str, str]]) -> str:
    """Return what is said of each name; names of which the same is said stand together.

    Those of which there is nothing to say come last.
    """
    groups_of: dict[str, list[str]] = {}
    for name, text in said:
        groups_of.setdefault(text, []).append(name)
    nothing = groups_of.pop(NONE, [])
    parts = [_together(names, text) for text, names in groups_of.items()]
    if nothing:
        others = len(nothing) > 1 and bool(parts)
        parts.append("the others none" if others else _together(nothing, NONE))
    return "; ".join(parts)


def _together(names: Sequence[str], text: str) -> str:
    """Return what is said of names: "a 5", or "a, b and c each 5"."""
    if len(names) == 1:
        return f"{names[0]} {text}"
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed} {text}" if text == NONE else f"{listed} each {text}"


def _in_quiet(one: Conduct) -> str:
    if not one.in_quiet:
        return NONE
    return f"{count(one.in_quiet)} ({share(one.in_quiet, one.sent)})"


def _quiet_refused(one: Conduct) -> str:
    return count(one.quiet_refused) if one.quiet_refused else NONE


def _quiet_held(one: Conduct) -> str:
    return count(one.quiet_held) if one.quiet_held else NONE


def _opted_out(one: Conduct) -> str:
    if not (one.opt_outs or one.opt_out_refused or one.withheld):
        return NONE
    said = count(len(one.opt_outs))
    if one.opt_out_refused:
        said += f", {count(one.opt_out_refused)} refused after it (21610)"
    return said + (f", {count(one.withheld)} withheld" if one.withheld else "")


def _is_deaf(one: Conduct) -> bool:
    """Say whether messages left from a short code that nobody could opt out of."""
    heard = any(not (opt_out.sender or "+").startswith("+") for opt_out in one.opt_outs)
    return bool(one.by_short_code) and not heard


def _came_in(one: InboundFacts) -> str:
    cost = money(round((one.inbound_dollars + one.reply_dollars) * MICROS))
    replied = f", {count(one.replies)} of them replied to" if one.replies else ""
    return f"{count(one.inbound)} for {cost}{replied}"


def _again(one: Conduct) -> str:
    if not one.again:
        return NONE
    return f"{count(one.again)}, {count(one.again_arrived)} of them arrived"
