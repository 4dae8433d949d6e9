"""What a run is asked: to whom, with which strategies, in which world."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sender.pacing import PacingOptions
from sender.plans import Senders, Text
from simulator.engine.senders import SenderType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.profile import Profile
    from simulator.engine.worlds import ServiceSettings, World
    from sms.quiet_hours import QuietHours
    from sms.units import Seconds

STARTED_AT = datetime(2026, 11, 23, 17, tzinfo=UTC)
"""The moment at which a run begins: noon in New York, on a Monday in winter."""


def reporting(world: World, url: str) -> World:
    """Return a world whose Messaging Services report to a URL, unless to another.

    Their owner sets that once, by hand.  It counts for what has no status callback of
    its own: the messages of the Bulk API.
    """
    services = tuple(reporting_to(service, url) for service in world.services)
    return replace(world, services=services)


def reporting_to(service: ServiceSettings, url: str) -> ServiceSettings:
    """Return a service that reports to a URL, unless to another."""
    return replace(service, status_callback=service.status_callback or url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One question, the same for every strategy and every clock.

    `redeliver` is how often a text is sent again after a failure that may pass, and
    `resend_ambiguous` has a call without a certain answer be made again;
    `validity_period` is in seconds, None for the profile's.  `numbers` are those of
    the account's that may be sent from, none being all of them.  `started_at` is the
    moment that time 0 stands for; in `quiet` hours of a recipient nothing is submitted.
    """

    texts: Sequence[Text]
    world: World
    profile: Profile
    seed: int
    pacing: str = "adaptive"
    pacing_options: PacingOptions = field(default_factory=PacingOptions)
    redeliver: int = 0
    redelivery_delay: Seconds = 300.0
    resend_ambiguous: bool = False
    validity_period: int | None = None
    numbers: tuple[str, ...] = ()
    started_at: datetime = STARTED_AT
    quiet: QuietHours | None = None

    @property
    def answers(self) -> bool:
        """Whether recipients answer by themselves, and so may opt out under way."""
        answers = self.world.inbound.answers
        return answers is not None and answers.share > 0

    def senders(self) -> Senders:
        """Return what the account has to send from, as its owner would list it."""
        world = self.world
        owned = [
            sender.address
            for sender in world.senders
            if sender.type in (SenderType.LONG_CODE, SenderType.TOLL_FREE)
        ]
        return Senders(
            numbers=self.numbers or tuple(owned),
            short_codes={
                s.country or "": s.address
                for s in reversed(world.senders)
                if s.type is SenderType.SHORT_CODE
            },
            messaging_service=next((s.sid for s in world.services), None),
            notify_service=next((s.sid for s in world.notify_services), None),
        )
