"""Refusals in the words of the product that refuses."""

from __future__ import annotations

from simulator.api.refusals import refuse
from sms.errors import NOT_FOUND, TOO_MANY_REQUESTS, ApiError
from tests.simulator.api.caller import body


def test_the_bulk_api_alone_says_when_to_come_again() -> None:
    """A 429 there has Retry-After; elsewhere, and with other errors, there is none."""
    busy = ApiError(TOO_MANY_REQUESTS)
    assert refuse(busy, "/comms/v1/Messages").headers == {"Retry-After": "1"}
    assert not refuse(busy, "/2010-04-01/Accounts").headers
    missing = refuse(ApiError(NOT_FOUND, path="x"), "/comms/v1/Messages")
    assert not missing.headers
    assert body(missing)["errors"][0]["code"] == 20404
