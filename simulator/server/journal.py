"""The journal: what became of every message, as JSON Lines, while the server runs.

For whoever started the server in a process of its own and wants to know afterwards.
Each line is an object with a `kind`; instants are simulated seconds from the start of
the run, null where they have not come:

- `start`, the first: which run it is;
- `notification`: one that was fanned out, or a bulk operation, its messages in the
  order of its recipients;
- `message`: one at its end or, just before the last line, one that is still open.  None
  is of what came in, or of Twilio's own replies to keywords;
- `callback`: one that is done with, posted or not;
- `opt_out`: one that a word has led to, taken back or not; `inbound`: how much came in
  and was replied, where anything was.  Both stand just before the last line;
- `reset`: the server was begun anew, and another `start` follows;
- `end`, the last: the file is whole.  It counts what was open when the server stopped.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager
from logging import getLogger
from math import inf
from typing import IO, TYPE_CHECKING, Any

import orjson

from simulator.engine.events import NotificationFannedOut, OperationBegun, StatusChanged
from simulator.engine.messages import Direction
from simulator.engine.prices import price
from simulator.server.tokens import OWNER_ALONE
from sms.statuses import TERMINAL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulator.engine.events import Event
    from simulator.engine.messages import Message
    from simulator.engine.optouts import OptOut
    from simulator.engine.profile import Profile
    from simulator.server.dispatcher import CallbackPosted
    from simulator.server.running import Running
    from simulator.server.stage import Stage
    from sms.units import Seconds

FORMAT = 1
"""Counted up when a line's meaning changes; new keys leave it."""

FLUSH: Seconds = 0.5
"""Real seconds that a line waits at most until it is written."""

MOST_KEPT = 10_000
"""Lines that are kept until then; one more and all are written at once."""

_log = getLogger(__name__)


@contextmanager
def keeping(path: Path | None, server: Running) -> Iterator[None]:
    """Keep a server's journal within a `with` block, None being none.

    What was in the file is gone.  The block is to end once the server has stopped.

    Raises:
        OSError: the file cannot be written to.
    """
    if path is None:
        yield
        return
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ALONE)
    with os.fdopen(handle, "wb", buffering=0) as file:
        os.fchmod(handle, OWNER_ALONE)
        journal = Journal(server, file)
        journal.start()
        server.observe_resets(journal.begin_again)
        try:
            yield
        finally:
            journal.finish()


