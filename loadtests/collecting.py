"""Collecting: the parts of a load over HTTP put together into one record."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from loadtests.claims import End, TextKey, claim
from loadtests.endings import Endings, endings
from loadtests.evidence import MessageLine, read_evidence
from loadtests.manifests import add_inbound
from loadtests.postings import together
from loadtests.recorder import NO_FIRST, UNSENT, WITHHELD, Besides, total_price
from sms.addresses import country
from sms.errors import OPTED_OUT
from sms.segments import segment
from sms.statuses import TERMINAL, MessageStatus
from sms.timezones import zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from loadtests.claims import Claims
    from loadtests.evidence import CallLine, Evidence, HeardLine, LookLine
    from loadtests.loads import Load
    from loadtests.records import RunRecord
    from loadtests.streams import Stream
    from sender.plans import Text
    from sms.units import Seconds

TAKEN = 204
"""What a worker answers to a callback that it hears."""

_RANKS = {status.value: rank for rank, status in enumerate(MessageStatus)}


def collect(load: Load, folder: Path, record: RunRecord) -> Endings:
    """Fill the record of a load with what its processes left in a folder.

    Instants in it count from when the run began.  The order of the lines, and in which
    worker's part they are, decides nothing.  What the manifest is to say is returned.
    """
    evidence = read_evidence(folder)
    calls = sorted(
        ((part.index, call) for part in evidence.workers for call in part.calls),
        key=lambda pair: (pair[1].started_at, pair[1].stream, pair[0], pair[1][1:3]),
    )
    claims = claim(load, evidence, calls)
    Collector(load, evidence, claims, record).fill(calls)
    together = " + ".join(stream.name for stream in load.streams)
    add_inbound(record.manifest, together, evidence.journal.inbound)
    return endings(load, evidence, claims)


class Collector:
    """Writes the rows of a load's record."""

    def __init__(
        self, load: Load, evidence: Evidence, claims: Claims, record: RunRecord
    ) -> None:
        self._load = load
        self._evidence = evidence
        self._claims = claims
        self._record = record
        self._zero = evidence.began_at
        self._heard: dict[str, list[HeardLine]] = {}
        if evidence.journal.end is None:  # else the journal knows it all, and better
            for line in chain.from_iterable(part.heard for part in evidence.workers):
                if not line.duplicate:
                    self._heard.setdefault(line.sid, []).append(line)

    def fill(self, calls: Iterable[tuple[int, CallLine]]) -> None:
        """Write all tables; `calls` are in order, each with its worker."""
        self._add_calls(calls)
        attempts: dict[tuple[str, int], list[TextKey]] = {}
        for key in sorted(self._claims.ends):
            attempts.setdefault(key[:2], []).append(key)
        for stream in self._load.streams:
            gone = self._opted_out(stream)
            for text in stream.scenario.texts:
                keys = attempts.get((stream.name, text.key), ())
                if not keys or keys[0].attempt:
                    status = WITHHELD if text.recipient in gone else UNSENT
                    self._add_unsent(stream.name, text, status)
                for key in keys:
                    self._add_text(key, text)
        self._add_callbacks()
        self._add_opt_outs()
        for part in self._evidence.workers:
            self._add_looks(f"worker {part.index}", part.looks)

    def _since(self, at: Seconds | None) -> Seconds | None:
        """Return an instant of the server's as one of the run's."""
        return None if at is None else at - self._zero

    def _add_calls(self, calls: Iterable[tuple[int, CallLine]]) -> None:
        """Write the calls, numbered anew in each stream as they were first begun."""
        numbers: dict[str, dict[tuple[int, int], int]] = {}
        since = self._since
        for worker, call in calls:
            of_stream = numbers.setdefault(call.stream, {})
            number = of_stream.setdefault((worker, call.number), len(of_stream))
            started_at = call.started_at
            self._record.calls.append(
                call.stream,
                number,
                call.retries,
                call.operation,
                call.recipients,
                since(_or(call.intended_at, started_at)),
                since(_or(call.due_at, started_at)),
                since(started_at),
                since(call.answered_at),
                call.http_status,
                call.error_code,
                call.in_flight,
            )

    def _add_text(self, key: TextKey, text: Text) -> None:
        """Write what one attempt to send a text has become."""
        end = self._claims.ends[key]
        if end.lost is not None:
            self._add_lost(key, text, end)
            return
        message = self._evidence.journal.messages.get(end.sid or "")
        if message is None:
            message = self._as_heard(end.sid, text)
        submitted_at, besides = self._since(end.begun_at), self._besides(key)
        self._record.messages.append(
            *(key.stream, key.text, key.attempt),
            *message[:9],
            *(self._intended_at(key, text, end), submitted_at),
            *map(self._since, message[9:14]),
            *(total_price([message.price, besides.price]), zone(text.recipient).key),
            *(message.first_sender, message.first_error_code),
            self._since(message.first_sent_at),
            _has_left(message) + besides.left,
        )

    def _add_lost(self, key: TextKey, text: Text, end: End) -> None:
        where, besides = country(text.recipient), self._besides(key)
        self._record.messages.append(
            *(key.stream, key.text, key.attempt, None, text.recipient, where),
            *(None, None, 0, None, *(end.lost or (UNSENT, None))),
            *(self._intended_at(key, text, end), self._since(end.begun_at)),
            *(None, None, None, None, None),
            *(besides.price, zone(text.recipient).key, *NO_FIRST, besides.left),
        )

    def _besides(self, key: TextKey) -> Besides:
        """Return what became of a text that its worker never heard of."""
        messages = self._evidence.journal.messages
        sids = self._claims.unheard.get(key, ())
        unheard = [messages[sid] for sid in sids if sid in messages]
        prices = [message.price for message in unheard]
        return Besides(sum(map(_has_left, unheard)), total_price(prices))

    def _opted_out(self, stream: Stream) -> set[str]:
        """Return whom a stream's texts could not be sent to: they had opted out."""
        messages, texts = self._evidence.journal.messages, stream.scenario.texts
        gone = set()
        for key, end in self._claims.ends.items():
            message = messages.get(end.sid or "")
            code = end.lost[1] if end.lost else message and message.error_code
            if code == OPTED_OUT.code and key.stream == stream.name:
                gone.add(texts[key.text].recipient)
        return gone

    def _add_unsent(self, stream: str, text: Text, status: str) -> None:
        nothing = End(None, lost=(status, None))
        self._add_lost(TextKey(stream, text.key, 0), text, nothing)

    def _intended_at(self, key: TextKey, text: Text, end: End) -> Seconds | None:
        """Return when an attempt was meant: as planned, or as its call says."""
        intended_at = text.due_at
        if key.attempt or self._load.stream(key.stream).scenario.quiet:
            intended_at = self._since(end.call and end.call.intended_at)
        return self._since(end.begun_at) if intended_at is None else intended_at

    def _as_heard(self, sid: str | None, text: Text) -> MessageLine:
        """Return a message that the simulator left no line of, as callbacks told it.

        Of its instants only the end is known; without any callback it was accepted.
        """
        size = segment(text.body)
        status, error_code, received_at = _last_heard(self._heard.get(sid or "", ()))
        return MessageLine(
            sid=sid,
            recipient=text.recipient,
            country=country(text.recipient),
            sender=None,
            sender_type=None,
            segments=size.segments,
            encoding=size.encoding,
            status=status,
            error_code=error_code,
            created_at=None,
            queued_at=None,
            sending_at=None,
            sent_at=None,
            ended_at=received_at if status in TERMINAL else None,
        )

    def _add_callbacks(self) -> None:
        """Write the callbacks as they were posted, and what was heard besides."""
        posted = sorted(
            self._evidence.journal.posted,
            key=lambda line: (line.due_at, line.sid, line.status or ""),
        )
        for line in together(line for line in posted if line.status is not None):
            key = self._claims.texts.get(line.sid)
            if key is not None:
                self._add_callback(key, line[1:])
        known = {(line.sid, line.status) for line in posted}
        for heard in sorted(
            chain.from_iterable(self._heard.values()), key=_heard_order
        ):
            key = self._claims.texts.get(heard.sid)
            if key is not None and (heard.sid, heard.status) not in known:
                self._add_callback(key, _as_posted(heard))

    def _add_callback(self, key: TextKey, told: Sequence[Any]) -> None:
        status, error_code, due_at, attempts, received_at, http_status = told
        self._record.callbacks.append(
            *key,
            status,
            error_code,
            self._since(due_at),
            attempts,
            self._since(received_at),
            http_status,
        )

    def _add_opt_outs(self) -> None:
        """Write down who opted out, with the stream that texted them last."""
        opt_outs, streams = self._evidence.journal.opt_outs, self._load.streams
        if not opt_outs:
            return
        gone = {one.recipient for one in opt_outs}
        last = {
            text.recipient: stream.name
            for stream in streams
            for text in stream.scenario.texts
            if text.recipient in gone
        }
        for one in opt_outs:
            *about, at, undone_at = one
            self._record.opt_outs.append(
                last.get(one.recipient, streams[0].name),
                *about,
                self._since(at),
                self._since(undone_at),
            )

    def _add_looks(self, worker: str, looks: Iterable[LookLine]) -> None:
        for at, cpu, lag_ms, in_flight in looks:
            self._record.generator.append(
                worker, self._since(at), cpu, lag_ms, in_flight
            )


_LEFT = frozenset(
    {MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.UNDELIVERED}
)


def _has_left(message: MessageLine) -> bool:
    """Say whether a message has left a sender; of one only heard of, by its status."""
    instants = message.sent_at, message.first_sent_at
    return message.status in _LEFT or any(at is not None for at in instants)


def _as_posted(heard: HeardLine) -> tuple[Any, ...]:
    """Return what the simulator would have noted of a callback that was heard."""
    return heard.status, heard.error_code, None, 1, heard.received_at, TAKEN


def _heard_order(line: HeardLine) -> tuple[Seconds, str, str]:
    return line.received_at, line.sid, line.status


def _last_heard(
    heard: Iterable[HeardLine],
) -> tuple[str, int | None, Seconds | None]:
    """Return the furthest status that was heard of, its code, and when it came."""
    last = max(heard, key=lambda line: _RANKS.get(line.status, 0), default=None)
    if last is None:
        return MessageStatus.ACCEPTED, None, None
    return last.status, last.error_code, last.received_at


def _or(instant: Seconds | None, otherwise: Seconds) -> Seconds:
    return otherwise if instant is None else instant
