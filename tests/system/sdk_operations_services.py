"""Messaging Services and the senders of their pools, for the official SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.engine.worlds import CHANNEL_SENDER_SID, MESSAGING_SERVICE_SID
from tests.simulator.api.caller import FROM
from tests.system.sdk_operation import Operation as Op
from tests.system.sdk_operations_numbers import CODE, NUMBER

if TYPE_CHECKING:
    from collections.abc import Mapping

MG, XE = MESSAGING_SERVICE_SID, CHANNEL_SENDER_SID


def _service(client: Any, sids: Mapping[str, str]) -> Any:
    return client.messaging.v1.services(sids["service"])


def _channel_senders(client: Any, sids: Mapping[str, str]) -> Any:
    return _service(client, sids).channel_senders


SERVICES: tuple[Op, ...] = (
    Op(
        "service: create",
        lambda client, _: client.messaging.v1.services,
        "create",
        {"friendly_name": "New", "sticky_sender": True, "validity_period": 600},
        {"friendly_name": "New", "validity_period": 600},
        "service",
    ),
    Op("service: fetch", _service, "fetch", {}, {"sticky_sender": True}),
    Op(
        "service: update",
        _service,
        "update",
        {"sticky_sender": False},
        {"sticky_sender": False},
    ),
    Op("services: list", lambda client, _: client.messaging.v1.services, "list"),
    Op(
        "service short code: create",
        lambda client, sids: _service(client, sids).short_codes,
        "create",
        {"short_code_sid": CODE},
        {"short_code": "72345"},
    ),
    Op(
        "service short codes: list",
        lambda client, sids: _service(client, sids).short_codes,
        "list",
        {},
        {"short_code": "72345"},
    ),
    Op(
        "service short code: fetch",
        lambda client, sids: _service(client, sids).short_codes(CODE),
        "fetch",
        {},
        {"sid": CODE},
    ),
    Op(
        "service short code: delete",
        lambda client, sids: _service(client, sids).short_codes(CODE),
        "delete",
    ),
    Op(
        "service number: delete",
        lambda client, _: client.messaging.v1.services(MG).phone_numbers(NUMBER),
        "delete",
    ),
    Op(
        "service number: create",
        lambda client, sids: _service(client, sids).phone_numbers,
        "create",
        {"phone_number_sid": NUMBER},
        {"phone_number": FROM},
    ),
    Op(
        "service numbers: list",
        lambda client, sids: _service(client, sids).phone_numbers,
        "list",
        {},
        {"phone_number": FROM},
    ),
    Op(
        "service number: fetch",
        lambda client, sids: _service(client, sids).phone_numbers(NUMBER),
        "fetch",
        {},
        {"phone_number": FROM},
    ),
    Op(
        "alpha sender: create",
        lambda client, sids: _service(client, sids).alpha_senders,
        "create",
        {"alpha_sender": "ACME"},
        {"alpha_sender": "ACME"},
        "alpha",
    ),
    Op(
        "alpha senders: list",
        lambda client, sids: _service(client, sids).alpha_senders,
        "list",
        {},
        {"alpha_sender": "ACME"},
    ),
    Op(
        "alpha sender: fetch",
        lambda client, sids: _service(client, sids).alpha_senders(sids["alpha"]),
        "fetch",
        {},
        {"alpha_sender": "ACME"},
    ),
    Op(
        "alpha sender: delete",
        lambda client, sids: _service(client, sids).alpha_senders(sids["alpha"]),
        "delete",
    ),
    Op(
        "destination alpha sender: create",
        lambda client, sids: _service(client, sids).destination_alpha_senders,
        "create",
        {"alpha_sender": "ACME", "iso_country_code": "FR"},
        {"alpha_sender": "ACME"},
        "abroad",
    ),
    Op(
        "destination alpha senders: list",
        lambda client, sids: _service(client, sids).destination_alpha_senders,
        "list",
        {},
        {"alpha_sender": "ACME"},
    ),
    Op(
        "destination alpha sender: fetch",
        lambda client, sids: _service(client, sids).destination_alpha_senders(
            sids["abroad"]
        ),
        "fetch",
        {},
        {"alpha_sender": "ACME"},
    ),
    Op(
        "destination alpha sender: delete",
        lambda client, sids: _service(client, sids).destination_alpha_senders(
            sids["abroad"]
        ),
        "delete",
    ),
    Op(
        "channel sender: create",
        _channel_senders,
        "create",
        {"sid": XE},
        {"sid": XE, "sender_type": "WhatsApp"},
        "channel sender",
    ),
    Op("channel senders: list", _channel_senders, "list", {}, {"sid": XE}),
    Op(
        "channel sender: fetch",
        lambda client, sids: _service(client, sids).channel_senders(
            sids["channel sender"]
        ),
        "fetch",
        {},
        {"sender": "whatsapp:+14155238886"},
    ),
    Op(
        "channel sender: delete",
        lambda client, sids: _service(client, sids).channel_senders(
            sids["channel sender"]
        ),
        "delete",
    ),
    Op("use cases: fetch", lambda client, _: client.messaging.v1.usecases, "fetch"),
    Op("service: delete", _service, "delete"),
)
"""In an order in which each finds what it needs."""
