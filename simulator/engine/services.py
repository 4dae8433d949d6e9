"""A Messaging Service: a pool of senders and the choice among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.senders import SenderType
from simulator.engine.spread import Spread
from sms.addresses import overlays
from sms.errors import ALREADY_IN_POOL, POOL_FULL, ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.engine.channels import ChannelSender
    from simulator.engine.messages import Message
    from simulator.engine.profile import Profile
    from simulator.engine.seats import Seat
    from simulator.engine.senders import Sender
    from simulator.engine.worlds import ServiceSettings
    from sms.units import Seconds

NORTH_AMERICA = frozenset({"US", "CA"})
"""Where area-code geomatch works and toll-free numbers reach."""


class MessagingService:
    """A sender pool and how it chooses.

    In this order: a short code that reaches the country, an alphanumeric sender where
    the country allows it, a number.  Of numbers those of the recipient's country (in
    Canada toll-free ones first), else those of the US, else any.  Among equals the load
    is spread evenly.

    A short code is tried first even where `fallback_to_long_code` is set: it is the
    fastest sender of the pool, and nobody knows whom it cannot reach before it has
    failed to.  Only then a long code gets its turn, by `fall_back`.

    Source: https://www.twilio.com/docs/messaging/services (read 2026-11-23).
    """

    def __init__(
        self,
        settings: ServiceSettings,
        profile: Profile,
        seat_of: Callable[[Sender, str], Seat],
        *,
        created_at: Seconds,
    ) -> None:
        self.settings = settings
        self.created_at = self.updated_at = created_at
        self.pool: dict[str, Sender] = {}
        self.channels: dict[str, ChannelSender] = {}
        self.joined_at: dict[str, Seconds] = {}
        self._profile = profile
        self._seat_of = seat_of
        self._shared: dict[tuple[tuple[str, ...], str], Spread] = {}
        self._spreads: dict[tuple[str, str | None, bool], Spread | None] = {}

    def join(self, sender: Sender, now: Seconds) -> None:
        """Add a sender to the pool, the last in the order of joining.

        Raises:
            ApiError: 21710 where it is in the pool already; 21714 where the pool is
                full, or has an alphanumeric sender for this country already.
        """
        if sender.sid in self.pool:
            raise ApiError(ALREADY_IN_POOL)
        alphanumeric = sender.type is SenderType.ALPHANUMERIC
        taken = sum(
            (s.type is SenderType.ALPHANUMERIC) is alphanumeric
            and not (alphanumeric and s.country != sender.country)
            for s in self.pool.values()
        )
        if taken >= (1 if alphanumeric else self._profile.pool_size):
            raise ApiError(POOL_FULL)
        self.pool[sender.sid] = sender
        self.joined_at[sender.sid] = now
        self._spreads.clear()
        self._shared.clear()

    def replace(self, sender: Sender) -> None:
        """Take a member's new state, such as another campaign; its place stays."""
        self.pool[sender.sid] = sender
        self._spreads.clear()
        self._shared.clear()

    def leave(self, sid: str) -> Sender:
        """Take a sender out of the pool; what it has queued still leaves from it.

        Who was held to it by sticky sender gets another.

        Raises:
            KeyError: where it is not in the pool.
        """
        sender = self.pool.pop(sid)
        del self.joined_at[sid]
        self._spreads.clear()
        self._shared.clear()
        return sender

    def choose(
        self,
        country: str,
        area_code: str | None,
        earlier: Message | None,
        *,
        now: Seconds,
        long_codes: bool = False,
    ) -> Seat | None:
        """Return the seat that the next message to a recipient takes.

        `earlier` is the last one that this service has sent there: sticky sender holds
        to its sender.  None is nobody: no sender of the pool reaches the country.  The
        seat is full where all are.  `long_codes` leaves all other types out.
        """
        settings = self.settings
        if earlier is not None and settings.sticky_sender:
            held = self._held(earlier, country)
            if held is not None:
                return held
        area = area_code if settings.area_code_geomatch else None
        key = (country, area, long_codes)
        if key not in self._spreads:
            self._spreads[key] = self._spread_over(*key)
        spread = self._spreads[key]
        if spread is None:
            return None
        seat = spread.choose(now)
        return spread.with_room(now) or seat if seat.queue.full(now) else seat

    def fall_back(
        self, country: str, area_code: str | None, now: Seconds
    ) -> Seat | None:
        """Return a long code's seat, for a message that no short code could deliver.

        None is nobody: no long code may send there, or the feature is off.

        Source: https://www.twilio.com/docs/messaging/api/service-resource (read
        2026-11-23): obsolete; its error codes and its place in the queue [unverified].
        """
        if not self.settings.fallback_to_long_code:
            return None
        return self.choose(country, area_code, None, now=now, long_codes=True)

    def _held(self, earlier: Message, country: str) -> Seat | None:
        """Return the seat of an earlier message's sender, if sticky sender may hold it.

        Not where it has left the pool since, even for a while, nor where it may not
        send there any more or a sender of the recipient's country has joined.  Of a
        message that fell back it is the one chosen first.
        """
        sender, queued_at = earlier.sender, earlier.queued_at
        if earlier.first_leg is not None:
            sender = earlier.first_leg.sender
        if sender is None or queued_at is None or sender.sid not in self.pool:
            return None
        if queued_at < self.joined_at[sender.sid]:
            return None
        home = sender.country in (None, country)
        if not home and any(s.country == country for s in self.pool.values()):
            return None
        seat = self._seat_of(self.pool[sender.sid], country)
        return seat if seat.registered else None

    def _spread_over(
        self, country: str, area_code: str | None, long_codes: bool
    ) -> Spread | None:
        senders = self.candidates(country, area_code, long_codes=long_codes)
        if not senders:
            return None
        seats = [self._seat_of(sender, country) for sender in senders]
        seats = [seat for seat in seats if seat.registered] or seats
        names = tuple(seat.sender.sid for seat in seats), country
        if names not in self._shared:
            self._shared[names] = Spread(seats)
        return self._shared[names]

    def candidates(
        self, country: str, area_code: str | None, *, long_codes: bool = False
    ) -> Sequence[Sender]:
        """Return the senders a message to this country is spread over, best kind only.

        `area_code` is None where it does not matter; `long_codes` leaves all other
        types out.  An alphanumeric sender of the country's own is before one of any.
        """
        pool = [s for s in self.pool.values() if reaches(s, country, self._profile)]
        if long_codes:
            pool = [s for s in pool if s.type is SenderType.LONG_CODE]
        for type_ in (SenderType.SHORT_CODE, SenderType.ALPHANUMERIC):
            chosen = [s for s in pool if s.type is type_]
            if chosen:
                return [s for s in chosen if s.country == country] or chosen
        numbers = [s for s in pool if s.type in _NUMBERS]
        return _match_area(_match_country(numbers, country), area_code)


