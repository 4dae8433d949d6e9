"""Numbers on sale: their filters, and that what is bought is off."""

from __future__ import annotations

import pytest

from tests.simulator.api.caller import ACCOUNT, Caller, body, code

ON_SALE = f"{ACCOUNT}/AvailablePhoneNumbers"
LOCAL = f"{ON_SALE}/US/Local.json"
NUMBERS = f"{ACCOUNT}/IncomingPhoneNumbers.json"


def found(caller: Caller, path: str = LOCAL, **query: str) -> list[str]:
    """Return the numbers of the first page."""
    numbers = caller.get(path, **query)["available_phone_numbers"]
    return [one["phone_number"] for one in numbers]


@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ({"AreaCode": "212"}, "+1212"),
        ({"Contains": "5550199"}, "+1"),
        ({"Contains": "415*550*"}, "+1415"),
        ({"InRegion": "GA"}, "+1404"),
        ({"InLocality": "Denver"}, "+1303"),
        ({"NearNumber": "+13125550100"}, "+1312"),
        ({"NearLatLong": "37.8,-122.4", "Distance": "30"}, "+1415"),
    ],
)
def test_filters_let_through_what_fits(query: dict[str, str], begins: str) -> None:
    """Each gives numbers, and no others."""
    numbers = found(Caller(), **query)
    assert numbers
    assert all(number.startswith(begins) for number in numbers)


@pytest.mark.parametrize(
    "query",
    [
        {"FaxEnabled": "true"},
        {"Beta": "maybe"},
        {"AreaCode": "x"},
        {"Contains": "555-01"},
        {"NearLatLong": "here"},
    ],
)
def test_what_does_not_fit_or_is_wrong(query: dict[str, str]) -> None:
    """Nobody has fax; what is no value of its type is 20422."""
    answer = Caller().call("GET", LOCAL, query=query)
    if answer.status == 200:
        assert body(answer)["available_phone_numbers"] == []
    else:
        assert code(answer) == 20422


def test_what_is_bought_is_off_until_it_is_released() -> None:
    """It can be bought once; released, again."""
    caller = Caller()
    number = found(caller)[0]
    bought = body(caller.post(NUMBERS, PhoneNumber=number))
    assert number not in found(caller)
    assert code(caller.post(NUMBERS, PhoneNumber=number)) == 21422
    path = f"{ACCOUNT}/IncomingPhoneNumbers/{bought['sid']}.json"
    assert caller.call("DELETE", path).status == 204
    assert number in found(caller)


def test_countries_are_listed_with_their_kinds() -> None:
    """A country that is not there is 404."""
    caller = Caller()
    listed = [c["country_code"] for c in caller.get(f"{ON_SALE}.json")["countries"]]
    assert "US" in listed
    assert "mobile" in caller.get(f"{ON_SALE}/GB.json")["subresource_uris"]
    assert code(caller.call("GET", f"{ON_SALE}/XX.json")) == 20404
