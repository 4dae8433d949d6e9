"""Quiet hours by law: several rules, of which the longest wait holds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.engine.caps import Calendar
from simulator.engine.quiet import Quiet, QuietLaw, QuietRule
from sms.quiet_hours import QuietHours
from sms.units import HOUR
from tests.simulator.engine.builders import gb, long_code, make_gateway, send

SHORT, LONG = (
    QuietRule(hours=QuietHours.parse(hours)) for hours in ("21:00-06:00", "21:00-08:00")
)
REFUSING = QuietRule(hours=LONG.hours, then=Quiet.REFUSE)


@pytest.mark.parametrize(
    ("rules", "then", "hours"),
    [
        ((SHORT, LONG), Quiet.HOLD, 9),
        ((LONG, SHORT), Quiet.HOLD, 9),
        ((SHORT, REFUSING), Quiet.REFUSE, 9),
        ((SHORT,), Quiet.HOLD, 7),
    ],
)
def test_the_longest_wait_holds(
    rules: tuple[QuietRule, ...], then: Quiet, hours: int
) -> None:
    """Whichever rule is named first; but a refusal goes before any wait."""
    gateway = make_gateway(long_code(country="GB"))
    message = send(gateway, gb(1))
    law = QuietLaw(rules, Calendar(datetime(2026, 1, 15, 23, tzinfo=UTC)))
    assert law.broken(message, 0.0, 0.0) == (then, hours * HOUR)
