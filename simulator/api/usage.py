"""The Usage Records of the 2010 API: what an account has used since the run's start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.api.forms import one
from simulator.api.pages import Asked, cut, list_2010
from simulator.api.paths import ACCOUNT
from simulator.engine.usage import CATEGORIES, TOTAL, Use

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Answer, Call, Route


def list_(call: Call) -> Answer:
    """List what each category has come to, or one `Category`.

    Always of the whole run, or nothing where `StartDate` and `EndDate` miss it: its
    dates are the first and the last day of it.

    Source: https://www.twilio.com/docs/usage/api/usage-record (named, not seen).
    """
    query, used = call.request.query, call.gateway.usage(call.now)
    if _misses_the_run(call):
        used = dict.fromkeys(used, Use())
    wanted = one(query, "Category")
    names = [name for name in CATEGORIES if wanted in ("", name)]
    page = cut(Asked.read(query), names, lambda name: name)
    records = [record(name, used[name], call) for name in page.items]
    return list_2010(call, "usage_records", page, records)


def _misses_the_run(call: Call) -> bool:
    """Say whether all dates asked for are before the run or still to come.

    Raises:
        ApiError: 20422, where one is no date.
    """
    query, dates = call.request.query, call.dates
    starts, ends = one(query, "StartDate"), one(query, "EndDate")
    late = bool(starts) and dates.day(starts, "StartDate")[0] > call.now
    return bool(ends and dates.day(ends, "EndDate")[1] <= 0) or late


def record(category: str, used: Use, call: Call) -> dict[str, Any]:
    """Return a category as Twilio's JSON shows it; `usage` counts segments."""
    account, dates = call.gateway.world.account_sid, call.dates
    path = f"/2010-04-01/Accounts/{account}/Usage/Records.json"
    total = category == TOTAL
    dollars = f"{used.dollars:.5f}"
    return {
        "account_sid": account,
        "api_version": "2010-04-01",
        "as_of": f"{dates.instant(call.now):%Y-%m-%dT%H:%M:%S+00:00}",
        "category": category,
        "count": dollars if total else str(used.messages),
        "count_unit": "usd" if total else "messages",
        "description": CATEGORIES[category],
        "end_date": f"{dates.instant(call.now):%Y-%m-%d}",
        "price": dollars,
        "price_unit": "usd",
        "start_date": f"{dates.instant(0.0):%Y-%m-%d}",
        "subresource_uris": {},
        "uri": f"{path}?Category={category}",
        "usage": dollars if total else str(used.segments),
        "usage_unit": "usd" if total else "segments",
    }


ROUTES: Sequence[Route] = (("GET", f"{ACCOUNT}/Usage/Records.json", list_),)
