"""The senders in a Messaging Service's pool: three resources, alike but in name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from simulator.api import services
from simulator.api.forms import one, required
from simulator.api.pages import Asked, cut, list_v1, url
from simulator.api.paths import SERVICES
from simulator.api.requests import Answer
from simulator.engine.chance import new_sid
from simulator.engine.senders import Sender, SenderType
from simulator.engine.services import NORTH_AMERICA
from sms.addresses import AddressKind, kind
from sms.countries import CALLING_CODES
from sms.countries import NORTH_AMERICA as AREA_CODES
from sms.errors import (
    ALPHA_INVALID,
    ALPHA_MISSING,
    IN_ANOTHER_POOL,
    INVALID_PARAMETER,
    NO_SMS_IN_POOL,
    NOT_FOUND,
    NOT_IN_POOL,
    ApiError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from simulator.api.requests import Call, Route
    from simulator.engine.services import MessagingService

LONGEST_ALPHA = 11

COUNTRIES = frozenset(
    {"US", *AREA_CODES.values()}
    | {code.country for code in CALLING_CODES.values() if code.country}
)
"""Countries, by ISO 3166, that an alphanumeric sender may be for."""


@dataclass(frozen=True, slots=True)
class Seats:
    """One of the three resources: which senders it shows, and how it takes one in.

    Source: https://www.twilio.com/docs/messaging/api/service-resource (read
    2026-11-23); each error's page.
    """

    path: str
    key: str
    field: str
    types: Collection[SenderType]
    read: Callable[[Call, MessagingService], Sender]
    by_country: bool = False

    @property
    def routes(self) -> Sequence[Route]:
        """Return what is answered under this resource's path."""
        every = f"{SERVICES}/{{service}}/{self.path}"
        single = f"{every}/{{sender}}"
        return (
            ("POST", every, self.create),
            ("GET", every, self.list),
            ("GET", single, self.fetch),
            ("DELETE", single, self.delete),
        )

    def create(self, call: Call) -> Answer:
        """Have a sender join the pool."""
        service = services.find(call)
        sender = self.read(call, service)
        sender = call.gateway.registrations.join(service, sender, call.now)
        return Answer(201, self.record(sender, service, call))

    def fetch(self, call: Call) -> Answer:
        """Show a sender of the pool."""
        service = services.find(call)
        return Answer(200, self.record(self._find(call, service), service, call))

    def list(self, call: Call) -> Answer:
        """List this kind of the pool's senders, in order of joining."""
        service = services.find(call)
        senders = [s for s in service.pool.values() if self._shows(s)]
        country = one(call.request.query, "IsoCountryCode") if self.by_country else ""
        if country:
            senders = [s for s in senders if s.country == country.upper()]
        page = cut(Asked.read(call.request.query), senders, lambda s: s.sid)
        records = [self.record(s, service, call) for s in page.items]
        return list_v1(call, self.key, page, records)

    def delete(self, call: Call) -> Answer:
        """Take a sender out of the pool; what it has queued still leaves from it.

        Source: https://www.twilio.com/docs/api/errors/21711 (2025-02), for a sender of
        the account's that is in another pool or none; its HTTP status is [unverified].
        """
        service = services.find(call)
        sid = call.names["sender"]
        if sid in call.gateway.senders and sid not in service.pool:
            raise ApiError(NOT_IN_POOL)
        sender = self._find(call, service)
        call.gateway.registrations.leave(service, sender.sid)
        return Answer(204)

    def _find(self, call: Call, service: MessagingService) -> Sender:
        sender = service.pool.get(call.names["sender"])
        if sender is None or not self._shows(sender):
            raise ApiError(NOT_FOUND, path=call.request.path)
        return sender

    def _shows(self, sender: Sender) -> bool:
        """Say whether a sender is of this resource's kind.

        The alphanumeric senders of single countries are a resource of their own.
        """
        if sender.type is SenderType.ALPHANUMERIC and sender.country is not None:
            return self.by_country
        return sender.type in self.types and not (
            self.by_country and sender.country is None
        )

    def record(
        self, sender: Sender, service: MessagingService, call: Call
    ) -> dict[str, Any]:
        """Return a sender of a pool as Twilio's JSON shows it."""
        sid = service.settings.sid
        joined_at = call.dates.iso8601(service.joined_at[sender.sid])
        shown = {
            "sid": sender.sid,
            "account_sid": call.gateway.world.account_sid,
            "service_sid": sid,
            "date_created": joined_at,
            "date_updated": joined_at,
            self.field: sender.address,
            "country_code": sender.country,
            "capabilities": _capabilities(sender),
            "url": url(call, f"/messaging/v1/Services/{sid}/{self.path}/{sender.sid}"),
        }
        if sender.type is SenderType.ALPHANUMERIC:
            del shown["country_code"]
        if self.by_country:
            shown["iso_country_code"] = sender.country
        return shown


