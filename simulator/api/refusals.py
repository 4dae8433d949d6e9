"""Twilio's error body: where an ApiError becomes an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.paths import COMMS
from simulator.api.requests import NO_HEADERS, Answer
from sms.errors import UNAUTHORIZED

if TYPE_CHECKING:
    from sms.errors import ApiError

MORE_INFO = "https://www.twilio.com/docs/errors"

_DETAILS = {"Authenticate": "Your AccountSid or AuthToken was incorrect."}


RETRY_AFTER = "1"
"""Seconds after which the Bulk API lets one ask again whom it has refused for now."""

FOR_NOW = frozenset({429, 503})

CHALLENGE = {"WWW-Authenticate": 'Basic realm="Twilio API"'}
"""What a 401 says besides, for clients that send credentials only when asked for them:
in which words [unverified].
"""


def refuse(refusal: ApiError, path: str = "") -> Answer:
    """Return the answer to a request refused; `path` says of which product.

    Source: https://www.twilio.com/docs/usage/twilios-response (2026-07-20); the detail
    of a 401 is in a recorded answer.
    """
    error = refusal.error
    if path.startswith(COMMS):
        return _refuse_bulk(refusal)
    body: dict[str, Any] = {
        "code": error.code,
        "message": str(refusal),
        "more_info": f"{MORE_INFO}/{error.code}",
        "status": error.http_status,
    }
    if str(refusal) in _DETAILS:
        body["detail"] = _DETAILS[str(refusal)]
    asked = error.http_status == UNAUTHORIZED.http_status
    headers = CHALLENGE if asked else NO_HEADERS
    return Answer(error.http_status, body, headers=headers)


def _refuse_bulk(refusal: ApiError) -> Answer:
    """Return a refusal as the Bulk API has it; alone of all it says when to come again.

    Source: https://www.twilio.com/docs/comms (read 2026-11-23).
    """
    error = refusal.error
    told = {
        "code": error.code,
        "message": str(refusal),
        "infoUrl": f"{MORE_INFO}/{error.code}",
        "context": {},
    }
    headers = {"Retry-After": RETRY_AFTER} if error.http_status in FOR_NOW else {}
    return Answer(error.http_status, {"errors": [told]}, headers=headers)
