"""The account's numbers and short codes."""

from __future__ import annotations

import pytest

from tests.simulator.api.caller import ACCOUNT, Caller, body, code

NUMBERS = f"{ACCOUNT}/IncomingPhoneNumbers.json"
CODES = f"{ACCOUNT}/SMS/ShortCodes.json"
TOLL_FREE = "+18335550100"
OWNED = f"{ACCOUNT}/IncomingPhoneNumbers"


def test_all_that_is_owned_is_listed() -> None:
    """The default world has nine numbers, of three types, and one short code."""
    caller = Caller()
    numbers = caller.get(NUMBERS)["incoming_phone_numbers"]
    assert len(numbers) == 9
    assert {number["type"] for number in numbers} == {"local", "tollfree", "mobile"}
    codes = caller.get(CODES)["short_codes"]
    assert [code["short_code"] for code in codes] == ["72345"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("+1833", 1),
        (TOLL_FREE, 1),
        ("5550", 6),
        ("+1*12555", 3),
        ("0" * 20, 0),
        ("", 9),
    ],
)
def test_numbers_are_found_by_a_part_of_them(pattern: str, expected: int) -> None:
    """PhoneNumber may be a part, and `*` stands for any digit."""
    page = Caller().get(NUMBERS, PhoneNumber=pattern)
    assert len(page["incoming_phone_numbers"]) == expected


def test_what_is_listed_can_be_shown() -> None:
    """A number's and a short code's own page shows what the list does."""
    caller = Caller()
    number = caller.get(NUMBERS, PhoneNumber=TOLL_FREE)["incoming_phone_numbers"][0]
    assert caller.get(number["uri"]) == number
    short_code = caller.get(CODES, ShortCode="723")["short_codes"][0]
    assert caller.get(short_code["uri"]) == short_code


def test_a_short_code_is_no_number() -> None:
    """What is asked for as what it is not is not found."""
    caller = Caller()
    sid = caller.get(CODES)["short_codes"][0]["sid"]
    path = f"{ACCOUNT}/IncomingPhoneNumbers/{sid}.json"
    assert code(caller.call("GET", path)) == 20404


def test_a_number_is_bought_by_area_and_sends() -> None:
    """The first there is of an area code is the account's from then on."""
    caller = Caller()
    bought = body(caller.post(NUMBERS, AreaCode="212", FriendlyName="n"))
    assert bought["phone_number"].startswith("+1212")
    assert bought["friendly_name"] == "n"
    assert caller.send(From=bought["phone_number"])["status"] == "queued"


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, 20001),
        ({"PhoneNumber": "x"}, 21421),
        ({"PhoneNumber": "+14155550199x"}, 21421),
        ({"PhoneNumber": "+14155559999"}, 21422),
        ({"AreaCode": "12"}, 21451),
        ({"AreaCode": "999"}, 21452),
    ],
)
def test_what_cannot_be_bought(form: dict[str, str], expected: int) -> None:
    """Each mistake has its code."""
    assert code(Caller().post(NUMBERS, **form)) == expected


def test_a_kind_buys_its_own_numbers_alone() -> None:
    """A toll-free number is none of the local ones."""
    caller = Caller()
    number = "+18885550142"
    assert code(caller.post(f"{OWNED}/Local.json", PhoneNumber=number)) == 21422
    assert caller.post(f"{OWNED}/TollFree.json", PhoneNumber=number).status == 201
    listed = caller.get(f"{OWNED}/TollFree.json", PhoneNumber="888")
    assert [n["type"] for n in listed["incoming_phone_numbers"]] == ["tollfree"]


def test_where_a_number_tells_of_messages_is_set() -> None:
    """An empty URL takes it away again; what is of no other type is 20422."""
    caller = Caller()
    path = f"{OWNED}/PN{1:032d}.json"
    shown = body(caller.post(path, SmsUrl="http://127.0.0.1:1/", SmsMethod="GET"))
    assert (shown["sms_url"], shown["sms_method"]) == ("http://127.0.0.1:1/", "GET")
    assert caller.gateway.webhooks[f"PN{1:032d}"].method == "GET"
    assert body(caller.post(path, SmsUrl=""))["sms_url"] is None
    assert code(caller.post(path, SmsMethod="PUT")) == 20422


def test_a_released_number_leaves_its_pool() -> None:
    """It is not found any more, and no service chooses it."""
    caller = Caller()
    sid = f"PN{1:032d}"
    assert caller.call("DELETE", f"{OWNED}/{sid}.json").status == 204
    assert code(caller.call("GET", f"{OWNED}/{sid}.json")) == 20404
    assert all(sid not in s.pool for s in caller.gateway.services.values())


def test_a_number_moves_to_a_subaccount() -> None:
    """It is that account's from then on."""
    caller = Caller()
    made = body(caller.post("/2010-04-01/Accounts.json"))["sid"]
    moved = caller.post(f"{OWNED}/PN{1:032d}.json", AccountSid=made)
    assert body(moved)["account_sid"] == made
    assert caller.gateway.owned("+14155550100") is None


def test_a_number_takes_its_webhook_along() -> None:
    """Who moves a number moves where its messages are told."""
    caller = Caller()
    made = body(caller.post("/2010-04-01/Accounts.json"))["sid"]
    path = f"{OWNED}/PN{1:032d}.json"
    moved = caller.post(path, AccountSid=made, SmsUrl="http://127.0.0.1:1/")
    assert body(moved)["sms_url"] == "http://127.0.0.1:1/"


def test_a_number_moves_to_no_stranger() -> None:
    """An account that is none of the asker's is 404, and the number stays."""
    caller = Caller()
    answer = caller.post(f"{OWNED}/PN{1:032d}.json", AccountSid="AC" + "9" * 32)
    assert code(answer) == 20404
    assert caller.gateway.owned("+14155550100") is not None


def test_a_kind_buys_no_number_unnamed() -> None:
    """Where the path names a kind, PhoneNumber must be there: 20001."""
    assert code(Caller().post(f"{OWNED}/Local.json")) == 20001


@pytest.mark.parametrize("query", [{"Beta": "true"}, {"Origin": "hosted"}])
def test_no_number_is_new_or_hosted(query: dict[str, str]) -> None:
    """Who asks for such numbers alone is shown none."""
    assert Caller().get(NUMBERS, **query)["incoming_phone_numbers"] == []