def _read_owned(parameter: str, types: Collection[SenderType]) -> Any:
    """Return how to read a sender of the account out of the form, by its SID."""

    def read(call: Call, service: MessagingService) -> Sender:
        sid = required(call.request.form, parameter)
        sender = call.gateway.senders.get(sid)
        if sender is None or sender.type not in types:
            raise ApiError(NOT_FOUND, path=f"{call.request.path}/{sid}")
        others = (s for s in call.gateway.services.values() if s is not service)
        if any(sid in other.pool for other in others):
            raise ApiError(IN_ANOTHER_POOL)
        if not _takes_sms(sender, call):
            raise ApiError(NO_SMS_IN_POOL, sender=sender.address)
        return sender

    return read


def _takes_sms(sender: Sender, call: Call) -> bool:
    """Say whether a sender is of any use here: a voice-only number is not.

    Source: https://www.twilio.com/docs/api/errors/21715 (2025-02).
    """
    permissions = call.gateway.world.permissions
    return permissions is None or sender.address not in permissions.voice_only


def _read_alpha(call: Call, service: MessagingService) -> Sender:
    """Make an alphanumeric sender of what the form says: they are nobody's before.

    Source: https://www.twilio.com/docs/api/errors/21709 (2025-02).
    """
    address = one(call.request.form, "AlphaSender")
    if not address:
        raise ApiError(ALPHA_MISSING)
    if len(address) > LONGEST_ALPHA or kind(address) is not AddressKind.ALPHANUMERIC:
        raise ApiError(ALPHA_INVALID, sender=address)
    return Sender(
        sid=new_sid("AI", service.settings.sid, address),
        address=address,
        type=SenderType.ALPHANUMERIC,
    )


def _read_destination_alpha(call: Call, service: MessagingService) -> Sender:
    """Make an alphanumeric sender for one country."""
    sender = _read_alpha(call, service)
    country = one(call.request.form, "IsoCountryCode").upper()
    if not country:
        raise ApiError(INVALID_PARAMETER, problem="IsoCountryCode is missing")
    if country not in COUNTRIES:
        shown = country[:20]
        raise ApiError(
            INVALID_PARAMETER,
            problem=f"IsoCountryCode is a country such as GB, not {shown!r}",
        )
    sid = new_sid("AI", service.settings.sid, sender.address, country)
    return replace(sender, sid=sid, country=country)


def _capabilities(sender: Sender) -> list[str]:
    if sender.type in (SenderType.ALPHANUMERIC, SenderType.SHORT_CODE):
        return ["SMS"]
    return ["MMS", "SMS", "Voice"] if sender.country in NORTH_AMERICA else ["SMS"]


NUMBER_TYPES = (SenderType.LONG_CODE, SenderType.TOLL_FREE)

PHONE_NUMBERS = Seats(
    path="PhoneNumbers",
    key="phone_numbers",
    field="phone_number",
    types=NUMBER_TYPES,
    read=_read_owned("PhoneNumberSid", NUMBER_TYPES),
)
SHORT_CODES = Seats(
    path="ShortCodes",
    key="short_codes",
    field="short_code",
    types=(SenderType.SHORT_CODE,),
    read=_read_owned("ShortCodeSid", (SenderType.SHORT_CODE,)),
)
ALPHA_SENDERS = Seats(
    path="AlphaSenders",
    key="alpha_senders",
    field="alpha_sender",
    types=(SenderType.ALPHANUMERIC,),
    read=_read_alpha,
)
DESTINATION_ALPHA_SENDERS = Seats(
    path="DestinationAlphaSenders",
    key="alpha_senders",
    field="alpha_sender",
    types=(SenderType.ALPHANUMERIC,),
    read=_read_destination_alpha,
    by_country=True,
)


ROUTES: Sequence[Route] = (
    *PHONE_NUMBERS.routes,
    *SHORT_CODES.routes,
    *ALPHA_SENDERS.routes,
    *DESTINATION_ALPHA_SENDERS.routes,
)
