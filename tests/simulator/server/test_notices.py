"""Notices: the log of a notification."""

from __future__ import annotations

import pytest

from simulator.server.controls import Asked
from simulator.server.notices import notices
from sms.errors import ApiError
from tests.simulator.api.caller import NOTIFY_SERVICE, TO, Caller, body
from tests.simulator.api.test_notifications import to_binding


def test_the_log_tells_who_was_sent_to() -> None:
    """And who is no number, and which bindings are of other channels."""
    caller = Caller()
    bindings = [to_binding(TO), to_binding("+1999"), to_binding("token", "apn")]
    path = f"{NOTIFY_SERVICE}/Notifications"
    sid = body(caller.post(path, Body="x", ToBinding=bindings))["sid"]
    caller.wait()
    log = body(notices(caller.api)(Asked(names={"sid": sid})))
    assert [(one["address"], one["status"]) for one in log["sent"]] == [
        (TO, "delivered")
    ]
    assert [one["address"] for one in log["invalid"]] == ["+1999"]
    assert [one["binding_type"] for one in log["skipped"]] == ["apn"]


def test_what_was_not_logged_is_not_found() -> None:
    """An unknown SID is 20404."""
    with pytest.raises(ApiError) as refused:
        notices(Caller().api)(Asked(names={"sid": "NT1"}))
    assert refused.value.error.code == 20404
