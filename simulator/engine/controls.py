"""Controls: what holds of all messages together, put to work for one gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.chance import draw
from simulator.engine.filters import Repetition, caught
from simulator.engine.networks import T_MOBILE, Networks
from simulator.engine.quiet import QuietLaw
from sms.errors import CARRIER_RATE, DAILY_CAP, FILTERED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.engine.brands import Campaign
    from simulator.engine.caps import BrandCap
    from simulator.engine.gates import Gates
    from simulator.engine.messages import Message
    from simulator.engine.profile import Profile
    from simulator.engine.rates import Rates
    from simulator.engine.senders import Sender
    from simulator.engine.worlds import World
    from sms.units import Seconds


class Controls:
    """What a carrier makes of a message for reasons that are not its recipient's.

    `law` and `gate` are for `Turns`, None where there is nothing to wait for.  Asked in
    order of time, as what one message uses up another lacks.
    """

    def __init__(
        self,
        world: World,
        profile: Profile,
        rates: Rates,
        gates: Gates,
        seed: int,
        *,
        campaigns: Mapping[str, Campaign],
    ) -> None:
        rules = world.rules
        self.gate = gates.throughput
        self.law = (
            QuietLaw(rules.quiet_hours, gates.calendar) if rules.quiet_hours else None
        )
        self._rates = rates
        self._filters = rules.filters
        self._repetition = Repetition(rules.alike) if rules.alike else None
        self._networks = Networks(profile.networks, seed)
        self._over_rate = profile.over_carrier_rate
        self._campaigns = campaigns
        self._caps: dict[str, BrandCap] = {}
        for brand in rules.brands.values() if profile.campaign_mps else ():
            cap = gates.cap_of(brand)
            if cap is not None:
                self._caps[brand.sid] = cap

    @property
    def needed(self) -> bool:
        """Whether anything is held of messages that their recipients do not decide."""
        judges = self._filters or self._repetition or self._over_rate or self._caps
        return bool(self.waits or judges)

    @property
    def waits(self) -> bool:
        """Whether messages wait for more than their sender."""
        return bool(self.gate or self.law)

    def verdict(self, message: Message, at: Seconds) -> int | None:
        """Return the code with which carriers turn a message away, None if they do not.

        Source: https://www.twilio.com/docs/api/errors/30022, 30023 and 30007 (2025-02).
        """
        sender, country = message.sender, message.country
        assert sender is not None, "it has been sent"
        network = self._networks.of(message.recipient, country)
        if self._rates.under_campaign(sender, country):
            code = self._campaigns_verdict(message, sender, network, at)
            if code is not None:
                return code
        repeated = self._repetition and self._repetition.catches(message, at)
        if repeated or (self._filters and caught(self._filters, message, network)):
            return FILTERED.code
        return None

    def _campaigns_verdict(
        self, message: Message, sender: Sender, network: str | None, at: Seconds
    ) -> int | None:
        if self._over_rate and draw(message.sid, "rate")[0] < self._over_rate:
            return CARRIER_RATE.code
        if network != T_MOBILE:
            return None
        campaign = self._campaigns.get(sender.campaign or "")
        cap = self._caps.get((campaign and campaign.brand) or "")
        if cap is not None and not cap.take(message.segments, at):
            return DAILY_CAP.code
        return None
