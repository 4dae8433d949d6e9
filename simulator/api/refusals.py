"""Twilio's error body: where an ApiError becomes an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.requests import Answer

if TYPE_CHECKING:
    from sms.errors import ApiError

MORE_INFO = "https://www.twilio.com/docs/errors"

_DETAILS = {20003: "Your AccountSid or AuthToken was incorrect."}


def refuse(refusal: ApiError) -> Answer:
    """Return the answer to a request refused.

    Source: https://www.twilio.com/docs/usage/twilios-response (2026-07-20); the detail
    of a 401 is in a recorded answer.
    """
    error = refusal.error
    body: dict[str, Any] = {
        "code": error.code,
        "message": str(refusal),
        "more_info": f"{MORE_INFO}/{error.code}",
        "status": error.http_status,
    }
    if error.code in _DETAILS:
        body["detail"] = _DETAILS[error.code]
    return Answer(error.http_status, body)
