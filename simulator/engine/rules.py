"""Rules: what binds an account beyond its senders' rates, by its owner or by law."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.engine.brands import Brand
    from simulator.engine.filters import Alike, Filter
    from simulator.engine.quiet import QuietRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for all of an account's messages; by default nothing does.

    `brands` are those of its campaigns, by SID.  `mps` is account-based throughput in
    segments a second and `messages_a_day` how many messages it may send, None for the
    profile's; both count those of its subaccounts too.
    """

    brands: Mapping[str, Brand] = field(default_factory=dict)
    quiet_hours: Sequence[QuietRule] = ()
    filters: Sequence[Filter] = ()
    alike: Alike | None = None
    mps: float | None = None
    messages_a_day: int | None = None

    def __post_init__(self) -> None:
        if self.mps is not None and not 0 < self.mps < inf:
            raise ValueError(f"mps must be above 0, not {self.mps}")
        if self.messages_a_day is not None and self.messages_a_day < 1:
            raise ValueError(
                f"messages_a_day must be at least 1, not {self.messages_a_day}"
            )
