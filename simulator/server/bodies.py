"""A request's body: read within its bounds, and taken apart as a form."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_to_bytes

import orjson
from aiohttp.web import RequestPayloadError

from simulator.api.requests import NOTHING, Form
from sms.errors import BAD_REQUEST, TIMED_OUT, TOO_LARGE, UNSUPPORTED_MEDIA, ApiError

if TYPE_CHECKING:
    from aiohttp.web import BaseRequest

    from sms.units import Seconds

MOST_PARAMETERS = 20_000
"""A notification's 10,000 bindings are legal."""

BODY_TIMEOUT: Seconds = 10.0
"""Real seconds within which a body must be here."""

FORM_TYPE = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"
PARTS_TYPE = "multipart/form-data"

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Content(NamedTuple):
    """What a body says: a form, or a JSON document, or neither."""

    form: Form
    document: Any = None


NO_CONTENT = Content(NOTHING)


async def read_body(request: BaseRequest, most_bytes: int) -> bytes:
    """Return a request's body as it came.

    Raises:
        ApiError: 20413 where it is larger than `most_bytes`, 20408 where it does not
            arrive, 20001 where it breaks off.  What has not arrived by then is left to
            the server, which reads on for a while so that the caller can read the
            answer.
    """
    if (request.content_length or 0) > most_bytes:
        raise ApiError(TOO_LARGE)
    content = request.content
    if content.is_eof():
        body = content.read_nowait()
        if len(body) > most_bytes:
            raise ApiError(TOO_LARGE)
        return body
    return await _read_slowly(request, most_bytes)


def understand(
    request: BaseRequest, body: bytes, *, takes_json: bool = False
) -> Content:
    """Return what a body says.

    Where JSON is not taken, it counts as no parameters at all, as whatever else is no
    form.

    Source: https://www.twilio.com/docs/api/errors/21604 (2025-02).

    Raises:
        ApiError: 20415 where it has parts, 20001 where it has too many parameters or
            its JSON is none.
    """
    if not body:
        return NO_CONTENT
    content_type = request.headers.get("Content-Type", "").partition(";")[0].strip()
    content_type = content_type.lower()
    if content_type == FORM_TYPE:
        return Content(_read_form(body))
    if content_type == PARTS_TYPE:
        raise ApiError(UNSUPPORTED_MEDIA, content_type=content_type)
    if content_type == JSON_TYPE and takes_json:
        return Content(NOTHING, _read_json(body))
    return NO_CONTENT


def _read_form(body: bytes) -> Form:
    if body.count(b"&") >= MOST_PARAMETERS:
        raise ApiError(BAD_REQUEST, problem=f"more than {MOST_PARAMETERS} parameters")
    return parse_form(body)


def _read_json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ApiError(BAD_REQUEST, problem=f"the body is no JSON: {error}") from error


async def _read_slowly(request: BaseRequest, most_bytes: int) -> bytes:
    """Read a body that has not arrived yet."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        assert request.transport is not None, "its head has just come in"
        request.transport.write(_CONTINUE)
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT):
            while part := await request.content.readany():
                size += len(part)
                if size > most_bytes:
                    raise ApiError(TOO_LARGE)
                parts.append(part)
    except TimeoutError as error:
        raise ApiError(TIMED_OUT) from error
    except (RequestPayloadError, ConnectionError) as error:
        raise ApiError(BAD_REQUEST, problem="the body is cut off or broken") from error
    return b"".join(parts)


def parse_form(body: bytes) -> dict[str, str | list[str]]:
    """Take an urlencoded form or query apart; what is repeated becomes a list.

    `+` is a space and percent-escapes are UTF-8.  Escapes that are none stay as they
    are, bytes that are no UTF-8 become U+FFFD.
    """
    form: dict[str, str | list[str]] = {}
    for part in body.decode("utf-8", "replace").replace("+", " ").split("&"):
        name, _, value = part.partition("=")
        if "%" in value:
            value = unquote_to_bytes(value).decode("utf-8", "replace")
        if "%" in name:
            name = unquote_to_bytes(name).decode("utf-8", "replace")
        if name not in form:
            form[name] = value
            continue
        before = form[name]
        if isinstance(before, str):
            form[name] = [before, value]
        else:
            before.append(value)
    form.pop("", None)
    return form
