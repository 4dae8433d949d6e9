"""Reads single parameters out of a form or query."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sms.errors import BAD_REQUEST, INVALID_CALLBACK, ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.api.requests import Form

LONGEST_URL = 4_000
"""Characters of a callback's URL.

Source: https://www.twilio.com/docs/api/errors/21609 (2025-02).
"""

_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)


def one(form: Form, name: str) -> str:
    """Return a parameter's value, the first where it is repeated; empty if absent."""
    value = form.get(name, "")
    if isinstance(value, str):
        return value
    return value[0] if value else ""


def firsts(form: Form) -> dict[str, str]:
    """Return each parameter's first value: what `one` would, all at once."""
    return {
        name: value if isinstance(value, str) else (value[0] if value else "")
        for name, value in form.items()
    }


def many(form: Form, name: str) -> Sequence[str]:
    """Return all values of a parameter, in their order."""
    value = form.get(name, ())
    return (value,) if isinstance(value, str) else value


def whole(value: str) -> int | None:
    """Return a number written in digits alone, None where it is not."""
    return int(value) if _WHOLE.fullmatch(value) else None


def required(form: Form, name: str) -> str:
    """Return a parameter that must be there.

    Raises:
        ApiError: 20001, where it is absent or empty.
    """
    value = one(form, name)
    if not value:
        raise ApiError(
            BAD_REQUEST, problem=f"Missing required parameter {name} in the post body"
        )
    return value


def callback_url(form: Form, name: str) -> str | None:
    """Return the URL of a callback; None if it is absent or empty.

    Raises:
        ApiError: 21609, where nothing can be posted there.
    """
    url = one(form, name)
    if not url:
        return None
    if not is_callback_url(url):
        raise ApiError(INVALID_CALLBACK, url=url[:200])
    return url


@lru_cache(maxsize=1024)
def is_callback_url(url: str) -> bool:
    """Say whether a callback may be posted to a URL.

    Source: https://www.twilio.com/docs/api/errors/21609 (2025-02);
    https://www.twilio.com/docs/messaging/guides/track-outbound-message-status: the
    host is valid and has no underscore.
    """
    return len(url) <= LONGEST_URL and is_web_url(url) and "_" not in _host(url)


def is_web_url(url: str) -> bool:
    """Say whether a URL is absolute, of http or https, and printable throughout."""
    if not url.isprintable() or " " in url:
        return False
    return url[:8].lower().startswith(("http://", "https://")) and bool(_host(url))


def _host(url: str) -> str:
    """Return a URL's host, empty where it has none or an impossible port."""
    try:
        parts = urlsplit(url)
        possible = parts.port != 0
    except ValueError:
        return ""
    return (parts.hostname or "") if possible else ""
