"""Accounts, keys, the balance and what was used, for the official SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.system.sdk_operation import Operation as Op

if TYPE_CHECKING:
    from collections.abc import Mapping


def _account(client: Any, sids: Mapping[str, str]) -> Any:
    return client.api.v2010.accounts(sids["account"])


ACCOUNTS: tuple[Op, ...] = (
    Op("accounts: list", lambda client, _: client.api.v2010.accounts, "list"),
    Op(
        "account: create",
        lambda client, _: client.api.v2010.accounts,
        "create",
        {"friendly_name": "Sub"},
        {"friendly_name": "Sub", "status": "active"},
        "account",
    ),
    Op(
        "account: fetch",
        _account,
        "fetch",
        {},
        {"friendly_name": "Sub"},
    ),
    Op(
        "account: update",
        _account,
        "update",
        {"status": "suspended"},
        {"status": "suspended"},
    ),
    Op(
        "key: create",
        lambda client, _: client.new_keys,
        "create",
        {"friendly_name": "Key"},
        {"friendly_name": "Key"},
        "key",
    ),
    Op(
        "keys: list",
        lambda client, _: client.keys,
        "list",
    ),
    Op(
        "balance: fetch",
        lambda client, _: client.balance,
        "fetch",
        {},
        {"currency": "USD"},
    ),
    Op("key: fetch", lambda client, sids: client.keys(sids["key"]), "fetch"),
    Op(
        "key: update",
        lambda client, sids: client.keys(sids["key"]),
        "update",
        {"friendly_name": "Other"},
        {"friendly_name": "Other"},
    ),
    Op("key: delete", lambda client, sids: client.keys(sids["key"]), "delete"),
    Op(
        "usage records: list",
        lambda client, _: client.usage.records,
        "list",
        {"category": "sms-outbound"},
        {"category": "sms-outbound", "usage_unit": "segments"},
    ),
)
"""In an order in which each finds what it needs."""
