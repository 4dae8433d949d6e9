"""The one face to the physics: submit messages, ask when to come back, come back.

Give it the time and it gives back what has happened.  How often it is asked changes
nothing: every step is taken at its own instant, whenever one looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.answering import Answering
from simulator.engine.archives import Archive
from simulator.engine.carriers import Carrier
from simulator.engine.controls import Controls
from simulator.engine.departures import Departures
from simulator.engine.events import Event, NotificationFannedOut, OperationBegun
from simulator.engine.faults import Faults
from simulator.engine.gates import Gates
from simulator.engine.inbox import Inbox, SelfAnswering
from simulator.engine.journeys import Journeys
from simulator.engine.limits import Concurrency
from simulator.engine.links import with_media_link, with_short_links
from simulator.engine.messages import Draft, Message
from simulator.engine.notifications import Handed, Notification
from simulator.engine.optouts import OptOuts
from simulator.engine.services import NORTH_AMERICA, MessagingService, reaches
from simulator.engine.worlds import ServiceSettings
from sms import errors
from sms.addresses import country
from sms.errors import ApiError
from sms.segments import segment
from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.engine.inbound import Inbound
    from simulator.engine.operations import Operation
    from simulator.engine.profile import Profile
    from simulator.engine.seats import Seat
    from simulator.engine.senders import Sender
    from simulator.engine.worlds import World
    from sms.units import Seconds


class Gateway(Archive):
    """One account's Twilio: what it owns, what it has taken, what is under way.

    `limits` counts the requests in flight.  Where it is not `watched`, messages run
    ahead of the clock and `advance` tells no change of status: right for whoever reads
    what became of them in the end.  `faults` go wrong on order.  `gates` know the date
    of the run's start; a subaccount is given those of its parent.  `retain` wants one
    that is `watched`.
    """

    def __init__(
        self,
        world: World,
        profile: Profile,
        *,
        seed: int,
        watched: bool = True,
        gates: Gates | None = None,
        retain: Seconds | None = None,
    ) -> None:
        names = f"{seed}|{world.account_sid}"
        super().__init__(world, profile, names=names, retain=retain)
        self.seed = seed
        self.limits = Concurrency(profile.concurrency)
        self.opt_outs = OptOuts(world.opted_out)
        self.templates = {t.sid: t for t in world.templates}
        self.applications = {a.sid: a for a in world.applications}
        self.gates = gates or Gates(world.rules, profile)
        self._counted = self.gates if self.gates.counts else None
        controls = Controls(
            world,
            profile,
            self._rates,
            self.gates,
            seed,
            campaigns=self.registrations.campaigns,
        )
        self.faults = Faults(world.faults, seed=seed)
        self._departures = Departures(self.faults, self.services, self.senders)
        self._carrier = Carrier(
            profile,
            seed,
            world.kinds,
            slowdowns=world.slowdowns,
            faults=self.faults,
        )
        self._journeys = Journeys(
            profile,
            self._carrier,
            self.services,
            self.opt_outs,
            self._register,
            watched=watched,
        )
        self._journeys.suffer(self.faults, self._departures)
        if controls.needed:
            self._journeys.obey(controls)
        self._agenda = self._journeys.agenda
        self.inbox = Inbox(
            self,
            self._journeys,
            self._register,
            settings=world.inbound,
            profile=profile,
        )
        if self._retention is not None:
            self._journeys.tell_of_ends(self._retention.note)
        if world.inbound.answers is not None:
            answering = Answering(world.inbound.answers, seed)
            own = SelfAnswering(self.inbox, self._journeys, answering)
            self._journeys.tell_of_deliveries(own.delivered)

    @property
    def counts(self) -> dict[MessageStatus, int]:
        """How many messages stand in each status, forgotten ones included."""
        return self._journeys.counts

    @property
    def errors(self) -> Mapping[int, int]:
        """How many messages have ended by each error code, forgotten ones included."""
        return self._journeys.errors

    # Time

    def due(self) -> Seconds | None:
        """Return when the next thing happens, None where nothing is under way."""
        happened = self._journeys.happened
        return happened[0].at if happened else self._agenda.due()

    def advance(self, now: Seconds) -> list[Event]:
        """Return what has happened by `now` and was not returned before, in order."""
        self._agenda.run(now)
        if self._retention is not None:
            self._retention.pass_to(now)
        happened, self._journeys.happened = self._journeys.happened, []
        return happened

    def catch_up(self, now: Seconds) -> None:
        """Take every step due by `now`; `advance` still tells what has happened."""
        self._agenda.run(now)
        if self._retention is not None:
            self._retention.pass_to(now)
        if self.faults.rules:
            self._departures.apply(now)

    def heed_faults(self, now: Seconds) -> None:
        """Have pools be as the faults say, after one was added or taken away."""
        self._agenda.run(now)
        self._departures.apply(now)

    # What the account is

    def suspend(self, now: Seconds) -> None:
        """Fail all that has not begun to be sent: the account may not send.

        Source: https://www.twilio.com/docs/api/errors/30002 (2025-02).
        """
        self._agenda.run(now)
        for message in list(self.messages.values()):
            if message.status in _SUSPENDED:
                code = errors.ACCOUNT_SUSPENDED.code
                self._journeys.end(message, MessageStatus.FAILED, now, code)

    def service_of(self, sender: Sender) -> MessagingService | None:
        """Return the service whose pool a sender is in, None where it is in none."""
        sid = self._journeys.scope_of(sender)
        return None if sid is None else self.services[sid]

    # Messages in

    def submit(self, draft: Draft, now: Seconds) -> Message:
        """Take a message: `queued` where its sender is given, else `accepted`.

        Raises:
            ApiError: the refusal, by Twilio's code; nothing has changed then.
        """
        self.catch_up(now)
        if self._counted is not None:
            self._counted.check_day(now)
        to_country = draft.country or country(draft.recipient)
        if to_country is None:
            raise ApiError(errors.INVALID_TO, to=draft.recipient)
        service = self._service(draft.service) if draft.service else None
        scheduled = draft.extras is not None and draft.extras.send_at is not None
        if scheduled:
            self._check_room_to_schedule()
        if self.world.permissions is not None:
            recipients = self._carrier.recipients
            self.world.permissions.check_draft(draft, to_country, recipients)
        if draft.sender is None:
            return self._accept(draft, service, to_country, now)
        sender = self._check_sender(draft.sender, draft.recipient, service)
        self._check_pair(draft, sender, to_country)
        seat = self.seat_of(sender, to_country)
        if scheduled:
            return self._create(draft, service, seat, to_country, now)
        draft = self._check_opt_outs(draft, sender, service)
        if seat.queue.full(now):
            raise ApiError(errors.QUEUE_FULL)
        return self._create(draft, service, seat, to_country, now)

    def admit(self, now: Seconds) -> None:
        """Let a request for one message in.

        Raises:
            ApiError: 63017, where the account sends too many a second.
        """
        if self._counted is not None:
            self._counted.check_second(now)

    def receive(self, inbound: Inbound, now: Seconds) -> Message:
        """Take what a phone writes: keywords are obeyed, and a webhook is due.

        Raises:
            KeyError: it is to an address that is none of the account's.
        """
        self._agenda.run(now)
        message = self.inbox.take(inbound, now)
        self._agenda.run(now)
        return message

    def reply(self, draft: Draft, now: Seconds) -> Message:
        """Take a reply to what a phone wrote, by the rules of any other message.

        Raises:
            ApiError: the refusal, by Twilio's code.
        """
        return self.inbox.reply(draft, now)

    def notify(self, notification: Notification, now: Seconds) -> None:
        """Take a notification; its messages are made at once and sent as any other.

        Raises:
            ApiError: 21701 or 21704, where its Messaging Service cannot send.
        """
        self._agenda.run(now)
        service = self._service(notification.messaging_service)
        if not service.pool:
            raise ApiError(errors.EMPTY_POOL)
        names = notification.names
        deliveries = [
            Handed(
                recipient,
                names.get(recipient, ""),
                self._fan_out(notification, recipient, service, now),
            )
            for recipient in notification.recipients
        ]
        messages = [one.message for one in deliveries if one.message is not None]
        self._keep_fan_out(notification.sid, messages, now)
        self.notified += len(messages)
        fanned_out = NotificationFannedOut(now, notification, messages, deliveries)
        self._journeys.happened.append(fanned_out)
        if notification.logged:
            self.notifications[notification.sid] = fanned_out

    def begin(self, operation: Operation, drafts: Iterable[Draft]) -> None:
        """Take a bulk operation; its messages are made at once and sent as any other.

        Recipients who cannot be sent to have a delivery without a message.
        """
        self._agenda.run(operation.created_at)
        messages = self.operations.begin(operation, drafts, self.submit)
        self._keep_fan_out(operation.id, messages, operation.created_at)
        begun = OperationBegun(operation.created_at, operation, messages)
        self._journeys.happened.append(begun)

    def cancel(self, sid: str, now: Seconds) -> Message:
        """Cancel a message that has not been queued for a sender yet.

        Raises:
            ApiError: 30409, where it is too late.
            KeyError: where there is no such message.
        """
        self._agenda.run(now)
        message = self.messages[sid]
        if message.status not in _CANCELABLE:
            raise ApiError(errors.CANNOT_CANCEL, status=message.status)
        self._journeys.end(message, MessageStatus.CANCELED, now)
        return message

    def redact(self, sid: str, now: Seconds) -> None:
        """Empty a message's text; what has been sent of it stays sent.

        Raises:
            KeyError: where there is no such message.
        """
        message = self.messages[sid]
        message.body = ""
        message.updated_at = now

    def _service(self, sid: str) -> MessagingService:
        service = self.services.get(sid)
        if service is None:
            raise ApiError(errors.NO_SUCH_SERVICE, service=sid)
        return service

    def _check_sender(
        self, address: str, recipient: str, service: MessagingService | None
    ) -> Sender:
        sender = self._owned.get(address)
        if sender is None or (service is not None and sender.sid not in service.pool):
            raise ApiError(errors.FROM_NOT_OWNED, sender=address)
        if sender.address == recipient:
            raise ApiError(errors.TO_IS_FROM, to=recipient)
        if self.world.permissions is not None:
            self.world.permissions.check_sender(sender)
        return sender

    def _check_pair(self, draft: Draft, sender: Sender, to_country: str) -> None:
        """Check that a message can go from a sender to a country."""
        if sender.country not in NORTH_AMERICA and draft.is_mms:
            raise ApiError(errors.FROM_WITHOUT_MMS, sender=sender.address)
        if not reaches(sender, to_country, self.profile) or (
            to_country not in NORTH_AMERICA and draft.is_mms
        ):
            raise ApiError(
                errors.UNREACHABLE_PAIR, to=draft.recipient, sender=sender.address
            )

    def _check_opt_outs(
        self, draft: Draft, sender: Sender, service: MessagingService | None
    ) -> Draft:
        """Check that a recipient hears from a sender, or from the pool it is in.

        With a service named the message is taken all the same, and is to fail.

        Source: https://help.twilio.com/articles/223134027 (read 2026-11-23).
        """
        recipient = draft.recipient
        if recipient not in self.opt_outs.stopped:
            return draft
        scopes = draft.service, sender.address, self._journeys.scope_of(sender)
        automatic = draft.extras is not None and draft.extras.automatic
        if automatic or not self.opt_outs.holds(recipient, *scopes):
            return draft
        if service is None:
            raise ApiError(errors.OPTED_OUT)
        return draft.failing(errors.OPTED_OUT.code)

    def _check_room_to_schedule(self) -> None:
        most = self.profile.scheduled_limit
        if self.counts[MessageStatus.SCHEDULED] >= most:
            raise ApiError(errors.TOO_MANY_SCHEDULED, most=most)

    def _accept(
        self,
        draft: Draft,
        service: MessagingService | None,
        to_country: str,
        now: Seconds,
    ) -> Message:
        if service is None:
            raise ApiError(errors.NO_FROM)
        if not service.pool:
            raise ApiError(errors.EMPTY_POOL)
        abroad = to_country not in NORTH_AMERICA
        if abroad and draft.is_mms and service.settings.mms_converter:
            draft = with_media_link(draft)
        return self._create(draft, service, None, to_country, now)

    def _fan_out(
        self,
        notification: Notification,
        recipient: str,
        service: MessagingService,
        now: Seconds,
    ) -> Message | None:
        to_country = country(recipient)
        if to_country is None:
            return None
        draft = Draft(
            recipient=recipient,
            body=notification.body,
            service=notification.messaging_service,
            media_urls=notification.media_urls,
            status_callback=notification.status_callback,
            extras=notification.extras,
        )
        return self._accept(draft, service, to_country, now)

    def _create(
        self,
        draft: Draft,
        service: MessagingService | None,
        seat: Seat | None,
        to_country: str,
        now: Seconds,
    ) -> Message:
        """Make a message, count it in and send it on its way."""
        recipient, settings = draft.recipient, service.settings if service else _NONE
        ordinal, digits = self._register.next_to(recipient)
        extras, body, status = draft.extras, draft.body, ACCEPTED
        if seat:
            status = QUEUED
        if extras is not None:
            if extras.shorten_urls:
                body, extras = with_short_links(
                    draft, extras, self.world.links, key=digits
                )
            if extras.send_at is not None:
                status = MessageStatus.SCHEDULED
        smart = draft.smart_encoding
        encoding, segments, _ = segment(
            body,
            smart_encoding=settings.smart_encoding if smart is None else smart,
        )
        prefix = "MM" if draft.media_urls else "SM"
        if extras is not None and extras.as_mms:
            prefix, segments = "MM", 1
        sid = prefix + digits
        validity_period = draft.validity_period or settings.validity_period
        message = self.messages[sid] = Message(
            sid,
            recipient,
            to_country,
            body,
            ordinal,
            status,
            now,
            validity_period or self.profile.longest_validity_period,
            draft.service,
            seat.sender if seat else None,
            encoding,
            segments,
            draft.media_urls,
            draft.status_callback or settings.status_callback,
            None,
            now,
            now if status is QUEUED else None,
            None,
            None,
            None,
            extras,
        )
        if self._counted is not None:
            self._counted.count(now)
        self._journeys.begin(message, seat)
        return message


ACCEPTED, QUEUED = MessageStatus.ACCEPTED, MessageStatus.QUEUED

_SUSPENDED = (MessageStatus.SCHEDULED, MessageStatus.ACCEPTED, MessageStatus.QUEUED)

_CANCELABLE = (MessageStatus.SCHEDULED, MessageStatus.ACCEPTED)

_NONE = ServiceSettings(sid="", friendly_name="", smart_encoding=False)
"""What holds for a message that no service has taken."""
