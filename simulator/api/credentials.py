"""HTTP Basic: the account's SID and its auth token."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hmac import compare_digest

from sms.errors import UNAUTHORIZED, ApiError


class Credentials:
    """One account's name and secret.

    Both are always compared, in constant time, so that nothing is learnt from how long
    a refusal takes.
    """

    __slots__ = ("_header", "_sid", "_token")

    def __init__(self, account_sid: str, auth_token: str) -> None:
        self._sid = account_sid.encode()
        self._token = auth_token.encode()
        self._header = b"Basic " + b64encode(self._sid + b":" + self._token)

    def check(self, authorization: str | None) -> None:
        """Check a request's Authorization header.

        Raises:
            ApiError: 20003, where it is missing, unreadable or wrong.
        """
        given = (authorization or "").encode("utf-8", "surrogateescape")
        if compare_digest(given, self._header):
            return
        sid, token = _read(given)
        right_sid = compare_digest(sid, self._sid)
        right_token = compare_digest(token, self._token)
        if not (right_sid and right_token):
            raise ApiError(UNAUTHORIZED)


def _read(header: bytes) -> tuple[bytes, bytes]:
    """Return user name and password, both empty where the header says neither."""
    scheme, _, encoded = header.strip().partition(b" ")
    if scheme.lower() != b"basic":
        return b"", b""
    try:
        name, _, password = b64decode(encoded.strip(), validate=True).partition(b":")
    except ValueError:
        return b"", b""
    return name, password
