"""A request's body: read within its bounds, and taken apart as a form."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from aiohttp.web import RequestPayloadError

from sms.errors import BAD_REQUEST, TIMED_OUT, TOO_LARGE, UNSUPPORTED_MEDIA, ApiError

if TYPE_CHECKING:
    from aiohttp.web import BaseRequest

    from sms.units import Seconds

MOST_PARAMETERS = 20_000
"""A notification's 10,000 bindings are legal."""

BODY_TIMEOUT: Seconds = 10.0
"""Real seconds within which a body must be here."""

FORM_TYPE = "application/x-www-form-urlencoded"

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


async def read_form(
    request: BaseRequest, most_bytes: int
) -> dict[str, str | list[str]]:
    """Return the form a request carries, empty where it carries nothing.

    Raises:
        ApiError: 20413 where it is larger than `most_bytes`, 20415 where it is no form,
            20408 where it does not arrive, 20001 where it has too many parameters.
            What has not arrived by then is left to the server, which reads on for a
            while so that the caller can read the answer.
    """
    if (request.content_length or 0) > most_bytes:
        raise ApiError(TOO_LARGE)
    content = request.content
    if content.is_eof():
        body = content.read_nowait()
        if len(body) > most_bytes:
            raise ApiError(TOO_LARGE)
    else:
        body = await _read_slowly(request, most_bytes)
    if not body:
        return {}
    content_type = request.headers.get("Content-Type", "").partition(";")[0].strip()
    if content_type.lower() != FORM_TYPE:
        raise ApiError(UNSUPPORTED_MEDIA, content_type=content_type[:100] or "nothing")
    if body.count(b"&") >= MOST_PARAMETERS:
        raise ApiError(BAD_REQUEST, problem=f"more than {MOST_PARAMETERS} parameters")
    return parse_form(body)


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
