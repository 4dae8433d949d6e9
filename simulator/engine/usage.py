"""Usage: how much an account has used, by category, and what it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.engine.messages import Direction
from simulator.engine.prices import DECIMALS, price
from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.engine.messages import Message
    from simulator.engine.profile import Profile
    from sms.units import Seconds

TOTAL = "totalprice"

CATEGORIES: Mapping[str, str] = {
    "sms": "SMS",
    "sms-inbound": "Inbound SMS",
    "sms-outbound": "Outbound SMS",
    "mms": "MMS",
    "mms-inbound": "Inbound MMS",
    "mms-outbound": "Outbound MMS",
    TOTAL: "Total Price",
}
"""What is counted, and how it is called.

Source: https://www.twilio.com/docs/usage/api/usage-record (named, not seen).
"""


class Use(NamedTuple):
    """Messages, their segments, and US dollars."""

    messages: int = 0
    segments: int = 0
    dollars: float = 0.0

    def plus(self, segments: int, dollars: float) -> Use:
        """Return it with one more message."""
        total = round(self.dollars + dollars, DECIMALS)
        return Use(self.messages + 1, self.segments + segments, total)


def totals(
    messages: Iterable[Message],
    profile: Profile,
    now: Seconds,
    *,
    begun: Mapping[str, Use] | None = None,
) -> Mapping[str, Use]:
    """Return what each category has come to: all that has left, come in or was charged.

    A price that does not show yet is not in it.  `begun` is what others came to before.
    """
    found = dict(begun or dict.fromkeys(CATEGORIES, Use()))
    for message in messages:
        cost = price(message, profile, now)
        inbound = message.direction is Direction.INBOUND
        if cost is None and (message.sent_at is None and not inbound):
            continue
        kind = "mms" if message.is_mms else "sms"
        way = "inbound" if inbound else "outbound"
        failed = message.status is MessageStatus.FAILED
        segments = 0 if failed else message.segments
        for category in (kind, f"{kind}-{way}", TOTAL):
            found[category] = found[category].plus(segments, -(cost or 0.0))
    return found
