"""Turns: queues in order of time, for worlds where more than a sender's rate decides.

A queue alone knows when a message's turn comes the moment it joins.  With a gate that
all senders go through, or hours in which nobody may be texted, that shows only when
those before it have gone: so each queue here hands out one turn at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Protocol

from simulator.engine.quiet import Quiet
from sms.errors import QUIET_HOURS

if TYPE_CHECKING:
    from simulator.engine.agenda import Agenda
    from simulator.engine.gates import Gate
    from simulator.engine.messages import Message
    from simulator.engine.queues import SenderQueue
    from simulator.engine.quiet import QuietLaw
    from simulator.engine.seats import Seat
    from sms.units import Seconds


class Stage(Enum):
    """Where a message stands; aside and held, its room is kept.

    Aside it can only expire, held it waits for the end of quiet hours.
    """

    WAITING = auto()
    ASIDE = auto()
    HELD = auto()
    OVER = auto()


@dataclass(slots=True, eq=False)
class Turn:
    """A message that waits; `ordinal` counts those that joined before it."""

    message: Message
    seat: Seat
    service_time: Seconds
    ordinal: int
    stage: Stage = Stage.WAITING
    held_at: Seconds = 0.0


class Line:
    """Those who wait for one queue, first come first, and when that is free again."""

    __slots__ = ("asked", "free_at", "waiting")

    def __init__(self) -> None:
        self.waiting: list[tuple[int, Turn]] = []
        self.free_at: Seconds = 0.0
        self.asked = False


class Steps(Protocol):
    """What a turn leads to."""

    def go(self, message: Message, seat: Seat, at: Seconds) -> None:
        """Begin to send a message at an instant that may be still to come."""

    def give_up(self, message: Message, at: Seconds) -> None:
        """Fail a message that has waited too long."""

    def refuse(self, message: Message, error_code: int, at: Seconds) -> None:
        """Fail a message that may not go."""


class Turns:
    """All lines; each message's way through one ends in one call of `steps`.

    A queue's own figures hold what waits, as they do without lines: the room of what is
    put aside until quiet hours end, or until it expires, is kept and takes no time.
    """

    def __init__(
        self, agenda: Agenda, steps: Steps, *, gate: Gate | None, law: QuietLaw | None
    ) -> None:
        self._agenda = agenda
        self._steps = steps
        self._gate = gate
        self._law = law
        self._lines: dict[SenderQueue, Line] = {}
        self._joined = 0

    def join(self, message: Message, seat: Seat, at: Seconds) -> None:
        """Put a message into its sender's line, unless the law refuses it now."""
        service_time = seat.service_time(message)
        broken = self._law and self._law.broken(message, at, at)
        if broken and broken[0] is Quiet.REFUSE:
            self._steps.refuse(message, QUIET_HOURS.code, at)
            return
        seat.tally.taken += 1
        self._joined += 1
        turn = Turn(message, seat, service_time, self._joined)
        self._agenda.add(message.expires_at, self._expire_last, turn)
        self._enter(turn, at)

    def _enter(self, turn: Turn, at: Seconds) -> None:
        queue = turn.seat.queue
        line = self._lines.get(queue)
        if line is None:
            line = self._lines[queue] = Line()
        turn.stage = Stage.WAITING
        queue.free_at = max(queue.free_at, at) + turn.service_time
        heappush(line.waiting, (turn.ordinal, turn))
        self._ask(line, at)

    def _ask(self, line: Line, at: Seconds) -> None:
        """Have the line served once it is free, if anybody waits."""
        if line.waiting and not line.asked:
            line.asked = True
            self._agenda.add(max(line.free_at, at), self._serve, line)

    def _serve(self, line: Line, at: Seconds) -> None:
        """Give the turn to the first who may go."""
        line.asked = False
        while line.waiting:
            _, turn = heappop(line.waiting)
            if turn.stage is Stage.WAITING and self._try(line, turn, at):
                break
        self._ask(line, at)

    def _try(self, line: Line, turn: Turn, at: Seconds) -> bool:
        """Let a message go as soon as the gate is open; say whether it will."""
        message, service_time = turn.message, turn.service_time
        starts_at = self._gate.opens_at(at) if self._gate else at
        leaves_at = starts_at + service_time
        broken = self._law and self._law.broken(message, starts_at, leaves_at)
        if broken and broken[0] is Quiet.REFUSE:
            self._leave_line(turn)
            turn.seat.queue.free_at -= service_time
            turn.seat.tally.left += 1
            self._steps.refuse(message, QUIET_HOURS.code, at)
            return False
        if starts_at > message.expires_at:
            self._put_aside(turn, Stage.ASIDE)
            return False
        if broken:
            self._put_aside(turn, Stage.HELD)
            turn.held_at = at
            self._agenda.add(broken[1], self._return, turn)
            return False
        if self._gate:
            self._gate.take(message.segments, starts_at)
        self._leave_line(turn)
        line.free_at = leaves_at
        queue = turn.seat.queue
        queue.free_at = queue.free_at + starts_at - at if line.waiting else leaves_at
        self._steps.go(message, turn.seat, starts_at)
        return True

    def _leave_line(self, turn: Turn) -> None:
        turn.stage = Stage.OVER

    def _put_aside(self, turn: Turn, stage: Stage) -> None:
        """Keep a message's room but none of its sender's time."""
        turn.stage = stage
        turn.seat.queue.put_aside(turn.service_time)

    def _return(self, turn: Turn, at: Seconds) -> None:
        """Have a held message wait again, where it stood by its order of joining.

        Its validity has stood still: a night is longer than any [unverified].
        """
        turn.message.validity_period += at - turn.held_at
        self._agenda.add(turn.message.expires_at, self._expire_last, turn)
        turn.seat.queue.expire(turn.service_time)
        self._enter(turn, at)

    def _expire_last(self, turn: Turn, at: Seconds) -> None:
        """Let what is due at this instant go first: a turn that comes now counts."""
        if self._expires(turn, at):
            self._agenda.add(at, self._expire, turn)

    def _expires(self, turn: Turn, at: Seconds) -> bool:
        """Say whether a message's validity is over, which stands still while held."""
        if turn.stage in (Stage.OVER, Stage.HELD):
            return False
        return at >= turn.message.expires_at

    def _expire(self, turn: Turn, at: Seconds) -> None:
        """Fail a message whose turn has not come by now."""
        if not self._expires(turn, at):
            return
        queue = turn.seat.queue
        if turn.stage is Stage.WAITING:
            queue.free_at -= turn.service_time
        else:
            queue.expire(turn.service_time)
        self._leave_line(turn)
        turn.seat.tally.left += 1
        self._steps.give_up(turn.message, at)
