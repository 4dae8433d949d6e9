"""Lists end, skip nothing and repeat nothing, whatever comes or goes meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.api import pages
from simulator.api.requests import Request
from tests.simulator.api.caller import ACCOUNT, MESSAGES, SERVICE, TO, Caller, code

FIRST = "first_page_uri"


def follow(caller: Caller, uri: str) -> dict[str, Any]:
    """Get the page a link leads to."""
    path, _, text = uri.removeprefix("http://127.0.0.1:4010").partition("?")
    query = dict(part.split("=") for part in text.split("&"))
    unescaped = {k: v.replace("%2B", "+") for k, v in query.items()}
    return caller.get(path, **unescaped)


def test_a_page_is_answered_as_documented() -> None:
    """A list of the 2010 API has Twilio's keys, relative links with the filters in."""
    caller = Caller()
    sids = [caller.send()["sid"] for _ in range(3)]
    page = caller.get(MESSAGES, To=TO, PageSize="2")
    base = f"{MESSAGES}?To=%2B14155550123&PageSize=2"
    token = page["next_page_uri"].rpartition("=")[2]
    assert [message["sid"] for message in page.pop("messages")] == sids[:0:-1]
    assert page == {
        "end": 1,
        "first_page_uri": f"{base}&Page=0",
        "next_page_uri": f"{base}&Page=1&PageToken={token}",
        "page": 0,
        "page_size": 2,
        "previous_page_uri": None,
        "start": 0,
        "uri": f"{base}&Page=0",
    }
    assert token.startswith("PASM")
    assert len(token) == 36


def test_an_empty_list_starts_and_ends_at_nothing() -> None:
    """A list without entries has start and end 0, and no other page."""
    page = Caller().get(MESSAGES)
    assert (page["start"], page["end"], page["next_page_uri"]) == (0, 0, None)


@pytest.mark.parametrize("size", ["0", "-1", "ten", "1e3", "٣"])
def test_a_page_has_1_entry_at_least(size: str) -> None:
    """A PageSize below, or none at all, is 20007."""
    assert code(Caller().call("GET", MESSAGES, query={"PageSize": size})) == 20007


def test_a_page_has_1000_entries_at_most() -> None:
    """A larger PageSize is 1000, unless the profile refuses it with 20007."""
    assert Caller().get(MESSAGES, PageSize="1001")["page_size"] == 1000
    strict = Caller(changes={"large_pages_refused": True})
    assert code(strict.call("GET", MESSAGES, query={"PageSize": "1001"})) == 20007


def test_a_page_can_be_asked_for_by_its_number() -> None:
    """Page alone, without a token, counts pages of that size."""
    caller = Caller()
    sids = [caller.send()["sid"] for _ in range(5)]
    page = caller.get(MESSAGES, PageSize="2", Page="1")
    assert [message["sid"] for message in page["messages"]] == [sids[2], sids[1]]
    assert (page["start"], page["end"]) == (2, 3)


@settings(max_examples=500, deadline=None)
@given(
    before=st.integers(0, 12),
    size=st.integers(1, 5),
    meanwhile=st.lists(st.integers(0, 3), max_size=12),
    to=st.booleans(),
)
def test_paging_neither_skips_nor_repeats(
    before: int, size: int, meanwhile: list[int], to: bool
) -> None:
    """The pages hold all messages there were at first, once, and no later one."""
    caller = Caller()
    there = [caller.send()["sid"] for _ in range(before)]
    query = {"PageSize": str(size), **({"To": TO} if to else {})}
    page: dict[str, Any] | None = caller.get(MESSAGES, **query)
    seen = []
    while page is not None:
        seen += [message["sid"] for message in page["messages"]]
        for _ in range(meanwhile.pop() if meanwhile else 0):
            caller.send()
        uri = page["next_page_uri"]
        page = follow(caller, uri) if uri else None
    assert seen == there[::-1]


def test_one_can_page_back() -> None:
    """previous_page_uri leads to the very page one came from."""
    caller = Caller()
    for _ in range(7):
        caller.send()
    first = caller.get(MESSAGES, PageSize="3")
    second = follow(caller, first["next_page_uri"])
    caller.send()
    back = follow(caller, second["previous_page_uri"])
    assert back["messages"] == first["messages"]
    assert follow(caller, back["next_page_uri"])["messages"] == second["messages"]


def test_deleting_what_a_page_shows_skips_nothing() -> None:
    """Who deletes each page's messages before asking for the next sees them all."""
    caller = Caller()
    for _ in range(7):
        caller.send()
    caller.wait()
    seen, page = 0, caller.get(MESSAGES, PageSize="2")
    while page["messages"]:
        for message in page["messages"]:
            answer = caller.call("DELETE", f"{ACCOUNT}/Messages/{message['sid']}.json")
            assert answer.status == 204
            seen += 1
        if page["next_page_uri"] is None:
            break
        page = follow(caller, page["next_page_uri"])
    assert seen == 7


