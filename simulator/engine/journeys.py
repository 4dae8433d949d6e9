"""The way of a message from its acceptance to its end, one step at a time.

Every step is an action of the agenda and is taken at its own instant, so that looking
more often changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.engine.agenda import Action, Agenda
from simulator.engine.events import Event, StatusChanged
from simulator.engine.services import NORTH_AMERICA
from sms import errors
from sms.addresses import area_code
from sms.errors import ApiError
from sms.statuses import TRANSITIONS, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.engine.carriers import Carrier
    from simulator.engine.messages import Message
    from simulator.engine.optouts import OptOuts
    from simulator.engine.profile import Profile
    from simulator.engine.registers import Register
    from simulator.engine.seats import Seat
    from simulator.engine.services import MessagingService
    from sms.units import Seconds

ACCEPTED, QUEUED = MessageStatus.ACCEPTED, MessageStatus.QUEUED
SENDING, SENT, FAILED = MessageStatus.SENDING, MessageStatus.SENT, MessageStatus.FAILED
DELIVERED, UNDELIVERED = MessageStatus.DELIVERED, MessageStatus.UNDELIVERED


class Journeys:
    """All messages under way, and what has happened to them since one last asked.

    `counts` says how many messages stand in each status.

    Where nobody has `watched` them the same steps are taken, each with its own instant,
    but all at once: the messages run ahead of the clock and tell nothing on the way.
    Only what a later message may feel, the room that an expired one gives back, waits
    for its time.
    """

    def __init__(
        self,
        profile: Profile,
        carrier: Carrier,
        services: Mapping[str, MessagingService],
        opt_outs: OptOuts,
        register: Register,
        *,
        watched: bool,
    ) -> None:
        self.agenda = Agenda()
        self._watched = watched
        self._later = self.agenda.add if watched else _at_once
        self.counts = dict.fromkeys(MessageStatus, 0)
        self.happened: list[Event] = []
        self._expiry_code = profile.expiry_code
        self._carrier = carrier
        self._services = services
        self._opt_outs = opt_outs
        self._register = register

    def begin(self, message: Message, seat: Seat | None) -> None:
        """Send a new message on its way, at the instant of its creation.

        With a seat it is `queued` there, without one `accepted`: its service chooses.
        """
        self.counts[message.status] += 1
        if seat is None:
            self._later(message.created_at, self._route, message)
        else:
            self._later(message.created_at, self._depart, (message, seat))

    def end(
        self,
        message: Message,
        status: MessageStatus,
        at: Seconds,
        error_code: int | None = None,
    ) -> None:
        """Bring a message to its last status."""
        message.ended_at = at
        message.error_code = error_code
        self._change(message, status, at)

    def _route(self, message: Message, at: Seconds) -> None:
        """Choose a sender for an accepted message and queue it there."""
        if message.status is not ACCEPTED:
            return
        try:
            seat = self._choose(message, at)
        except ApiError as failure:
            self.end(message, FAILED, at, failure.error.code)
            return
        message.sender = seat.sender
        message.queued_at = at
        self._register.note(message)
        self._change(message, QUEUED, at)
        self._depart((message, seat), at)

    def _choose(self, message: Message, at: Seconds) -> Seat:
        """Return the seat a message takes.

        Raises:
            ApiError: its service is gone, has nobody for this recipient or no room for
                more, or the recipient has opted out.
        """
        service = self._services.get(message.service or "")
        if service is None:
            raise ApiError(errors.NO_SUCH_SERVICE, service=message.service)
        recipient, settings = message.recipient, service.settings
        if self._opt_outs.holds(recipient, settings.sid):
            raise ApiError(errors.OPTED_OUT)
        if message.media_urls and message.country not in NORTH_AMERICA:
            raise ApiError(errors.NO_SENDER_ABLE)
        seat = service.choose(
            message.country,
            area_code(recipient),
            self._register.last_before(message) if settings.sticky_sender else None,
            off_short_codes=settings.fallback_to_long_code
            and self._carrier.recipients.look_up(recipient)[2],
            now=at,
        )
        if seat is None:
            raise ApiError(errors.NO_SENDER_ABLE)
        if seat.queue.full(at):
            raise ApiError(errors.QUEUE_OVERFLOW)
        return seat

    def _depart(self, taken: tuple[Message, Seat], at: Seconds) -> None:
        """Put a queued message into its sender's queue."""
        message, seat = taken
        if not seat.registered:
            self.end(message, FAILED, at, errors.UNREGISTERED.code)
            return
        queue = seat.queue
        seat.tally.taken += 1
        service_time = message.segments / seat.mps
        starts_at = queue.enqueue(service_time, message.expires_at, at)
        if starts_at is None:
            room = (seat, message, service_time)
            self.agenda.add(message.expires_at, self._expire, room)
        else:
            self._later(starts_at, self._start, taken)
            self._later(starts_at + service_time, self._leave, message)

    def _expire(self, room: tuple[Seat, Message, Seconds], at: Seconds) -> None:
        """Fail a message that has waited too long."""
        seat, message, service_time = room
        seat.queue.expire(service_time)
        seat.tally.left += 1
        self.end(message, FAILED, at, self._expiry_code)

    def _start(self, taken: tuple[Message, Seat], at: Seconds) -> None:
        """Begin to send a message: its turn has come."""
        message, seat = taken
        seat.tally.left += 1
        message.sending_at = at
        self._change(message, SENDING, at)

    def _leave(self, message: Message, at: Seconds) -> None:
        """Hand a message to the carrier: its last segment has left."""
        message.sent_at = at
        self._change(message, SENT, at)
        receipt = self._carrier.receive(message)
        if receipt is not None:
            delay, error_code = receipt
            self._later(at + delay, self._conclude, (message, error_code))

    def _conclude(self, receipt: tuple[Message, int | None], at: Seconds) -> None:
        """End a message as its delivery receipt says."""
        message, error_code = receipt
        status = DELIVERED if error_code is None else UNDELIVERED
        self.end(message, status, at, error_code)

    def _change(self, message: Message, status: MessageStatus, at: Seconds) -> None:
        """Move a message to its next status, and note that as an event."""
        before = message.status
        assert status in TRANSITIONS[before], f"{message.sid}: {before} to {status}"
        counts = self.counts
        counts[before] -= 1
        counts[status] += 1
        message.status = status
        message.updated_at = at
        if self._watched:
            event = StatusChanged(at, message, status, message.error_code)
            self.happened.append(event)


def _at_once(at: Seconds, action: Action, subject: Any) -> None:
    """Take a step now that is due at `at`."""
    action(subject, at)
