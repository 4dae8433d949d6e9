"""Lists, a page at a time: what is asked for, what is on the page, how to go on.

Lists of messages run from the newest back, all others from the oldest on.  A page token
names where to go on, so what is added meanwhile neither shifts a page nor repeats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from simulator.api.forms import one, whole
from simulator.api.requests import Answer
from sms.errors import INVALID_PARAMETER, PAGE_SIZE_TOO_LARGE, ApiError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.api.requests import Call, Form, Request
    from simulator.engine.messages import Message
    from simulator.engine.numbered import Numbered

DEFAULT_SIZE = 50
LARGEST_SIZE = 1_000
"""Source: https://www.twilio.com/docs/api/errors/20007 (2025-02)."""

FURTHEST_LOOK = 50_000
"""Messages looked at for one page; a page may end there and say how to go on."""

T = TypeVar("T")

_PAGING = ("PageSize", "Page", "PageToken")
_SIDES = _NEXT, _PREVIOUS = "PA", "PB"
_MESSAGES_TOKEN = re.compile(r"SM([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page is asked for.  `token` is empty where the number alone says it."""

    size: int
    number: int
    token: str

    @classmethod
    def of(cls, call: Call) -> Asked:
        """Read the page that a call asks for, by the rules of the gateway's profile.

        Raises:
            ApiError: as `read` does.
        """
        strict = call.gateway.profile.large_pages_refused
        return cls.read(call.request.query, strict=strict)

    @classmethod
    def read(cls, query: Form, *, strict: bool = False) -> Asked:
        """Read the page asked for out of a query.

        A size above 1000 is 1000, as the libraries send whatever limit they are given,
        unless a `strict` reader refuses it.

        Raises:
            ApiError: 20007, where the size is not from 1, or above 1000 to a strict
                reader; 20422, where the number is none, or the token no page's.
        """
        size = whole(one(query, "PageSize") or str(DEFAULT_SIZE))
        if not size or (strict and size > LARGEST_SIZE):
            raise ApiError(PAGE_SIZE_TOO_LARGE)
        number = whole(one(query, "Page") or "0")
        if number is None:
            raise ApiError(INVALID_PARAMETER, problem="Page is a whole number from 0")
        token = one(query, "PageToken")
        if token and not (len(token) > len(_NEXT) and token.startswith(_SIDES)):
            raise ApiError(INVALID_PARAMETER, problem="PageToken is none of a page's")
        return cls(min(size, LARGEST_SIZE), number, token)


@dataclass(frozen=True, slots=True)
class Page:
    """What is on a page, and the tokens of those before and after it, if any."""

    asked: Asked
    items: Sequence[Any]
    following: str | None
    preceding: str | None


def cut(asked: Asked, items: Sequence[T], name: Callable[[T], str]) -> Page:
    """Cut a page out of a whole list, which is never a long one.

    Where what the token names has been deleted, the list begins again from its start:
    so nothing is skipped by who deletes what each page shows.
    """
    first = _first(asked, [name(item) for item in items])
    last = min(first + asked.size, len(items))
    page = items[first:last]
    return Page(
        asked,
        page,
        _NEXT + name(page[-1]) if last < len(items) else None,
        _PREVIOUS + name(page[0]) if first and page else None,
    )


def _first(asked: Asked, names: Sequence[str]) -> int:
    """Return where in a list the page asked for begins."""
    if not asked.token:
        return min(asked.number * asked.size, len(names))
    side, name = asked.token[:2], asked.token[2:]
    if name not in names:
        return 0
    at = names.index(name)
    return max(0, at - asked.size) if side == _PREVIOUS else at + 1


def look_back(
    asked: Asked, messages: Numbered, wanted: Callable[[Message], bool]
) -> Page:
    """Gather a page of messages, the newest first.

    A token holds a message's number, written like a SID.  The page ends where it is
    full or so many messages were looked at that others would have to wait.
    """
    number = _number(asked.token)
    if asked.token[:2] == _PREVIOUS and number is not None:
        return _look_on(asked, messages, wanted, number)
    newest_of_all = messages.end - 1
    first = newest_of_all if number is None else min(number, newest_of_all)
    skip = asked.number * asked.size if number is None else 0
    end = max(messages.first - 1, first - FURTHEST_LOOK)
    found: list[Message] = []
    newest = following = None
    for at in range(first, end, -1):
        message = messages[at]
        if message is None or not wanted(message):
            continue
        if skip:
            skip -= 1
        elif len(found) == asked.size:
            following = at
            break
        else:
            newest = at if newest is None else newest
            found.append(message)
    else:
        following = end if end >= messages.first else None
    back = newest if asked.number else None
    return Page(asked, found, _token(_NEXT, following), _token(_PREVIOUS, back))


def _look_on(
    asked: Asked,
    messages: Numbered,
    wanted: Callable[[Message], bool],
    number: int,
) -> Page:
    """Gather the page before the one that begins at `number`, the newest first."""
    number = max(number, messages.first - 1)
    end = min(messages.end, number + 1 + FURTHEST_LOOK)
    found: list[Message] = []
    at = number
    for at in range(number + 1, end):
        message = messages[at]
        if message is not None and wanted(message):
            found.append(message)
        if len(found) == asked.size:
            break
    preceding = at if at + 1 < messages.end else None
    found.reverse()
    return Page(asked, found, _token(_NEXT, number), _token(_PREVIOUS, preceding))


def _token(side: str, number: int | None) -> str | None:
    return None if number is None else f"{side}SM{number:032x}"


def _number(token: str) -> int | None:
    """Return the number in a message list's token, None where there is no token.

    Raises:
        ApiError: 20422, where it is none that such a list has named.
    """
    if not token:
        return None
    found = _MESSAGES_TOKEN.fullmatch(token[len(_NEXT) :])
    if found is None:
        raise ApiError(INVALID_PARAMETER, problem="PageToken is none of a page's")
    return int(found[1], 16)


def list_2010(call: Call, key: str, page: Page, records: Sequence[Any]) -> Answer:
    """Answer with a page as the 2010 API does: links relative, no total.

    Source: https://github.com/twilio/twilio-oai, twilio_api_v2010 (2026-04-14).
    """
    asked = page.asked
    start = asked.number * asked.size if records else 0

    def link(number: int, token: str | None) -> str:
        return f"{call.request.path}?{_query(call.request, asked, number, token)}"

    return Answer(
        200,
        {
            "end": start + max(0, len(records) - 1),
            "first_page_uri": link(0, None),
            "next_page_uri": page.following and link(asked.number + 1, page.following),
            "page": asked.number,
            "page_size": asked.size,
            "previous_page_uri": page.preceding
            and link(max(0, asked.number - 1), page.preceding),
            "start": start,
            "uri": link(asked.number, asked.token),
            key: records,
        },
    )


def list_v1(call: Call, key: str, page: Page, records: Sequence[Any]) -> Answer:
    """Answer with a page as the v1 APIs do: links absolute, in `meta`.

    Source: https://github.com/twilio/twilio-oai, twilio_messaging_v1 (2026-04-14).
    """
    asked = page.asked
    address = url(call, call.request.path)

    def link(number: int, token: str | None) -> str:
        return f"{address}?{_query(call.request, asked, number, token)}"

    meta = {
        "page": asked.number,
        "page_size": asked.size,
        "first_page_url": link(0, None),
        "previous_page_url": page.preceding
        and link(max(0, asked.number - 1), page.preceding),
        "url": link(asked.number, asked.token),
        "next_page_url": page.following and link(asked.number + 1, page.following),
        "key": key,
    }
    return Answer(200, {"meta": meta, key: records})


def url(call: Call, path: str) -> str:
    """Return an absolute link: at the address the request came to, or at Twilio's."""
    if call.request.origin:
        return call.request.origin + path
    product, _, rest = path[1:].partition("/")
    return f"https://{product}.twilio.com/{rest}"


def _query(request: Request, asked: Asked, number: int, token: str | None) -> str:
    """Return a link's query: the filters as they were given, then the page."""
    filters = {k: v for k, v in request.query.items() if k not in _PAGING}
    page = {"PageSize": asked.size, "Page": number}
    if token:
        page["PageToken"] = token  # type: ignore[assignment]  # its values are words
    return urlencode({**filters, **page}, doseq=True)
