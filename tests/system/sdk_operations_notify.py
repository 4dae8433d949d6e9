"""Notify: services, bindings and notifications, for the official SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.engine.worlds import ACCOUNT_SID, MESSAGING_SERVICE_SID
from tests.simulator.api.caller import TO
from tests.system.sdk_operation import Operation as Op

if TYPE_CHECKING:
    from collections.abc import Mapping

MG = MESSAGING_SERVICE_SID


def _notify(client: Any, sids: Mapping[str, str]) -> Any:
    return client.notify.v1.services(sids["notify"])


NOTIFY: tuple[Op, ...] = (
    Op(
        "notify service: create",
        lambda client, _: client.notify.v1.services,
        "create",
        {"friendly_name": "New", "messaging_service_sid": MG},
        {"friendly_name": "New", "messaging_service_sid": MG},
        "notify",
    ),
    Op("notify service: fetch", _notify, "fetch", {}, {"friendly_name": "New"}),
    Op(
        "notify service: update",
        _notify,
        "update",
        {"friendly_name": "Newer"},
        {"friendly_name": "Newer"},
    ),
    Op("notify services: list", lambda client, _: client.notify.v1.services, "list"),
    Op(
        "binding: create",
        lambda client, sids: _notify(client, sids).bindings,
        "create",
        {"identity": "ann", "binding_type": "sms", "address": TO, "tag": ["vip"]},
        {"identity": "ann"},
        "binding",
    ),
    Op(
        "bindings: list",
        lambda client, sids: _notify(client, sids).bindings,
        "list",
        {"tag": ["vip"]},
        {"identity": "ann"},
    ),
    Op(
        "binding: fetch",
        lambda client, sids: _notify(client, sids).bindings(sids["binding"]),
        "fetch",
        {},
        {"address": TO},
    ),
    Op(
        "notification: create",
        lambda client, sids: _notify(client, sids).notifications,
        "create",
        {"body": "x", "identity": ["ann"]},
        {"body": "x", "account_sid": ACCOUNT_SID},
    ),
    Op(
        "binding: delete",
        lambda client, sids: _notify(client, sids).bindings(sids["binding"]),
        "delete",
    ),
    Op("notify service: delete", _notify, "delete"),
)
"""In an order in which each finds what it needs."""
