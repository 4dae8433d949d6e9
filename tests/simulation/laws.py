"""What must hold of a day, whatever happened on it: laws, each a row of LAWS.

A law yields one line for each breach of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from simulator.api.callbacks import REPORTED
from simulator.engine.messages import Direction
from sms.statuses import INBOUND, INITIAL, TERMINAL, TRANSITIONS, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simulator.engine.messages import Message
    from sms.units import Seconds
    from tests.simulation.customers import Told
    from tests.simulation.days import Change, Day

ROUNDING: Seconds = 1e-6
SOON: Seconds = 0.1
"""How long a text that has come in takes at most to be heeded."""

LATEST: Seconds = 60.0
"""How long after what it tells of a callback may come."""

FIRST = frozenset().union(*(TRANSITIONS[status] for status in INITIAL)) | INITIAL
"""What is first told of a message whose creation nobody was told of."""

MPS = {"+18335550100": 3, "72345": 100}
"""Segments a second of what is no long code; those send 1 to North America, else 10."""

DISTURBED = ("lost", "late", "shuffled")


def ends(day: Day) -> Iterator[str]:
    """Every accepted message ends; without a receipt it stays `sent`."""
    for message in day.messages.values():
        if message.status not in TERMINAL and message.status != MessageStatus.SENT:
            yield f"{message.sid} is still {message.status}"
    recount = Counter(str(message.status) for message in day.messages.values())
    if recount != +Counter(day.counts):
        yield f"the counts are {day.counts}, a recount {dict(recount)}"


def transitions(day: Day) -> Iterator[str]:
    """Every message goes from its first status along TRANSITIONS."""
    for sid, statuses in by_message(day).items():
        if sid not in day.texted and statuses[0] not in FIRST:
            yield f"{sid} began as {statuses[0]}"
        for before, after in pairwise(statuses):
            if MessageStatus(after) not in TRANSITIONS[MessageStatus(before)]:
                yield f"{sid} went from {before} to {after}"


def created(day: Day) -> Iterator[str]:
    """A message there is for each 201, and none for any other answer.

    Where an answer was lost on its way there may be a message without one.
    """
    theirs = {
        message.sid
        for message in day.messages.values()
        if message.status not in INBOUND and message.status_callback is not None
    }
    lost = sum(a.status in (0, 500) for a in day.answers)
    yield from (f"{sid} was promised and is not" for sid in set(day.texted) - theirs)
    unknown = theirs - set(day.texted)
    if len(unknown) > lost:
        yield f"{len(unknown)} messages nobody was told of, with {lost} answers lost"


def known(day: Day) -> Iterator[str]:
    """The oracle knows each message that was created, once, and who was told of it."""
    told = Counter(
        arrival["sid"]
        for arrival in day.arrivals
        if arrival["sid"] and arrival["path"].endswith("/Messages.json")
    )
    made = Counter(
        message.sid
        for message in day.messages.values()
        if message.direction is Direction.OUTBOUND_API
    )
    own = Counter({sid: n for sid, n in told.items() if sid in day.messages})
    yield from (f"the oracle does not know {sid}" for sid in made - own)
    yield from (f"the oracle knows {sid} twice" for sid in own - made)
    whole = {a["sid"] for a in day.arrivals if a["answered"] and a["status"] == 201}
    yield from (f"the answer of {sid} never left" for sid in set(day.texted) - whole)


def pace(day: Day) -> Iterator[str]:
    """No sender exceeds its MPS in any window: each message takes its time."""
    queues: dict[str, list[Change]] = defaultdict(list)
    for change in day.changes:
        if change.status == MessageStatus.SENDING and change.sender is not None:
            queues[change.sender].append(change)
    for sender, sending in queues.items():
        for one, other in pairwise(sending):
            mps = MPS.get(sender) or (1 if one.country in ("US", "CA") else 10)
            if other.at < one.at + one.segments / mps - ROUNDING:
                yield f"{sender} sent {other.sid} at {other.at}, too soon: {one.at}"


def callbacks(day: Day) -> Iterator[str]:
    """Of each change that is told one callback comes, after it and genuine."""
    due = Counter(
        (c.sid, c.status) for c in day.changes if c.callback and c.status in REPORTED
    )
    genuine = Counter((c.sid, c.status) for c in day.came if c.genuine)
    forged = sum(not c.genuine for c in day.came)
    missing, surplus = due - genuine, genuine - due
    struck = day.struck
    if missing.total() != struck["callback-lost"]:
        yield f"{missing.total()} callbacks never came: {list(missing)[:3]}"
    more = struck["callback-doubled"] + struck["callback-storm"]
    if not _as_many(surplus.total(), more, struck["callback-storm"]):
        yield f"{surplus.total()} callbacks came too often: {list(surplus)[:3]}"
    if forged != struck["callback-forged"]:
        yield f"{forged} callbacks have a signature that is not Twilio's"


def _as_many(surplus: int, struck: int, storms: int) -> bool:
    return surplus >= struck if storms else surplus == struck


def punctual(day: Day) -> Iterator[str]:
    """No callback comes before what it tells of, nor much later unless disturbed."""
    happened = {(c.sid, c.status): c.at for c in day.changes}
    disturbed = any(day.struck[f"callback-{how}"] for how in DISTURBED)
    for came in day.came:
        at = happened.get((came.sid, came.status))
        if at is None:
            yield f"{came.sid}: {came.status} was told and never was"
        elif came.at < at or (came.at > at + LATEST and not disturbed):
            yield f"{came.sid}: {came.status} of {at} was told at {came.at}"


def answered(day: Day) -> Iterator[str]:
    """Every answer is of a kind that was provoked."""
    for told in day.answers:
        if told.status not in EXPECTED.get(told.act, (200, 201, 204, 400, 429)):
            if told.status in (0, 429, 500) and day.struck.total():
                continue
            yield f"{told.act} was answered {told.status}: {told.body}"


EXPECTED: Mapping[str, tuple[int, ...]] = {
    "by a service": (201, 429),
    "by a number": (201, 400, 429),
    "ahead": (201, 429),
    "all at once": (201, 429),
    "no body": (400, 429),
    "wrong token": (401,),
    "no such message": (404, 429),
    "too large": (413, 429),
    "list": (200, 429),
    "phone": (201,),
    "cancel": (200, 400, 429),
}
"""What an act may be answered, faults apart."""


def opted_out(day: Day) -> Iterator[str]:
    """Whom a phone has told to stop texts it no more, but for what answers it.

    Who wrote STOP, and when, is what the customer knows, not what the engine kept.
    """
    stops: dict[str, list[Told]] = defaultdict(list)
    for told in day.answers:
        if told.act == "phone" and told.status == 201:
            stops[told.body["from"]].append(told)
    for message in day.messages.values():
        at, sender = message.sending_at, message.sender
        if at is None or sender is None or _automatic(message):
            continue
        names = {sender.address, message.service}
        for stop in stops[message.recipient]:
            scopes = {stop.body["to"], stop.body["messaging_service_sid"]} - {None}
            if names & scopes and at > stop.at + SOON:
                yield f"{message.sid} left at {at}, stopped at {stop.at}"


def _automatic(message: Message) -> bool:
    return message.extras is not None and message.extras.automatic


LAWS: tuple[Callable[[Day], Iterator[str]], ...] = (
    ends,
    transitions,
    created,
    known,
    pace,
    callbacks,
    punctual,
    answered,
    opted_out,
)


def breaches(day: Day) -> list[str]:
    """Return each breach of a law, under the law's name."""
    return [f"{law.__name__}: {line}" for law in LAWS for line in law(day)]


def by_message(day: Day) -> dict[str, list[str]]:
    """Return the statuses of each message, from the one its answer gave."""
    statuses = {sid: [first] for sid, first in day.texted.items()}
    for change in day.changes:
        statuses.setdefault(change.sid, []).append(change.status)
    return statuses


def edges(day: Day) -> Counter[tuple[str, str]]:
    """Count how often a message went from one status to another."""
    counted = Counter(
        pair for statuses in by_message(day).values() for pair in pairwise(statuses)
    )
    counted[MessageStatus.RECEIVING, MessageStatus.RECEIVED] = day.received
    for moved, times in day.suspended.items():
        before, _, after = moved.partition(" to ")
        counted[before, after] += times
    return counted
