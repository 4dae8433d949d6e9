"""The way of a message from its acceptance to its end, one step at a time.

Every step is an action of the agenda and is taken at its own instant, so that looking
more often changes nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from simulator.engine.agenda import Action, Agenda
from simulator.engine.departures import Departures
from simulator.engine.events import Event, StatusChanged
from simulator.engine.faults import Faults, Stage, about_message
from simulator.engine.messages import Leg
from simulator.engine.senders import SenderType
from simulator.engine.services import NORTH_AMERICA
from simulator.engine.turns import Turns
from sms import errors
from sms.addresses import area_code
from sms.errors import ApiError
from sms.statuses import TRANSITIONS, MessageStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.engine.carriers import Carrier
    from simulator.engine.controls import Controls
    from simulator.engine.messages import Message
    from simulator.engine.optouts import OptOuts
    from simulator.engine.profile import Profile
    from simulator.engine.registers import Register
    from simulator.engine.seats import Seat
    from simulator.engine.senders import Sender
    from simulator.engine.services import MessagingService
    from sms.units import Seconds

SCHEDULED = MessageStatus.SCHEDULED
ACCEPTED, QUEUED = MessageStatus.ACCEPTED, MessageStatus.QUEUED
SENDING, SENT, FAILED = MessageStatus.SENDING, MessageStatus.SENT, MessageStatus.FAILED
DELIVERED, UNDELIVERED = MessageStatus.DELIVERED, MessageStatus.UNDELIVERED
RECEIVING, RECEIVED = MessageStatus.RECEIVING, MessageStatus.RECEIVED


FALLING_BACK = frozenset(
    {
        errors.UNREACHABLE_HANDSET.code,
        errors.UNKNOWN_HANDSET.code,
        errors.LANDLINE.code,
        errors.UNKNOWN_ERROR.code,
    }
)
"""Reasons of a carrier's or handset's for which a message may go out again.

