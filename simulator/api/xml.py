"""XML: what the 2010 API answers where a path does not end in `.json`.

It is made of the JSON that the same request would be answered with.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from simulator.api.paths import VERSION_2010
from simulator.api.refusals import refuse
from simulator.api.requests import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sms.errors import ApiError

HEADERS = {"Content-Type": "application/xml"}

_ELEMENTS = {
    "Accounts": "Account",
    "AvailablePhoneNumbers": "Country",
    "Balance": "Balance",
    "Feedback": "MessageFeedback",
    "IncomingPhoneNumbers": "IncomingPhoneNumber",
    "Keys": "Key",
    "Media": "Media",
    "Messages": "Message",
    "ShortCodes": "ShortCode",
}
"""What one resource is called, by the last name in its path that is here."""

_ITEMS = {"countries": "Country", "media_list": "Media"}
"""What the items of a list are called where that is not its name without an s."""

_ABBREVIATED = {"sms": "SMS", "mms": "MMS"}

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def is_xml(path: str) -> bool:
    """Say whether a path asks for XML."""
    return not path.endswith(".json") and path.startswith(VERSION_2010)


def spell(answer: Answer, path: str) -> Answer:
    """Return an answer as XML.

    Source: https://www.twilio.com/docs/usage/twilios-response (2026-07-20).
    """
    body = answer.body
    if body is None:
        return answer
    if answer.status >= 400:
        written = _element("RestException", body)
    elif listed := [k for k, v in body.items() if isinstance(v, list)]:
        written = _list(body, listed[0])
    else:
        written = _element(_resource(path), body)
    text = (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        f"<TwilioResponse>{written}</TwilioResponse>"
    )
    content = _NO_XML.sub("\ufffd", text).encode()
    headers = {**answer.headers, **HEADERS}
    return Answer(answer.status, body, answer.sid, headers, content)


def turn_away(refusal: ApiError, path: str) -> Answer:
    """Return a refusal in the form that a path asks for."""
    answer = refuse(refusal, path)
    return spell(answer, path) if is_xml(path) else answer


def _resource(path: str) -> str:
    names = [part for part in re.split(r"[/.]", path) if part in _ELEMENTS]
    return _ELEMENTS[names[-1]] if names else "Resource"


def _list(body: Mapping[str, Any], key: str) -> str:
    """Return a list, its paging as attributes."""
    item = _ITEMS.get(key) or _camel(key).removesuffix("s")
    paging = "".join(
        f" {name.replace('_', '')}={quoteattr(_text(_plain(name, value)))}"
        for name, value in body.items()
        if name != key
    )
    items = "".join(_element(item, one) for one in body[key])
    return f"<{_camel(key)}{paging}>{items}</{_camel(key)}>"


def _element(name: str, value: Any) -> str:
    fields = isinstance(value, dict)
    inner = "".join(_fields(value)) if fields else escape(_text(value))
    return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"


def _fields(record: Mapping[str, Any]) -> Iterator[str]:
    for key, value in record.items():
        yield _element(_camel(key), _plain(key, value))


def _plain(key: str, value: Any) -> Any:
    """Return a link without its `.json`: XML leads to XML."""
    if isinstance(value, str) and value.startswith(VERSION_2010):
        return value.replace(".json", "", 1) if key != "body" else value
    return value


def _camel(key: str) -> str:
    return _ABBREVIATED.get(key) or "".join(
        p[:1].upper() + p[1:] for p in key.split("_")
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