@settings(max_examples=100, deadline=None)
@given(
    before=st.integers(0, 12),
    waits=st.lists(st.sampled_from([1.0, 90.0, 200.0]), max_size=12),
    to=st.booleans(),
    back=st.booleans(),
)
def test_paging_goes_on_while_messages_are_let_go_of(
    before: int, waits: list[float], to: bool, back: bool
) -> None:
    """What is gone is left out, what is there is seen once, and the list ends."""
    caller = Caller(retain=100.0)
    there = []
    for _ in range(before):
        there.append(caller.send()["sid"])
        caller.wait(20.0)
    page = caller.get(MESSAGES, PageSize="2", **({"To": TO} if to else {}))
    seen = []
    for wait in [*waits, *[0.0] * before]:
        seen += [message["sid"] for message in page["messages"]]
        caller.wait(wait)
        caller.send()
        uri = page["next_page_uri"]
        if uri is None:
            break
        page = follow(caller, uri)
        if back and page["previous_page_uri"]:
            follow(caller, page["previous_page_uri"])
    assert page["next_page_uri"] is None
    assert len(set(seen)) == len(seen)
    assert {*there} & {*caller.gateway.messages} <= {*seen}


def test_paging_back_passes_over_what_was_deleted() -> None:
    """The page before is full all the same, as long as there is anything newer."""
    caller = Caller()
    sids = [caller.send()["sid"] for _ in range(6)]
    caller.wait()
    page = caller.get(MESSAGES, PageSize="2")
    page = follow(caller, follow(caller, page["next_page_uri"])["next_page_uri"])
    assert caller.call("DELETE", f"{ACCOUNT}/Messages/{sids[3]}.json").status == 204
    back = follow(caller, page["previous_page_uri"])
    assert [message["sid"] for message in back["messages"]] == [sids[4], sids[2]]


def test_nothing_is_newer_than_the_newest() -> None:
    """The page before the newest message is empty, and there is none before that."""
    caller = Caller()
    caller.send()
    page = caller.get(MESSAGES, PageToken=f"PBSM{99:032x}")
    assert (page["messages"], page["previous_page_uri"]) == ([], None)


def test_a_page_has_a_number() -> None:
    """What is no whole number is refused: 20422."""
    answer = Caller().call("GET", MESSAGES, query={"Page": "second"})
    assert code(answer) == 20422


def test_a_list_of_what_is_kept_ends_at_once() -> None:
    """Of a million windows that have passed nothing is left to be looked through."""
    caller = Caller(retain=60.0)
    for _ in range(3):
        caller.wait(60.0 * 1_000_000)
        sid = caller.send()["sid"]
        for query in ({}, {"To": TO}):
            page = caller.get(MESSAGES, **query)
            assert [message["sid"] for message in page["messages"]] == [sid]
            assert page["next_page_uri"] is None


def test_a_rare_filter_costs_a_page_no_more_than_its_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page looks at so many messages, may then be empty, and says how to go on."""
    monkeypatch.setattr(pages, "FURTHEST_LOOK", 10)
    caller = Caller()
    rare = caller.send(From="+12125550100")["sid"]
    for n in range(35):
        caller.send(To=f"+141555502{n:02d}")
    page = caller.get(MESSAGES, From="+12125550100")
    empty = 0
    while not page["messages"]:
        empty += 1
        page = follow(caller, page["next_page_uri"])
    assert [message["sid"] for message in page["messages"]] == [rare]
    assert empty == 3


def test_a_v1_list_has_absolute_links() -> None:
    """A pool's links lead to where the request came to, and to all of its numbers."""
    caller = Caller()
    page = caller.get(f"{SERVICE}/PhoneNumbers", PageSize="4")
    seen = [number["sid"] for number in page["phone_numbers"]]
    assert page["meta"]["key"] == "phone_numbers"
    assert page["meta"]["url"].startswith(f"http://127.0.0.1:4010{SERVICE}/Phone")
    while page["meta"]["next_page_url"]:
        page = follow(caller, page["meta"]["next_page_url"])
        seen += [number["sid"] for number in page["phone_numbers"]]
    assert len(seen) == len(set(seen)) == 9


def test_emptying_a_pool_page_by_page_skips_nothing() -> None:
    """Who removes the numbers of each page before asking for the next removes all."""
    caller = Caller()
    page = caller.get(f"{SERVICE}/PhoneNumbers", PageSize="2")
    while page["phone_numbers"]:
        for number in page["phone_numbers"]:
            caller.call("DELETE", f"{SERVICE}/PhoneNumbers/{number['sid']}")
        following = page["meta"]["next_page_url"]
        page = follow(caller, following) if following else {"phone_numbers": []}
    assert caller.get(f"{SERVICE}/PhoneNumbers")["phone_numbers"] == []


def test_twilios_own_hosts_link_to_themselves() -> None:
    """A request to messaging.twilio.com is linked there, not to this machine."""
    caller = Caller()
    request = Request("GET", "/messaging/v1/Services")
    answer = caller.api.handle(request, 0.0)
    assert answer.body is not None
    address = "https://messaging.twilio.com/v1/Services?PageSize=50&Page=0"
    assert answer.body["meta"]["url"] == address


@pytest.mark.parametrize(
    "token",
    ["rubbish", "PA", "PArubbish", "PASM1", "PBSM" + "g" * 32, "PASM" + "0" * 33],
)
def test_a_token_that_is_none_is_refused(token: str) -> None:
    """It does not begin the list again: 20422."""
    answer = Caller().call("GET", MESSAGES, query={"PageToken": token})
    assert code(answer) == 20422
