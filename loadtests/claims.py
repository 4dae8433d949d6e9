"""Claims: which message of the simulator's is which text of a load.

A worker notes the name of each message with the answer that told it.  Where it was
killed before, a callback may have told it to another line; else the recipient does.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from loadtests.recorder import AMBIGUOUS, REFUSED
from sender.plans import Operation
from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from loadtests.evidence import CallLine, Evidence, Journal, MessageLine
    from loadtests.loads import Load
    from loadtests.recorder import Lost
    from sms.units import Seconds

SKEW: Seconds = 0.1
"""Real seconds that a worker's clock and the simulator's may differ by."""

_FAILED = frozenset({MessageStatus.FAILED, MessageStatus.UNDELIVERED})


class TextKey(NamedTuple):
    """One attempt to send a text: its stream's name, its key, and which attempt."""

    stream: str
    text: int
    attempt: int


class Candidate(NamedTuple):
    """An attempt that a message may be, and the server's instant it was due at."""

    due_at: Seconds
    key: TextKey


class End(NamedTuple):
    """What a text has become: a message by its SID, or nothing for a reason, `lost`.

    Both are None where it was accepted and nobody knows the name.  `call` is the one
    that was answered last, None where no answer was noted.
    """

    call: CallLine | None
    begun_at: Seconds | None = None
    sid: str | None = None
    lost: Lost | None = None


@dataclass(slots=True)
class Claims:
    """Each attempt's end, and the attempt behind each message.

    `heard` and `matched` count the messages without a noted answer whose text was known
    by a callback, or by the recipient; `strange` those that are no text's.  `unheard`
    are messages of texts that have another end: whoever sent them had no answer.
    """

    ends: dict[TextKey, End] = field(default_factory=dict)
    texts: dict[str, TextKey] = field(default_factory=dict)
    unheard: dict[TextKey, list[str]] = field(default_factory=dict)
    heard: int = 0
    matched: int = 0
    strange: int = 0

    def add(self, key: TextKey, end: End) -> None:
        """Note what a text has become."""
        self.ends[key] = end
        if end.sid is not None:
            self.texts[end.sid] = key

    def hear(self, key: TextKey, sid: str) -> None:
        """Note that a text with an end of its own had this message besides."""
        self.unheard.setdefault(key, []).append(sid)


def claim(
    load: Load, evidence: Evidence, calls: Iterable[tuple[int, CallLine]]
) -> Claims:
    """Return what has become of each text; `calls` are in order, with their workers."""
    claims = Claims()
    told = _told(evidence)
    named = {key: sid for sid, key in told.items()}
    begun_at: dict[tuple[str, int, int], Seconds] = {}
    for worker, call in calls:
        begun = begun_at.setdefault((call.stream, worker, call.number), call.started_at)
        if call.final:
            for key, end in _ends(call, begun, evidence.journal, named):
                claims.add(key, end)
    _claim_by_callback(claims, told)
    _claim_by_recipient(claims, load, evidence, told)
    return claims


def _told(evidence: Evidence) -> dict[str, TextKey]:
    """Return which attempt each message is, by the callbacks that workers heard."""
    return {
        line.sid: TextKey(line.stream, line.text, line.attempt or 0)
        for part in evidence.workers
        for line in part.heard
        if line.text is not None
    }


def _ends(
    call: CallLine,
    begun_at: Seconds,
    journal: Journal,
    named: Mapping[TextKey, str],
) -> Iterator[tuple[TextKey, End]]:
    """Yield what has become of each text of a call that was made for the last time."""
    keys = [TextKey(call.stream, key, attempt) for key, attempt in call.texts]
    if call.sid is None:
        refused = 400 <= call.http_status < 500
        lost = REFUSED if refused else AMBIGUOUS, call.error_code
        yield from ((key, End(call, begun_at, lost=lost)) for key in keys)
        return
    sids: Iterable[str | None]
    if call.operation == Operation.CREATE_MESSAGE:
        sids = [call.sid]
    else:
        sids = journal.fan_outs.get(call.sid) or map(named.get, keys)
    for key, sid in zip(keys, sids, strict=True):
        yield key, End(call, begun_at, sid)


