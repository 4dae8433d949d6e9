"""X-Twilio-Signature: how a callback proves where it comes from."""

from __future__ import annotations

import hmac
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.engine.accounts import SharedKey

SIGNATURE_HEADER = "X-Twilio-Signature"
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"


def sign(
    url: str,
    parameters: Iterable[tuple[str, str]],
    secret: str,
    algorithm: str = "sha1",
) -> str:
    """Return the signature of a form post to a URL; a GET has no parameters.

    The fragment takes no part; equal values of one name count once.

    Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security;
    twilio-python's request_validator.py (2026-08-11).
    """
    address = url.partition("#")[0]
    signed = address + "".join(n + v for n, v in sorted(set(parameters)))
    digest = hmac.digest(secret.encode(), signed.encode(), algorithm)
    return b64encode(digest).decode()


def signature_headers(
    url: str,
    parameters: Iterable[tuple[str, str]],
    auth_token: str,
    shared_key: SharedKey | None = None,
) -> Mapping[str, str]:
    """Return the headers that sign a webhook: by the auth token, or by a shared key.

    Source: twilio-python's request_validator.py (9.13).
    """
    if shared_key is None:
        return {SIGNATURE_HEADER: sign(url, parameters, auth_token)}
    return {
        SIGNATURE_HEADER: sign(url, parameters, shared_key.secret, "sha256"),
        SETTINGS_HEADER: f"key={shared_key.id},algorithm=HMAC_SHA256",
    }


def with_body_hash(url: str, body: bytes) -> str:
    """Return the URL that a JSON body is posted to: it names the body's hash.

    The URL alone is signed then.

    Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security (read
    2026-11-23); twilio-python's request_validator.py (2026-08-11).
    """
    address, mark, fragment = url.partition("#")
    joint = "&" if "?" in address else "?"
    return f"{address}{joint}bodySHA256={sha256(body).hexdigest()}{mark}{fragment}"
