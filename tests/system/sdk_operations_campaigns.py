"""A2P 10DLC campaigns of Messaging Services, for the official SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.engine.worlds import BRAND_SID
from tests.system.sdk_operation import Operation as Op

if TYPE_CHECKING:
    from collections.abc import Mapping

TOLD = {
    "description": "Tells our customers where the parcels are that we send.",
    "message_flow": "Customers tick a box on https://a.test/join when they order.",
    "message_samples": [
        "Your parcel has left our house today.",
        "Your parcel is at your neighbour's now.",
    ],
    "has_embedded_links": True,
    "has_embedded_phone": False,
    "age_gated": False,
    "direct_lending": False,
}
"""What both a new campaign and a change to one have to say."""


def _service(client: Any, sids: Mapping[str, str]) -> Any:
    return client.messaging.v1.services(sids["registered"])


def _campaigns(client: Any, sids: Mapping[str, str]) -> Any:
    return _service(client, sids).us_app_to_person


def _campaign(client: Any, sids: Mapping[str, str]) -> Any:
    return _service(client, sids).us_app_to_person(sids["campaign"])


CAMPAIGNS: tuple[Op, ...] = (
    Op(
        "service for a campaign: create",
        lambda client, _: client.messaging.v1.services,
        "create",
        {"friendly_name": "Registered"},
        {"friendly_name": "Registered"},
        "registered",
    ),
    Op(
        "campaign's use cases: fetch",
        lambda client, sids: _service(client, sids).us_app_to_person_usecases,
        "fetch",
        {"brand_registration_sid": BRAND_SID},
    ),
    Op(
        "campaign: create",
        _campaigns,
        "create",
        {
            **TOLD,
            "brand_registration_sid": BRAND_SID,
            "us_app_to_person_usecase": "MARKETING",
            "opt_in_message": "You are in, and STOP ends it.",
            "opt_in_keywords": ["JOIN"],
            "subscriber_opt_in": True,
        },
        {"us_app_to_person_usecase": "MARKETING", "opt_in_keywords": ["JOIN"]},
        "campaign",
    ),
    Op(
        "campaigns: list", _campaigns, "list", {}, {"brand_registration_sid": BRAND_SID}
    ),
    Op("campaign: fetch", _campaign, "fetch", {}, {"has_embedded_links": True}),
    Op(
        "campaign: update",
        _campaign,
        "update",
        {**TOLD, "has_embedded_links": False},
        {"has_embedded_links": False},
    ),
    Op("campaign: delete", _campaign, "delete"),
    Op(
        "campaign from elsewhere: create",
        lambda client, _: client.messaging.v1.external_campaign,
        "create",
        {"campaign_id": "CABC123", "messaging_service_sid": "{registered}"},
        {"campaign_id": "CABC123"},
    ),
)
"""In an order in which each finds what it needs."""
