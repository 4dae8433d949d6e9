"""Profiles: what no provider can be is named, with what would do."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import pytest

from simulator.engine.loops import LoopRules
from simulator.engine.notifications import NotifyLimits
from simulator.engine.operations import BulkLimits
from simulator.engine.prices import Price
from simulator.engine.senders import SenderType
from tests.simulator.engine.builders import make_profile

if TYPE_CHECKING:
    from collections.abc import Callable

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"concurrency": 0}, "concurrency must be at least 1, not 0"),
    ({"inbound_rate": 0.0}, "inbound_rate must be above 0, not 0.0"),
    ({"queue_limit": -1}, "queue_limit must be 0 or more, not -1"),
    ({"price_delay": inf}, "price_delay must be 0 or more, not inf"),
    ({"networks": {"a": 0.7, "b": 0.4}}, "together at most 1, not 1.1 and"),
    ({"networks": {"a": -0.1}}, "shares of 1"),
    ({"over_carrier_rate": 1.5}, "and 1.5"),
    ({"mms_rates": {SenderType.LONG_CODE: 0.0}}, "mms_rates are above 0"),
]

PARTS: list[tuple[Callable[[], object], str]] = [
    (lambda: LoopRules(replies=0), "replies of 1 or more"),
    (lambda: LoopRules(pause=-1.0), "gap and pause 0 or more"),
    (lambda: NotifyLimits(rate=0.0), "notify.rate must be above 0, not 0.0"),
    (lambda: NotifyLimits(most_sms=-1), "notify.most_sms is 0 or more, not -1"),
    (lambda: BulkLimits(recipients=0), "bulk.recipients is 1 or more, not 0"),
    (lambda: Price(price=-0.01), "a price is 0 or more dollars, not -0.01"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG)
def test_what_no_profile_can_have_is_named(changes: dict[str, Any], said: str) -> None:
    """Counts, amounts and shares each have their bounds."""
    with pytest.raises(ValueError, match=said):
        make_profile(**changes)


@pytest.mark.parametrize(("make", "said"), PARTS)
def test_what_no_part_of_a_profile_can_be_is_named(
    make: Callable[[], object], said: str
) -> None:
    """By the key that it has in a profile."""
    with pytest.raises(ValueError, match=said):
        make()
