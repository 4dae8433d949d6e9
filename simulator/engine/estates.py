"""An estate: what an account owns, and where messages wait for each of its senders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.engine.chance import new_sid
from simulator.engine.notifications import NotifyService
from simulator.engine.queues import SenderQueue
from simulator.engine.rates import Rates
from simulator.engine.registrations import Registrations
from simulator.engine.seats import Seat, Tally
from simulator.engine.services import MessagingService

if TYPE_CHECKING:
    from simulator.engine.inbound import Webhook
    from simulator.engine.profile import Profile
    from simulator.engine.senders import Sender
    from simulator.engine.worlds import NotifySettings, ServiceSettings, World
    from sms.units import Seconds


class Estate:
    """What an account owns now, by SID: it begins with what the world says.

    `seats` are where messages have waited so far, by sender's SID and country, `queues`
    those of senders by address and of campaigns by SID; `webhooks` are where what
    phones write to a number is told.  SIDs are drawn from `names`.
    """

    def __init__(self, world: World, profile: Profile, *, names: str) -> None:
        self.world = world
        self.profile = profile
        self.webhooks: dict[str, Webhook] = dict(world.inbound.webhooks)
        self.senders: dict[str, Sender] = {}
        self._owned: dict[str, Sender] = {}
        self.queues: dict[str, SenderQueue] = {}
        self.seats: dict[tuple[str, str], Seat] = {}
        self._tallies: dict[str, Tally] = {}
        self.services: dict[str, MessagingService] = {}
        self.notify_services: dict[str, NotifyService] = {}
        self.registrations = Registrations(self, world.campaigns)
        self._rates = Rates(profile, self.registrations.campaigns, world.rules.brands)
        self._names = names
        self._made = 0
        for sender in world.senders:
            self.own(sender)
        for settings in world.services:
            service = self.add_service(settings, now=0.0)
            for sid in settings.pool:
                service.join(self.senders[sid], now=0.0)
        for notify in world.notify_services:
            self.add_notify_service(notify, now=0.0)

    def own(self, sender: Sender) -> None:
        """Add a sender to the account."""
        self.senders[sender.sid] = sender
        self._owned = {s.address: s for s in self.senders.values()}

    def release(self, sid: str) -> None:
        """Give a sender up: it leaves its pool; what it has queued still leaves.

        Raises:
            KeyError: where the account does not own it.
        """
        del self.senders[sid]
        self._owned = {s.address: s for s in self.senders.values()}
        self.webhooks.pop(sid, None)
        for service in self.services.values():
            if sid in service.pool:
                service.leave(sid)

    def enroll(self, sid: str, campaign: str | None) -> None:
        """Put a sender under a campaign; what it has queued leaves as it would have.

        Raises:
            KeyError: where the account does not own it.
        """
        sender = replace(self.senders[sid], campaign=campaign)
        self.own(sender)
        for key in [key for key in self.seats if key[0] == sid]:
            self.seats[key] = self._new_seat(sender, key[1])
        for service in self.services.values():
            if sid in service.pool:
                service.replace(sender)

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
        """Drop a Messaging Service; its senders are free, and under no campaign."""
        self.registrations.close(self.services[sid])
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
            self._rates.bar(sender, to_country),
            self.profile.mms_rates.get(sender.type, 0.0),
        )
