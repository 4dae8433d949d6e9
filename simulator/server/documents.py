"""What goes into and comes out of control routes: JSON, and one shape of refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from simulator.api.requests import Answer
from sms.errors import BAD_REQUEST, ApiError

if TYPE_CHECKING:
    from aiohttp.web import BaseRequest


def read_document(body: bytes, request: BaseRequest) -> Any:
    """Return what a request's body says, None where there is none.

    It is read as JSON whatever its type is said to be, as curl says of all that it is a
    form: nobody gets past a browser that way, for a token is wanted besides.

    Raises:
        ApiError: 20001, where it is none.
    """
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        given = request.headers.get("Content-Type", "without Content-Type")
        problem = (
            "send JSON, with Content-Type: application/json; this body, "
            f"{given[:200]}, is none: {error}"
        )
        raise ApiError(BAD_REQUEST, problem=problem) from error


def refuse(refusal: ApiError) -> Answer:
    """Return the answer of a control route to a request that is refused.

    It has the shape of whatever these routes refuse by themselves, and none of Twilio's
    codes, as none of it is Twilio's.
    """
    return Answer(refusal.error.http_status, {"message": str(refusal)})
