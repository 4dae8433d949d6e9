"""The one face to the physics: submit messages, ask when to come back, come back.

Give it the time and it gives back what has happened.  How often it is asked changes
nothing: every step is taken at its own instant, whenever one looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.carriers import Carrier
from simulator.engine.chance import new_sid
from simulator.engine.events import Event, NotificationFannedOut
from simulator.engine.journeys import Journeys
from simulator.engine.limits import Concurrency
from simulator.engine.messages import Draft, Message
from simulator.engine.notifications import Notification, NotifyService
from simulator.engine.optouts import OptOuts
from simulator.engine.queues import SenderQueue
from simulator.engine.rates import Rates
from simulator.engine.registers import Register
from simulator.engine.seats import Seat, Tally
from simulator.engine.services import NORTH_AMERICA, MessagingService, reaches
from simulator.engine.worlds import ServiceSettings
from sms import errors
from sms.addresses import country
from sms.errors import ApiError
from sms.segments import segment
from sms.statuses import TRANSITIONS, MessageStatus

if TYPE_CHECKING:
    from simulator.engine.profile import Profile
    from simulator.engine.senders import Sender
    from simulator.engine.worlds import NotifySettings, World
    from sms.units import Seconds


class Gateway:
    """One account's Twilio: what it owns, what it has taken, what is under way.

    `messages` holds every message taken, by SID, in order of creation, `fan_outs` those
    of each notification; `limits` counts the requests in flight; `seats` are where
    messages have waited so far, by sender's SID and country.  Where it is not
    `watched`, messages run ahead of the clock and `advance` tells no change of status:
    right for whoever reads what became of them in the end.
    """

    def __init__(
        self, world: World, profile: Profile, *, seed: int, watched: bool = True
    ) -> None:
        self.world = world
        self.profile = profile
        self.seed = seed
        self.limits = Concurrency(profile.concurrency)
        self.opt_outs = OptOuts(world.opted_out)
        self._names = f"{seed}|{world.account_sid}"
        self._register = Register(self._names)
        self.messages = self._register.messages
        self.fan_outs: dict[str, list[Message]] = {}
        self.senders: dict[str, Sender] = {}
        self.queues: dict[str, SenderQueue] = {}
        self.seats: dict[tuple[str, str], Seat] = {}
        self._tallies: dict[str, Tally] = {}
        self.services: dict[str, MessagingService] = {}
        self.notify_services: dict[str, NotifyService] = {}
        self._rates = Rates(profile, world.campaigns)
        self._journeys = Journeys(
            profile,
            Carrier(profile, seed, world.kinds, slowdowns=world.slowdowns),
            self.services,
            self.opt_outs,
            self._register,
            watched=watched,
        )
        self._agenda = self._journeys.agenda
        self._made = 0
        for sender in world.senders:
            self.own(sender)
        for settings in world.services:
            service = self.add_service(settings, now=0.0)
            for sid in settings.pool:
                service.join(self.senders[sid], now=0.0)
        for notify in world.notify_services:
            self.add_notify_service(notify, now=0.0)

    @property
    def counts(self) -> dict[MessageStatus, int]:
        """How many messages stand in each status, forgotten ones included."""
        return self._journeys.counts

    # Time

    def due(self) -> Seconds | None:
        """Return when the next thing happens, None where nothing is under way."""
        happened = self._journeys.happened
        return happened[0].at if happened else self._agenda.due()

    def advance(self, now: Seconds) -> list[Event]:
        """Return what has happened by `now` and was not returned before, in order."""
        self._agenda.run(now)
        happened, self._journeys.happened = self._journeys.happened, []
        return happened

    def catch_up(self, now: Seconds) -> None:
        """Take every step due by `now`; `advance` still tells what has happened."""
        self._agenda.run(now)

    # What the account owns

    def own(self, sender: Sender) -> None:
        """Add a sender to the account."""
        self.senders[sender.sid] = sender
        self._owned = {s.address: s for s in self.senders.values()}

    def owned(self, address: str) -> Sender | None:
        """Return the account's sender of this address, None where it has none."""
        return self._owned.get(address)

    def next_sid(self, prefix: str) -> str:
        """Return a SID for a resource other than a message."""
        self._made += 1
        return new_sid(prefix, self._names, prefix, self._made)

    def add_service(self, settings: ServiceSettings, now: Seconds) -> MessagingService:
        """Make a Messaging Service with an empty pool."""
        service = MessagingService(settings, self.profile, self.seat_of, created_at=now)
        self.services[settings.sid] = service
        return service

    def remove_service(self, sid: str) -> None:
        """Drop a Messaging Service; its senders are free for another."""
        del self.services[sid]

    def add_notify_service(
        self, settings: NotifySettings, now: Seconds
    ) -> NotifyService:
        """Make a Notify service without bindings."""
        service = NotifyService(settings, created_at=now, updated_at=now)
        self.notify_services[settings.sid] = service
        return service

    def seat_of(self, sender: Sender, to_country: str) -> Seat:
        """Return where a message from a sender to a country waits, and its rate.

        The queue is the sender's own or, under A2P 10DLC, its campaign's.
        """
        key = (sender.sid, to_country)
        seat = self.seats.get(key)
        if seat is None:
            seat = self.seats[key] = self._new_seat(sender, to_country)
        return seat

    def _new_seat(self, sender: Sender, to_country: str) -> Seat:
        campaign = self._rates.under_campaign(sender, to_country)
        name = (campaign and sender.campaign) or sender.address
        queue = self.queues.get(name)
        if queue is None:
            queue = self.queues[name] = SenderQueue(self.profile.queue_limit)
        return Seat(
            sender,
            queue,
            self._tallies.setdefault(sender.sid, Tally()),
            self._rates.mps(sender, to_country),
            registered=bool(sender.campaign) or not campaign,
        )

    # Messages in

    def submit(self, draft: Draft, now: Seconds) -> Message:
        """Take a message: `queued` where its sender is given, else `accepted`.

        Raises:
            ApiError: the refusal, by Twilio's code; nothing has changed then.
        """
        self._agenda.run(now)
        to_country = draft.country or country(draft.recipient)
        if to_country is None:
            raise ApiError(errors.INVALID_TO, to=draft.recipient)
        service = self._service(draft.service) if draft.service else None
        if draft.sender is None:
            return self._accept(draft, service, to_country, now)
        sender = self._check_sender(draft.sender, draft.recipient, service)
        scope = service.settings.sid if service else sender.address
        if self.opt_outs.holds(draft.recipient, scope):
            raise ApiError(errors.OPTED_OUT)
        if not reaches(sender, to_country, self.profile) or (
            draft.media_urls and to_country not in NORTH_AMERICA
        ):
            raise ApiError(
                errors.UNREACHABLE_PAIR, to=draft.recipient, sender=sender.address
            )
        seat = self.seat_of(sender, to_country)
        if seat.queue.full(now):
            raise ApiError(errors.QUEUE_FULL)
        return self._create(draft, service, seat, to_country, now)

    def notify(self, notification: Notification, now: Seconds) -> None:
        """Take a notification; its messages are made at once and sent as any other.

        Raises:
            ApiError: 21701 or 21704, where its Messaging Service cannot send.
        """
        self._agenda.run(now)
        service = self._service(notification.messaging_service)
        if not service.pool:
            raise ApiError(errors.EMPTY_POOL)
        messages = [
            self._fan_out(notification, recipient, service, now)
            for recipient in notification.recipients
        ]
        self.fan_outs[notification.sid] = messages
        fanned_out = NotificationFannedOut(now, notification, messages)
        self._journeys.happened.append(fanned_out)

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

    def messages_to(self, recipient: str) -> list[Message | None]:
        """Return all messages to a recipient by their ordinal, None for forgotten."""
        return self._register.sent_to(recipient)

    def forget(self, sid: str) -> None:
        """Drop a message that has come to its end.

        Raises:
            ApiError: 20009, where it has not.
            KeyError: where there is no such message.
        """
        message = self.messages[sid]
        if TRANSITIONS[message.status]:
            raise ApiError(errors.NOT_COMPLETE)
        self._register.forget(sid)

    def _service(self, sid: str) -> MessagingService:
        service = self.services.get(sid)
        if service is None:
            raise ApiError(errors.NO_SUCH_SERVICE, service=sid)
        return service

    def _check_sender(
        self, address: str, recipient: str, service: MessagingService | None
    ) -> Sender:
        sender = self._owned.get(address)
        if sender is None and service is not None:
            members = {s.address: s for s in service.pool.values()}
            sender = members.get(address)
        if sender is None or (service is not None and sender.sid not in service.pool):
            raise ApiError(errors.FROM_NOT_OWNED, sender=address)
        if sender.address == recipient:
            raise ApiError(errors.TO_IS_FROM, to=recipient)
        return sender

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
        if draft.media_urls and abroad and service.settings.mms_converter:
            draft = _as_link(draft)
        return self._create(draft, service, None, to_country, now)

    def _fan_out(
        self,
        notification: Notification,
        recipient: str,
        service: MessagingService,
        now: Seconds,
    ) -> Message:
        draft = Draft(
            recipient=recipient,
            body=notification.body,
            service=notification.messaging_service,
            media_urls=notification.media_urls,
            status_callback=notification.status_callback,
        )
        return self._accept(draft, service, country(recipient) or "", now)

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
        smart = draft.smart_encoding
        encoding, segments, _ = segment(
            draft.body,
            smart_encoding=settings.smart_encoding if smart is None else smart,
        )
        ordinal, digits = self._register.next_to(recipient)
        sid = ("MM" if draft.media_urls else "SM") + digits
        validity_period = draft.validity_period or settings.validity_period
        message = self.messages[sid] = Message(
            sid,
            recipient,
            to_country,
            draft.body,
            ordinal,
            MessageStatus.QUEUED if seat else MessageStatus.ACCEPTED,
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
            now if seat else None,
        )
        self._journeys.begin(message, seat)
        return message


_CANCELABLE = (MessageStatus.SCHEDULED, MessageStatus.ACCEPTED)

_NONE = ServiceSettings(sid="", friendly_name="", smart_encoding=False)
"""What holds for a message that no service has taken."""


def _as_link(draft: Draft) -> Draft:
    """Turn media into a link in the text, where the country takes no MMS.

    Source: https://www.twilio.com/docs/messaging/services (read 2026-11-23).
    """
    link = new_sid("https://p.twil.io/", *draft.media_urls)[:26]
    return draft._replace(body=f"{draft.body} {link}".strip(), media_urls=())
