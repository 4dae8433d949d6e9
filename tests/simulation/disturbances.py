"""What goes wrong on a bad day: a rule for every kind of fault there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.faults import KINDS, Fault, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sms.units import Seconds

LEAVING = "+13125550100"
"""The number that leaves its pool, and loses its registration."""

SHARE = 0.02
"""The share of requests, messages or callbacks that a rule strikes."""

SHARES = {Stage.LIST: 0.5}
"""Another share, where a stage is seldom asked."""


def bad_day(seconds: Seconds) -> Sequence[Fault]:
    """Return one rule for each kind; those of senders hold for a part of the day."""
    return [_rule(what, seconds) for what in KINDS]


def _rule(what: str, seconds: Seconds) -> Fault:
    kind = KINDS[what]
    if "share" in kind.filters:
        return Fault(what=what, share=SHARES.get(kind.stage, SHARE))
    part = 0.25 if what == "sender-leaves" else 0.6
    return Fault(
        what=what,
        begins_at=part * seconds,
        ends_at=(part + 0.2) * seconds,
        sender=LEAVING,
    )
