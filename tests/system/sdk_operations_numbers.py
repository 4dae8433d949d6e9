"""Numbers and short codes, owned and on sale, for the official SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.simulator.api.caller import FROM
from tests.system.sdk_operation import Operation as Op

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER, CODE = "PN" + f"{1:032d}", "SC" + f"{7:032d}"
KINDS = (("local", "local"), ("mobile", "mobile"), ("toll-free", "toll_free"))
"""The kinds of numbers that an account can have, and what the SDK calls them."""


def _numbers(client: Any, _: Mapping[str, str]) -> Any:
    return client.incoming_phone_numbers


def _bought(client: Any, sids: Mapping[str, str]) -> Any:
    return client.incoming_phone_numbers(sids["number"])


def _short_code(client: Any, _: Mapping[str, str]) -> Any:
    return client.short_codes(CODE)


def _kind(country: str, kind: str) -> Any:
    def on(client: Any, _: Mapping[str, str]) -> Any:
        return getattr(client.available_phone_numbers(country), kind)

    return on


def _owned(kind: str) -> Any:
    def on(client: Any, _: Mapping[str, str]) -> Any:
        return getattr(client.incoming_phone_numbers, kind)

    return on


ON_SALE: tuple[Op, ...] = (
    Op(
        "countries on sale: list",
        lambda client, _: client.available_phone_numbers,
        "list",
        {},
        {"country_code": "US"},
    ),
    Op(
        "country on sale: fetch",
        lambda client, _: client.available_phone_numbers("GB"),
        "fetch",
        {},
        {"country_code": "GB", "country": "United Kingdom"},
    ),
    Op(
        "local numbers on sale: list",
        _kind("US", "local"),
        "list",
        {"area_code": 206, "sms_enabled": True, "limit": 2},
        {"region": "WA", "iso_country": "US"},
        "local on sale",
        keeps="phone_number",
    ),
    Op(
        "mobile numbers on sale: list",
        _kind("GB", "mobile"),
        "list",
        {"limit": 2},
        {"iso_country": "GB"},
        "mobile on sale",
        keeps="phone_number",
    ),
    Op(
        "toll-free numbers on sale: list",
        _kind("US", "toll_free"),
        "list",
        {"limit": 2},
        {"iso_country": "US"},
        "toll-free on sale",
        keeps="phone_number",
    ),
    Op(
        "national numbers on sale: list",
        _kind("GB", "national"),
        "list",
        {"limit": 2},
        {"iso_country": "GB"},
    ),
    *(
        Op(f"{kind} numbers on sale: list", _kind("US", kind), "list", empty=True)
        for kind in ("machine_to_machine", "shared_cost", "voip")
    ),
)
"""Of the last three kinds none are for sale anywhere."""

BOUGHT: tuple[Op, ...] = (
    Op(
        "number: create",
        _numbers,
        "create",
        {"area_code": "212", "friendly_name": "New", "sms_method": "GET"},
        {"friendly_name": "New", "sms_method": "GET"},
        "number",
    ),
    Op(
        "number: update",
        _bought,
        "update",
        {"friendly_name": "Newer", "sms_url": "http://127.0.0.1:9/in"},
        {"friendly_name": "Newer", "sms_url": "http://127.0.0.1:9/in"},
    ),
    Op("number: delete", _bought, "delete"),
    *(
        Op(
            f"{word} number: create",
            _owned(kind),
            "create",
            {"phone_number": f"{{{word} on sale}}"},
            {"status": "in-use"},
        )
        for word, kind in KINDS
    ),
    *(
        Op(f"{word} numbers: list", _owned(kind), "list", {}, {"status": "in-use"})
        for word, kind in KINDS
    ),
)

NUMBERS: tuple[Op, ...] = (
    Op(
        "numbers: list",
        _numbers,
        "list",
        {"limit": 3},
        {"phone_number": FROM},
    ),
    Op(
        "number: fetch",
        lambda client, _: client.incoming_phone_numbers(NUMBER),
        "fetch",
        {},
        {"phone_number": FROM},
    ),
    Op(
        "short codes: list",
        lambda client, _: client.short_codes,
        "list",
        {},
        {"short_code": "72345"},
    ),
    Op(
        "short code: fetch",
        _short_code,
        "fetch",
        {},
        {"sid": CODE},
    ),
    Op(
        "short code: update",
        _short_code,
        "update",
        {"friendly_name": "Our code"},
        {"friendly_name": "Our code"},
    ),
    *ON_SALE,
    *BOUGHT,
)
"""In an order in which each finds what it needs."""
