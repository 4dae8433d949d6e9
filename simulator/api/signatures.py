"""X-Twilio-Signature: how a callback proves where it comes from."""

from __future__ import annotations

import hmac
from base64 import b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def sign(url: str, parameters: Iterable[tuple[str, str]], auth_token: str) -> str:
    """Return the signature of a form post to a URL.

    The fragment takes no part; equal values of one name count once.

    Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security;
    twilio-python's request_validator.py (2026-08-11).
    """
    address = url.partition("#")[0]
    signed = address + "".join(n + v for n, v in sorted(set(parameters)))
    digest = hmac.digest(auth_token.encode(), signed.encode(), "sha1")
    return b64encode(digest).decode()
