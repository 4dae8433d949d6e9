"""The Media resource: listed, shown and removed, one by one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.api.caller import ACCOUNT, FROM, MESSAGES, TO, Caller, body, code

URLS = ["https://a.test/1.jpg?x=1", "http://b.test/2"]


def with_media(caller: Caller) -> tuple[str, list[dict[str, Any]]]:
    """Send a message with media; return its path without ending, and its media."""
    form = {"To": TO, "From": FROM, "MediaUrl": URLS}
    sid = body(caller.call("POST", MESSAGES, form))["sid"]
    path = f"{ACCOUNT}/Messages/{sid}"
    return path, caller.get(f"{path}/Media.json")["media_list"]


def test_media_are_listed_in_their_order() -> None:
    """Each has a SID of ME, the type its URL's ending says, and its message."""
    path, files = with_media(Caller())
    types = [file["content_type"] for file in files]
    assert types == ["image/jpeg", "application/octet-stream"]
    assert {f"{ACCOUNT}/Messages/{file['parent_sid']}" for file in files} == {path}
    assert all(file["sid"].startswith("ME") for file in files)


def test_one_of_them_can_be_removed() -> None:
    """DELETE is 204; it then is 404, and the other is still there."""
    caller = Caller()
    path, (first, second) = with_media(caller)
    assert caller.get(first["uri"]) == first
    assert caller.call("DELETE", first["uri"]).status == 204
    assert code(caller.call("GET", first["uri"])) == 20404
    assert caller.get(f"{path}/Media.json")["media_list"] == [second]


@pytest.mark.parametrize(("day", "count"), [("2026-01-31", 2), ("2026-02-01", 0)])
def test_media_are_filtered_by_date(day: str, count: int) -> None:
    """DateCreated takes a day, that of the message."""
    caller = Caller()
    path, _ = with_media(caller)
    found = caller.get(f"{path}/Media.json", DateCreated=day)["media_list"]
    assert len(found) == count