Not where it was filtered or its recipient has opted out.  Which they are [unverified].
"""


class Journeys:
    """All messages under way, and what has happened to them since one last asked.

    `counts` says how many messages stand in each status, `errors` how many have ended
    by each error code.

    Where nobody has `watched` them the same steps are taken, each with its own instant,
    but all at once: the messages run ahead of the clock and tell nothing on the way.
    Only what a later message may feel, the room that an expired one gives back, waits
    for its time.  Every step does, though nobody watches, where deliveries are told of,
    as phones may answer STOP to them, and with `controls`, by which messages feel each
    other.
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
        self._over: Callable[[Message], None] | None = None
        self._later = self.agenda.add if watched else _at_once
        self._delivered: Callable[[Message, Seconds], None] | None = None
        self._controls: Controls | None = None
        self._turns: Turns | None = None
        self._faults = Faults()
        self._departures = Departures(self._faults, services, {})
        self.counts = dict.fromkeys(MessageStatus, 0)
        self.errors: Counter[int] = Counter()
        self.happened: list[Event] = []
        self._expiry_code = profile.expiry_code
        self._falls_back = profile.fallback_to_long_code
        self._carrier = carrier
        self._services = services
        self._opt_outs = opt_outs
        self._register = register

    def obey(self, controls: Controls) -> None:
        """Have what binds messages together bind them, each step in order of time."""
        self._later = self.agenda.add
        self._controls = controls
        if controls.waits:
            gate, law = controls.gate, controls.law
            self._turns = Turns(self.agenda, self, gate=gate, law=law)

    def suffer(self, faults: Faults, departures: Departures) -> None:
        """Have faults on order strike what is on its way."""
        self._faults = faults
        self._departures = departures

    def tell_of_deliveries(self, delivered: Callable[[Message, Seconds], None]) -> None:
        """Tell of each delivery when it comes, and take each step in order of time."""
        self._later = self.agenda.add
        self._delivered = delivered

    def tell_of_ends(self, over: Callable[[Message], None]) -> None:
        """Tell of each message once nothing more will become of it."""
        self._over = over

    def begin(self, message: Message, seat: Seat | None) -> None:
        """Send a new message on its way, at the instant of its creation.

        With a seat it is `queued` there, without one `accepted`: its service chooses.
        One that is scheduled waits for its time, watched or not.
        """
        self.counts[message.status] += 1
        extras = message.extras
        if extras is not None and extras.send_at is not None:
            self.agenda.add(extras.send_at, self._release, (message, seat))
        elif seat is None:
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
        if error_code is not None:
            self.errors[error_code] += 1
        if message.extras is not None and message.extras.discard:
            message.body = ""
        self._change(message, status, at)
        if self._over is not None:
            self._over(message)

    def receive(self, message: Message, at: Seconds) -> None:
        """Bring a message that a phone has written to its end: it is received."""
        assert message.status is RECEIVING, f"{message.sid} comes in"
        self.counts[RECEIVING] -= 1
        self.counts[RECEIVED] += 1
        message.status = RECEIVED
        message.updated_at = message.sent_at = message.ended_at = at
        if self._over is not None:
            self._over(message)

    def _release(self, waiting: tuple[Message, Seat | None], at: Seconds) -> None:
        """Accept a scheduled message now that its time has come, and route it."""
        message, seat = waiting
        if message.status is SCHEDULED:
            self._change(message, ACCEPTED, at)
            self._route(message, at, seat)

    def _route(self, message: Message, at: Seconds, named: Seat | None = None) -> None:
        """Queue an accepted message at the seat it has named, or at one chosen now."""
        try:
            seat = self._choose(message, at, named)
        except ApiError as failure:
            self.end(message, FAILED, at, failure.error.code)
            return
        message.sender = seat.sender
        message.queued_at = at
        if message.ordinal or message.extras is not None:
            service = self._services[message.service or ""]
            self._register.note(message, sticky=service.settings.sticky_sender)
        self._change(message, QUEUED, at)
        self._depart((message, seat), at)

    def _choose(self, message: Message, at: Seconds, named: Seat | None) -> Seat:
        """Return the seat a message takes.

        Raises:
            ApiError: its service is gone, has nobody for this recipient or no room for
                more, or the recipient has opted out.
        """
        if self._faults.rules:
            self._departures.apply(at)
        service = self._services.get(message.service or "")
        if service is None:
            raise ApiError(errors.NO_SUCH_SERVICE, service=message.service)
        recipient, settings = message.recipient, service.settings
        if self._opt_outs.holds(recipient, settings.sid) and not _automatic(message):
            raise ApiError(errors.OPTED_OUT)
        if message.country not in NORTH_AMERICA and message.is_mms:
            raise ApiError(errors.NO_SENDER_ABLE)
        if named is not None and named.sender.sid not in service.pool:
            raise ApiError(errors.NO_SENDER_ABLE)
        seat = named or service.choose(
            message.country,
            area_code(recipient),
            self._register.last_before(message) if settings.sticky_sender else None,
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
        if message.extras is not None and message.extras.failure is not None:
            self.end(message, FAILED, at, message.extras.failure)
            return
        if seat.barred is not None:
            self.end(message, FAILED, at, seat.barred)
            return
        if self._faults.rules and self._unregistered(message, seat, at):
            self._fail(message, errors.UNREGISTERED.code, at)
            return
        if self._turns is not None:
            self._turns.join(message, seat, at)
            return
        queue = seat.queue
        seat.tally.taken += 1
        service_time = message.segments / seat.mps
        if seat.mms:
            service_time = seat.service_time(message)
        starts_at = queue.enqueue(service_time, message.expires_at, at)
        if starts_at is None:
            room = (seat, message, service_time)
            self.agenda.add(message.expires_at, self._expire, room)
        else:
            self._later(starts_at, self._start, taken)
            self._later(starts_at + service_time, self._leave, message)

    def _unregistered(self, message: Message, seat: Seat, at: Seconds) -> bool:
        """Say whether a fault has taken from a sender the registration it needs here.

        Source: https://www.twilio.com/docs/api/errors/30032 to 30035 (2025-02).
        """
        sender = seat.sender
        if sender.type is not SenderType.LONG_CODE:
            return False
        if not sender.country == message.country == "US":
            return False
        about = about_message(message)._replace(sender=sender.address)
        return self._faults.strike(Stage.SENDER, about, at) is not None

    # What a turn leads to, in a world with controls

    def go(self, message: Message, seat: Seat, at: Seconds) -> None:
        """Send a message once the time has come: its turn is known."""
        self._later(at, self._start, (message, seat))
        self._later(at + seat.service_time(message), self._leave, message)

    def give_up(self, message: Message, at: Seconds) -> None:
        """Fail a message that has waited too long for its turn."""
        self._fail(message, self._expiry_code, at)

    def refuse(self, message: Message, error_code: int, at: Seconds) -> None:
        """Fail a message that may not be sent now."""
        self._fail(message, error_code, at)

    def _fail(self, message: Message, error_code: int, at: Seconds) -> None:
        """End a message that cannot go; one that went out before as it failed then."""
        leg = message.first_leg
        if message.ended_at is not None:
            return
        if leg is None:
            self.end(message, FAILED, at, error_code)
        else:
            self.end(message, UNDELIVERED, at, leg.error_code)

    def _expire(self, room: tuple[Seat, Message, Seconds], at: Seconds) -> None:
        """Fail a message that has waited too long."""
        seat, message, service_time = room
        seat.queue.expire(service_time)
        seat.tally.left += 1
        self.give_up(message, at)

    def _start(self, taken: tuple[Message, Seat], at: Seconds) -> None:
        """Begin to send a message: its turn has come."""
        message, seat = taken
        seat.tally.left += 1
        if message.ended_at is not None:
            return  # its account was suspended while it waited
        if message.recipient in self._opt_outs.stopped and self._opted_out(
            message, seat
        ):
            self._fail(message, errors.OPTED_OUT.code, at)
            return
        message.sending_at = at
        if message.extras is None or message.first_leg is None:
            self._change(message, SENDING, at)

    def _opted_out(self, message: Message, seat: Seat) -> bool:
        """Say whether a recipient has opted out since the message was taken.

        Replies to keywords go out all the same.  That what has been queued is looked at
        again when its turn comes [unverified].

        Source: https://help.twilio.com/articles/223134027 (read 2026-11-23).
        """
        if _automatic(message):
            return False
        scopes = message.service, seat.sender.address, self.scope_of(seat.sender)
        return self._opt_outs.holds(message.recipient, *scopes)

    def _leave(self, message: Message, at: Seconds) -> None:
        """Hand a message to the carrier: its last segment has left."""
        if message.ended_at is not None:
            return
        if message.status is SENDING:
            self._change(message, SENT, at)
        message.sent_at = at
        verdict = None
        if self._controls is not None:
            verdict = self._controls.verdict(message, at)
        if self._opt_outs.network and self._blocked(message):
            verdict = errors.BLOCKED.code
        receipt = self._carrier.receive(message, verdict)
        if receipt is None:
            if self._over is not None:
                self._over(message)
        else:
            delay, error_code = receipt
            open_ended = (
                error_code is not None
                and self._falls_back
                and error_code in FALLING_BACK
                and message.sender is not None
                and message.sender.type is SenderType.SHORT_CODE
            )
            later = self.agenda.add if open_ended else self._later
            later(at + delay, self._conclude, (message, error_code))

    def _conclude(self, receipt: tuple[Message, int | None], at: Seconds) -> None:
        """End a message as its delivery receipt says."""
        message, error_code = receipt
        if (
            error_code is not None
            and self._falls_back
            and error_code in FALLING_BACK
            and self._fall_back(message, error_code, at)
        ):
            return
        status = DELIVERED if error_code is None else UNDELIVERED
        self.end(message, status, at, error_code)
        if self._delivered is not None and status is DELIVERED:
            self._delivered(message, at)

    def _fall_back(self, message: Message, error_code: int, at: Seconds) -> bool:
        """Send what a short code could not deliver by a long code; say whether it goes.

        It stays `sent`, waits its turn in the long code's queue, and is left as it is
        where there is no long code, no room, or not time enough.
        """
        sender, sent_at = message.sender, message.sent_at
        service = self._services.get(message.service or "")
        if message.first_leg or not (sender and service and sent_at is not None):
            return False
        if sender.type is not SenderType.SHORT_CODE:
            return False
        area = area_code(message.recipient)
        seat = service.fall_back(message.country, area, at)
        if seat is None or seat.barred is not None or seat.queue.full(at):
            return False
        if max(seat.queue.free_at, at) > message.expires_at:
            return False
        leg = Leg(sender=sender, sent_at=sent_at, error_code=error_code)
        message.leave_again(seat.sender, leg, at)
        self._depart((message, seat), at)
        return True

    def _blocked(self, message: Message) -> bool:
        """Say whether the toll-free network holds back what this sender texts.

        Source: https://www.twilio.com/docs/api/errors/30004 (2025-02).
        """
        sender = message.sender
        return sender is not None and (
            (sender.address, message.recipient) in self._opt_outs.network
        )

    def scope_of(self, sender: Sender) -> str | None:
        """Return the SID of the service whose pool a sender is in, None for none."""
        return next(
            (s for s, one in self._services.items() if sender.sid in one.pool), None
        )

    def tell(self, event: Event) -> None:
        """Note what has happened, where anybody watches."""
        if self._watched:
            self.happened.append(event)

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


def _automatic(message: Message) -> bool:
    return message.extras is not None and message.extras.automatic


def _at_once(at: Seconds, action: Action, subject: Any) -> None:
    """Take a step now that is due at `at`."""
    action(subject, at)
