"""What a run is asked: to whom, with which strategies, in which world."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sender.pacing import PacingOptions
from sender.plans import Senders, Text
from simulator.engine.senders import SenderType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.profile import Profile
    from simulator.engine.worlds import World
    from sms.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One question, the same for every strategy and every clock.

    `redeliver` is how often a text is sent again after a failure that may pass;
    `validity_period` is in seconds, None for the profile's.  `numbers` are those of
    the account's that may be sent from, none being all of them.
    """

    texts: Sequence[Text]
    world: World
    profile: Profile
    seed: int
    pacing: str = "adaptive"
    pacing_options: PacingOptions = field(default_factory=PacingOptions)
    redeliver: int = 0
    redelivery_delay: Seconds = 300.0
    validity_period: int | None = None
    numbers: tuple[str, ...] = ()

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
