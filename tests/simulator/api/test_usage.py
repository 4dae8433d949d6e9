"""Usage Records: what an account has used, and the price of a message."""

from __future__ import annotations

from simulator.engine.worlds import ACCOUNT_SID
from tests.simulator.api.caller import MESSAGES, Caller, code

USAGE = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Usage/Records.json"


def test_a_price_is_shown_once_it_is_known() -> None:
    """Null at first, later with five decimals, and usage adds up."""
    caller = Caller()
    message = caller.send()
    assert message["price"] is None
    caller.wait(60)
    path = MESSAGES.replace(".json", f"/{message['sid']}.json")
    assert caller.get(path)["price"] == "-0.00750"
    [used] = caller.get(USAGE, Category="sms-outbound")["usage_records"]
    assert (used["count"], used["usage"], used["price"]) == ("1", "1", "0.00750")


def test_all_categories_are_listed() -> None:
    """Without a category all there are, at nought before anything is sent."""
    records = Caller().get(USAGE)["usage_records"]
    assert [one["category"] for one in records][-1] == "totalprice"
    assert {one["price"] for one in records} == {"0.00000"}


def test_dates_that_miss_the_run_give_nothing() -> None:
    """Else totals are of the whole run; what is no date is 20422."""
    caller = Caller()
    caller.send()
    caller.wait(60)
    asked: list[dict[str, str]] = [
        {"StartDate": "2099-01-01"},
        {"EndDate": "1999-01-01"},
        {},
    ]
    counts = [
        caller.get(USAGE, Category="sms-outbound", **dates)["usage_records"][0]["count"]
        for dates in asked
    ]
    assert counts == ["0", "0", "1"]
    refused = caller.call("GET", USAGE, query={"StartDate": "soon"})
    assert code(refused) == 20422