_NUMBERS = (SenderType.LONG_CODE, SenderType.TOLL_FREE)


def reaches(sender: Sender, country: str, profile: Profile) -> bool:
    """Say whether messages from this sender can go to a country at all."""
    match sender.type:
        case SenderType.SHORT_CODE:
            home = sender.country or ""
            return country in profile.short_code_reach.get(home, frozenset({home}))
        case SenderType.ALPHANUMERIC:
            return country in profile.alphanumeric and sender.country in (None, country)
        case SenderType.TOLL_FREE:
            return country in NORTH_AMERICA
        case _:
            return True


def _match_country(numbers: Sequence[Sender], country: str) -> Sequence[Sender]:
    """Keep the numbers of a country, else of the US, else all of them."""
    for home in (country, "US"):
        matching = [s for s in numbers if s.country == home]
        if matching:
            toll_free = [s for s in matching if s.type is SenderType.TOLL_FREE]
            return toll_free if home == country == "CA" and toll_free else matching
    return numbers


def _match_area(numbers: Sequence[Sender], area_code: str | None) -> Sequence[Sender]:
    """Keep the numbers of an area code or one laid over it, else all of them."""
    if area_code is None:
        return numbers
    area = {area_code} | overlays(area_code)
    return [s for s in numbers if s.area_code in area] or numbers
