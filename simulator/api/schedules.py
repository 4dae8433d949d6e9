"""Scheduling: whether a message may wait, and until when.

Three codes say that Twilio does not support a time, and no page when which of them
comes [unverified]: here 35115 is no time at all, 35114 too soon and 35117 too late.

Source: https://www.twilio.com/docs/messaging/features/message-scheduling (read
2026-11-23); https://www.twilio.com/docs/api/errors/35111 to 35126 (2025-02).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sms import errors
from sms.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.api.requests import Call
    from sms.units import Seconds


def read_send_at(call: Call, fields: Mapping[str, Any], service: str) -> Seconds | None:
    """Return when a message is to leave; None where that is at once.

    Raises:
        ApiError: 35111, 35114, 35117, 35118 or 35126.
    """
    send_at = fields.get("send_at")
    if "schedule_type" not in fields:
        if send_at is None:
            return None
        raise ApiError(errors.INVALID_SCHEDULE, problem="it is missing beside SendAt")
    if send_at is None:
        raise ApiError(errors.NO_SEND_AT)
    if not service:
        raise ApiError(errors.NO_SCHEDULING_SERVICE)
    at: Seconds = (send_at - call.dates.started_at).total_seconds()
    check_window(at, call, shown=send_at.isoformat())
    return at


def check_window(at: Seconds, call: Call, *, shown: str) -> None:
    """Check that a message may wait until `at`; `shown` is how the caller wrote that.

    Raises:
        ApiError: 35114 or 35117.
    """
    profile = call.gateway.profile
    row = None
    if at - call.now < profile.schedule_earliest:
        row = errors.SEND_AT_TOO_SOON
    elif at - call.now > profile.schedule_latest:
        row = errors.SEND_AT_TOO_LATE
    if row is not None:
        raise ApiError(
            row,
            value=shown,
            earliest=profile.schedule_earliest,
            latest=profile.schedule_latest,
        )
