"""Messages and what hangs on them, for the official SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.engine.worlds import MESSAGING_SERVICE_SID
from tests.simulator.api.caller import FROM, TO
from tests.system.sdk_operation import Operation as Op

if TYPE_CHECKING:
    from collections.abc import Mapping

MG = MESSAGING_SERVICE_SID
HOOK = "http://127.0.0.1:9/hook"

ALL = {
    "status_callback": HOOK,
    "max_price": 0.5,
    "provide_feedback": True,
    "attempt": 1,
    "validity_period": 600,
    "force_delivery": False,
    "content_retention": "retain",
    "address_retention": "retain",
    "smart_encoded": True,
    "persistent_action": ["x"],
    "traffic_type": "free",
    "risk_check": "disable",
    "send_as_mms": False,
}
"""Parameters of a message that go together with any other."""


def _messages(client: Any, _: Mapping[str, str]) -> Any:
    return client.messages


def _message(client: Any, sids: Mapping[str, str]) -> Any:
    return client.messages(sids["message"])


MESSAGES: tuple[Op, ...] = (
    Op(
        "message: create",
        _messages,
        "create",
        {"to": TO, "from_": FROM, "body": "Hello", **ALL},
        {"status": "queued", "to": TO, "num_segments": "1", "error_code": None},
        "message",
    ),
    Op(
        "message: schedule",
        _messages,
        "create",
        {
            "to": TO,
            "messaging_service_sid": MG,
            "body": "Later",
            "schedule_type": "fixed",
            "send_at": "{soon}",
        },
        {"status": "scheduled", "messaging_service_sid": MG},
        "scheduled",
    ),
    Op(
        "message: cancel",
        lambda client, sids: client.messages(sids["scheduled"]),
        "update",
        {"status": "canceled"},
        {"status": "canceled"},
    ),
    Op("message: fetch", _message, "fetch", {}, {"to": TO, "from_": FROM}),
    Op("messages: list", _messages, "list", {"limit": 5}, {"to": TO}),
    Op("messages: stream", _messages, "stream", {"limit": 2}, {"to": TO}),
    Op(
        "feedback: create",
        lambda client, sids: client.messages(sids["message"]).feedback,
        "create",
        {"outcome": "confirmed"},
        {"outcome": "confirmed"},
    ),
    Op(
        "message with media: create",
        _messages,
        "create",
        {"to": TO, "from_": FROM, "body": "x", "media_url": ["https://a.test/a.png"]},
        {"num_media": "1"},
        "picture",
    ),
    Op(
        "media: list",
        lambda client, sids: client.messages(sids["picture"]).media,
        "list",
        {},
        {},
        "media",
    ),
    Op(
        "media: fetch",
        lambda client, sids: client.messages(sids["picture"]).media(sids["media"]),
        "fetch",
    ),
    Op(
        "media: delete",
        lambda client, sids: client.messages(sids["picture"]).media(sids["media"]),
        "delete",
    ),
    Op("message: redact", _message, "update", {"body": ""}, {"body": ""}),
    Op("message: delete", _message, "delete"),
)
"""In an order in which each finds what it needs."""
