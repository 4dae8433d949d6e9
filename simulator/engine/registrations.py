"""Registrations: which A2P 10DLC campaign a service has, and who sends under it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.engine.chance import new_sid
from simulator.engine.senders import SenderType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.engine.brands import Campaign
    from simulator.engine.estates import Estate
    from simulator.engine.senders import Sender
    from simulator.engine.services import MessagingService
    from sms.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A campaign as it is registered for one service.

    `campaign_id` is the registry's name for it; `external` says that it was registered
    elsewhere; `told` is what else its owner has said, by the names of the API's fields.
    """

    sid: str
    service: str
    campaign_id: str
    created_at: Seconds
    updated_at: Seconds
    brand: str | None = None
    use_case: str | None = None
    external: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)


class Registrations:
    """The campaigns of an account, by SID, and which service each is registered for.

    A campaign that is registered for a service governs the US long codes of its pool.
    Where the world declares numbers to be of a campaign, the service whose pool they
    are in has it.  Who leaves the pool is of no campaign any more.
    """

    def __init__(self, estate: Estate, campaigns: Mapping[str, Campaign]) -> None:
        self.campaigns = dict(campaigns)
        self._estate = estate
        self._registered: dict[str, Registration] = {}

    def of(self, service: MessagingService) -> Registration | None:
        """Return a service's campaign, None where it has none."""
        own = self._registered.get(service.settings.sid)
        if own is not None:
            return own
        named = (sender.campaign for sender in service.pool.values())
        sid = next((sid for sid in named if sid in self.campaigns), None)
        if sid is None:
            return None
        return Registration(
            sid=sid,
            service=service.settings.sid,
            campaign_id=campaign_id(sid),
            created_at=service.created_at,
            updated_at=service.created_at,
            brand=self.campaigns[sid].brand,
        )

    def register(
        self, service: MessagingService, registration: Registration, campaign: Campaign
    ) -> None:
        """Put the US long codes of a service's pool under a campaign."""
        self.campaigns[registration.sid] = campaign
        self.amend(registration)
        for sender in list(service.pool.values()):
            self._govern(sender, registration.sid)

    def amend(self, registration: Registration) -> None:
        """Take what a campaign's owner tells anew."""
        self._registered[registration.service] = registration

    def delete(self, service: MessagingService) -> None:
        """End the campaign of a service: nobody sends under it any more.

        What its numbers have queued still leaves.
        """
        ended = self.of(service)
        if ended is None:
            return
        self._registered.pop(service.settings.sid, None)
        for sender in list(self._estate.senders.values()):
            if sender.campaign == ended.sid:
                self._estate.enroll(sender.sid, None)
        del self.campaigns[ended.sid]

    def close(self, service: MessagingService) -> None:
        """Take all senders of a service that is deleted from under its campaign."""
        own = self._registered.pop(service.settings.sid, None)
        for sender in list(service.pool.values()):
            if sender.campaign is not None:
                self._estate.enroll(sender.sid, None)
        if own is not None:
            del self.campaigns[own.sid]

    def join(self, service: MessagingService, sender: Sender, now: Seconds) -> Sender:
        """Add a sender to a pool, under its campaign; return it as it is then.

        Raises:
            ApiError: 21710 or 21714, as `MessagingService.join`.
        """
        service.join(sender, now)
        own = self._registered.get(service.settings.sid)
        if own is not None:
            self._govern(sender, own.sid)
        return service.pool[sender.sid]

    def leave(self, service: MessagingService, sid: str) -> None:
        """Take a sender out of a pool, and from under its campaign.

        Raises:
            KeyError: where it is not in the pool.
        """
        sender = service.leave(sid)
        if sender.campaign is not None:
            self._estate.enroll(sid, None)

    def _govern(self, sender: Sender, campaign: str) -> None:
        if sender.type is SenderType.LONG_CODE and sender.country == "US":
            self._estate.enroll(sender.sid, campaign)


def campaign_id(sid: str) -> str:
    """Return what the registry calls a campaign: C and six letters or digits."""
    return f"C{new_sid('', 'campaign', sid)[:6].upper()}"
