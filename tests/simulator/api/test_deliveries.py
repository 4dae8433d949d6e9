"""What the Bulk API tells of operations and messages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.api.caller import TO, Caller, body
from tests.simulator.api.test_bulk import BULK, send


def test_an_operation_counts_its_messages() -> None:
    """Processing at first, completed once all are on their way or have ended."""
    caller = Caller()
    sid = send(caller, to=[{"address": TO}, {"address": "nobody"}]).sid
    path = f"{BULK}/Operations/{sid}"
    before = caller.get(path)
    caller.wait()
    after = caller.get(path)
    assert (before["status"], after["status"]) == ("PROCESSING", "COMPLETED")
    stats = after["stats"]
    assert (stats["total"], stats["attempts"], stats["delivered"]) == (2, 1, 1)
    assert stats["unaddressable"] == 1


def test_a_message_is_found_by_its_id_and_by_its_sid() -> None:
    """Seek leads with 301 from the SID to the id, under which the message is."""
    caller = Caller()
    send(caller, tags={"campaign": "x"})
    (sid,) = caller.gateway.messages
    found = caller.call("GET", f"{BULK}/Seek/{sid}")
    (listed,) = caller.get(BULK)["messages"]
    assert found.status == 301
    assert found.headers["Location"].endswith(f"{BULK}/{listed['id']}")
    shown = caller.get(f"{BULK}/{listed['id']}")
    assert shown["attempts"][0]["sid"] == sid
    assert (shown["content"]["text"], shown["tags"]) == ("Hello", {"campaign": "x"})


@pytest.mark.parametrize("path", ["comms_message_0", "SM1", "Seek/SM1", "Operations/x"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    """404, in the Bulk API's own words."""
    answer = Caller().call("GET", f"{BULK}/{path}")
    assert body(answer)["errors"][0]["code"] == 20404


def test_paging_neither_skips_nor_repeats_while_messages_arrive() -> None:
    """Every message is on one page, those that came meanwhile too."""
    caller = Caller()
    people = [{"address": f"+1415555{n:04d}"} for n in range(5)]
    send(caller, to=people)
    seen: list[str] = []
    query: dict[str, Any] = {"pageSize": "2"}
    for _ in range(5):
        page = caller.get(BULK, **query)
        seen += [message["to"]["address"] for message in page["messages"]]
        if len(seen) == 2:
            send(caller, to=[{"address": TO}])
        if page["pagination"]["next"] is None:
            break
        query["pageToken"] = page["pagination"]["next"]
    assert seen == [*(person["address"] for person in people), TO]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"status": "DELIVERED"}, 2),
        ({"status": "QUEUED"}, 0),
        ({"tags": "a:b;"}, 1),
        ({"tags": "a:c;"}, 0),
        ({"startDate": "2026-01-31"}, 2),
        ({"startDate": "2026-02-02"}, 0),
        ({"endDate": "2026-01-30"}, 0),
        ({"operationId": "comms_operation_0"}, 0),
    ],
)
def test_messages_are_listed_by_what_is_asked(query: Any, count: int) -> None:
    """By status, tags, dates and operation."""
    caller = Caller()
    send(caller, tags={"a": "b"})
    send(caller)
    caller.wait()
    assert len(caller.get(BULK, **query)["messages"]) == count


@pytest.mark.parametrize(
    "query",
    [{"pageSize": "1001"}, {"pageToken": "x"}, {"status": "sent"}, {"tags": "a"}],
)
def test_a_bad_query_is_refused(query: dict[str, str]) -> None:
    """400 with 20422."""
    answer = Caller().call("GET", BULK, query=query)
    assert (answer.status, body(answer)["errors"][0]["code"]) == (400, 20422)