class Journal:
    """Writes down what ends, in batches and never in a request's time.

    Nothing is kept of a message: its line is made when it ends, and those still open
    are found in the gateway when the server stops.  Where a batch cannot be written the
    log says so, once, and the file gets no last line.
    """

    def __init__(self, server: Running, file: IO[bytes]) -> None:
        self._server = server
        self._stage = server.stage
        self._file: IO[bytes] | None = file
        self._lines: list[bytes] = []
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Write the first line, at once, and follow what happens.

        Raises:
            OSError: the file cannot be written to.
        """
        assert self._file is not None, "nothing has failed yet"
        _write(self._file, orjson.dumps(self._first_line(), option=_LINE))
        self._follow()

    def begin_again(self, before: Stage) -> None:
        """Write what a reset has ended, that it was one, and a first line again."""
        stopped_at = before.clock.now()
        self._leave(stopped_at)
        self._add({"kind": "reset", "stopped_at": stopped_at})
        self._add(self._first_line())
        self._follow()

    def _first_line(self) -> dict[str, Any]:
        gateway = self._server.gateway
        return {
            "kind": "start",
            "format": FORMAT,
            "profile": gateway.profile.name,
            "seed": gateway.seed,
            "speed": self._server.clock.speed,
            "start_at": self._server.api.dates.started_at.isoformat(),
            "account_sid": gateway.world.account_sid,
        }

    def _follow(self) -> None:
        self._stage = self._server.stage
        self._stage.pump.add_observer(self.take)
        self._stage.dispatcher.add_observer(self.note)

    def take(self, event: Event) -> None:
        """Write down an event, if it is a message's end or a fan-out."""
        if isinstance(event, StatusChanged):
            if event.status in TERMINAL:
                self._add_message(event.message)
            return
        if isinstance(event, NotificationFannedOut | OperationBegun):
            self._add(fanned_out_line(event))

    def note(self, callback: CallbackPosted) -> None:
        """Write down a callback that is done with."""
        self._add(callback_line(callback))

    def finish(self) -> None:
        """Write what is left: ends not told of yet, open messages, the last line."""
        stopped_at = self._stage.clock.now()
        still_open = self._leave(stopped_at)
        self._add(
            {
                "kind": "end",
                "stopped_at": stopped_at,
                "open_messages": still_open,
                "open_callbacks": self._stage.dispatcher.left,
            }
        )
        self._flush()
        if self._timer is not None:
            self._timer.cancel()

    def _leave(self, stopped_at: Seconds) -> int:
        """Write what is left of a stage, and return how many messages are open."""
        gateway = self._stage.gateway
        for event in gateway.advance(stopped_at):
            self.take(event)
        still_open = 0
        for message in gateway.messages.values():
            if message.status not in TERMINAL:
                still_open += self._add_message(message)
        for one in gateway.opt_outs.facts():
            if one.word:
                self._add(opt_out_line(one))
        if gateway.conversation():
            self._add({"kind": "inbound", **gateway.conversation()._asdict()})
        return still_open

    def _add_message(self, message: Message) -> bool:
        """Write a message down if it is to be, and say whether it is."""
        told = not _aside(message)
        if told:
            self._add(message_line(message, self._stage.gateway.profile))
        return told

    def _add(self, line: dict[str, Any]) -> None:
        self._lines.append(orjson.dumps(line, option=_LINE))
        if len(self._lines) > MOST_KEPT:
            self._flush()
        elif self._timer is None:
            self._timer = self._loop.call_later(FLUSH, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._flush()

    def _flush(self) -> None:
        """Write what has come together, unless an earlier batch could not be."""
        lines, self._lines = self._lines, []
        if self._file is None:
            return
        try:
            _write(self._file, b"".join(lines))
        except OSError as error:
            _log.error("the journal is cut off: %s", error.strerror)
            self._file = None


_LINE = orjson.OPT_APPEND_NEWLINE


def _write(file: IO[bytes], data: bytes) -> None:
    """Write all of it: a file without a buffer may take a part at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _aside(message: Message) -> bool:
    """Say whether a message is none that anybody asked to send."""
    extras = message.extras
    return message.direction is Direction.INBOUND or (
        extras is not None and extras.automatic
    )


def fanned_out_line(event: NotificationFannedOut | OperationBegun) -> dict[str, Any]:
    """Return the line of a notification or an operation that has become messages."""
    sid = (
        event.operation.id
        if isinstance(event, OperationBegun)
        else event.notification.sid
    )
    return {
        "kind": "notification",
        "sid": sid,
        "fanned_out_at": event.at,
        "messages": [message.sid for message in event.messages],
    }


def callback_line(callback: CallbackPosted) -> dict[str, Any]:
    """Return the line of a callback that is done with."""
    return {
        "kind": "callback",
        "sid": callback.sid,
        "status": callback.status,
        "error_code": callback.error_code,
        "due_at": callback.due_at,
        "attempts": callback.attempts,
        "received_at": callback.received_at,
        "http_status": callback.http_status,
        "problem": callback.problem.encode(errors="replace").decode(),
        "fault": callback.fault or None,
    }


def message_line(message: Message, profile: Profile) -> dict[str, Any]:
    """Return the line of a message as it stands, with the price it comes to."""
    sender, first = message.sender, message.first_leg
    return {
        "kind": "message",
        "sid": message.sid,
        "recipient": message.recipient,
        "country": message.country,
        "sender": sender.address if sender else None,
        "sender_type": sender.type if sender else None,
        "service": message.service,
        "segments": message.segments,
        "encoding": message.encoding,
        "status": message.status,
        "error_code": message.error_code,
        "created_at": message.created_at,
        "queued_at": message.queued_at,
        "sending_at": message.sending_at,
        "sent_at": message.sent_at,
        "ended_at": message.ended_at,
        "direction": message.direction,
        "price": price(message, profile, inf),
        "first_sender": first and first.sender.address,
        "first_error_code": first and first.error_code,
        "first_sent_at": first and first.sent_at,
    }


def opt_out_line(opt_out: OptOut) -> dict[str, Any]:
    """Return the line of an opt-out."""
    return {
        "kind": "opt_out",
        "recipient": opt_out.recipient,
        "country": opt_out.country,
        "word": opt_out.word,
        "sender": opt_out.sender,
        "service": opt_out.service,
        "opted_out_at": opt_out.at,
        "undone_at": opt_out.undone_at,
    }
