"""A sender that respects quiet hours: nothing of it leaves in them, nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sms.errors import QUEUE_OVERFLOW
from sms.quiet_hours import QuietHours
from sms.timezones import local
from tests.loadtests.trials import STARTED_AT, rough, rows, run

if TYPE_CHECKING:
    from datetime import datetime

BY_MESSAGE = ("single-number", "number-pool", "messaging-service", "short-code")


def at_night(row: dict[str, Any], hours: QuietHours, began: datetime) -> bool:
    """Say whether a message left in its recipient's quiet hours."""
    return hours.holds(
        local(row["recipient"], began + timedelta(seconds=row["sent_at"]))
    )


def send(strategy: str, hours: str, count: int = 300, **changes: Any) -> Any:
    """Send by one strategy; return the manifest's facts and the messages."""
    asked, _ = rough(
        count,
        (strategy,),
        quiet=QuietHours.parse(hours),
        started_at=STARTED_AT,
        **changes,
    )
    record = run(asked)
    return record.manifest["strategies"][0], rows(record.messages)


@settings(max_examples=12, deadline=None)
@given(
    strategy=st.sampled_from(BY_MESSAGE),
    hour=st.sampled_from((2, 4, 5, 10)),
    minute=st.integers(0, 6),
    length=st.integers(1, 59),
    redeliver=st.integers(0, 2),
)
def test_no_message_leaves_in_quiet_hours(
    strategy: str, hour: int, minute: int, length: int, redeliver: int
) -> None:
    """However slow the sender; what had to expire goes out when they are over."""
    hours = f"{hour:02}:{minute:02}-{hour + (minute + length) // 60:02}:" + (
        f"{(minute + length) % 60:02}"
    )
    _, messages = send(strategy, hours, redeliver=redeliver)
    window = QuietHours.parse(hours)
    left = [row for row in messages if row["sent_at"] is not None]
    assert not [row for row in left if at_night(row, window, STARTED_AT)]
    last = {row["text"]: row for row in messages}
    assert QUEUE_OVERFLOW.code not in {row["error_code"] for row in last.values()}


@pytest.mark.parametrize("redeliver", [0, 1])
def test_what_expired_for_the_night_costs_no_redelivery(redeliver: int) -> None:
    """A text may expire however often re-delivery is allowed, and is sent again."""
    facts, messages = send("single-number", "05:03-05:40", redeliver=redeliver)
    expired = [row for row in messages if row["error_code"] == QUEUE_OVERFLOW.code]
    assert len(expired) > 10
    assert facts["redelivered"] >= len(expired)
    if not redeliver:
        assert facts["redelivered"] == len(expired)