def _claim_by_callback(claims: Claims, told: Mapping[str, TextKey]) -> None:
    """Give texts that have no end the message of which a callback has told."""
    for sid, key in told.items():
        if key not in claims.ends:
            claims.add(key, End(None, sid=sid))
            claims.heard += 1
        elif claims.ends[key].sid != sid:
            claims.hear(key, sid)


def _claim_by_recipient(
    claims: Claims, load: Load, evidence: Evidence, told: Mapping[str, TextKey]
) -> None:
    """Give messages that nobody claims to texts that nothing was noted of."""
    unclaimed = [
        message
        for sid, message in evidence.journal.messages.items()
        if sid not in claims.texts and sid not in told
    ]
    if not unclaimed:
        return
    unclaimed.sort(key=lambda message: (message.created_at or 0.0, message.sid))
    recipients = frozenset(message.recipient for message in unclaimed)
    waiting = _waiting(claims, load, evidence, recipients)
    unsure = _unsure(claims, load, frozenset(told.values()))
    for message in unclaimed:
        _match(message, claims, waiting, unsure)


def _match(
    message: MessageLine,
    claims: Claims,
    waiting: Mapping[str, deque[Candidate]],
    unsure: Mapping[str, deque[TextKey]],
) -> None:
    recipient, candidates = message.recipient, waiting[message.recipient]
    if candidates and candidates[0].due_at <= (message.created_at or 0.0):
        claims.add(candidates.popleft().key, End(None, sid=message.sid))
        claims.matched += 1
    elif unsure[recipient]:  # its text has an end: the sender never knew, so it stays
        claims.hear(unsure[recipient].popleft(), message.sid or "")
    else:
        claims.strange += 1


def _waiting(
    claims: Claims, load: Load, evidence: Evidence, recipients: frozenset[str]
) -> Mapping[str, deque[Candidate]]:
    """Return the attempts without an end that workers may have made unnoted.

    They stand by recipient, first attempts first, and these as they were due.
    """
    cut_off = _cut_off(evidence)
    earliest = evidence.began_at - SKEW * load.speed
    found = [
        (text.recipient, Candidate(earliest + (text.due_at or 0.0), key))
        for stream in load.streams
        for text in stream.scenario.texts
        if text.recipient in recipients
        and cut_off(text.key)
        and (key := TextKey(stream.name, text.key, 0)) not in claims.ends
    ]
    waiting: defaultdict[str, deque[Candidate]] = defaultdict(deque)
    for recipient, candidate in sorted(found, key=itemgetter(1)):
        waiting[recipient].append(candidate)
    for key in sorted(key for key in claims.ends if cut_off(key.text)):
        message = evidence.journal.messages.get(claims.ends[key].sid or "")
        if message is not None:
            waiting[message.recipient].extend(_next(key, message, claims, load))
    return waiting


def _cut_off(evidence: Evidence) -> Callable[[int], bool]:
    """Return what says of a text's key whether a call of it may be unnoted.

    So it is where its worker was cut off: they share all texts in turn.
    """
    cut_off, workers = evidence.cut_off, evidence.expected
    return lambda key: not workers or key % workers in cut_off


def _next(
    key: TextKey, message: MessageLine, claims: Claims, load: Load
) -> Iterator[Candidate]:
    """Yield the re-delivery of a failed message, if there may have been one."""
    again = key._replace(attempt=key.attempt + 1)
    scenario = load.stream(key.stream).scenario
    allowed = again.attempt <= scenario.redeliver or scenario.quiet is not None
    may_be = message.status in _FAILED and allowed
    if may_be and again not in claims.ends:
        yield Candidate(message.ended_at or 0.0, again)


def _unsure(
    claims: Claims, load: Load, heard: frozenset[TextKey]
) -> Mapping[str, deque[TextKey]]:
    """Return the ambiguous texts, of which nothing was heard, by their recipients."""
    texts = {stream.name: stream.scenario.texts for stream in load.streams}
    unsure: defaultdict[str, deque[TextKey]] = defaultdict(deque)
    for key, end in claims.ends.items():
        if end.lost is not None and end.lost[0] == AMBIGUOUS and key not in heard:
            unsure[texts[key.stream][key.text].recipient].append(key)
    return unsure
