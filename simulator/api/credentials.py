"""HTTP Basic: an account's SID and auth token, or an API key and its secret."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hmac import compare_digest
from typing import TYPE_CHECKING

from sms.errors import UNAUTHORIZED, ApiError

if TYPE_CHECKING:
    from collections.abc import Callable


NOT_GIVEN = "Authentication Error - No credentials provided"
UNKNOWN = "Authentication Error - invalid username"
WRONG = "Authenticate"


class Credentials:
    """The main account's SID and token, and what `secret_of` knows besides.

    Secrets are compared in constant time, and something is compared where there is
    none, so that nothing is learnt from how long a refusal takes.
    """

    __slots__ = ("_header", "_secret_of", "_sid", "_token")

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        secret_of: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self._sid = account_sid
        self._token = auth_token
        self._secret_of = secret_of
        named = f"{account_sid}:{auth_token}".encode()
        self._header = b"Basic " + b64encode(named)

    def check(self, authorization: str | None) -> str:
        """Return whom a request's Authorization header names: a SID, AC… or SK….

        Source: recorded answers (2018 to 2026) for the three texts.

        Raises:
            ApiError: 20003, where it is missing, unreadable or wrong.
        """
        given = (authorization or "").encode("utf-8", "surrogateescape")
        if compare_digest(given, self._header):
            return self._sid
        if not given.strip():
            raise ApiError(UNAUTHORIZED, problem=NOT_GIVEN)
        name, password = _read(given)
        sid = name.decode("utf-8", "replace")
        secret = self._token if sid == self._sid else self._secret_of(sid)
        right = compare_digest(password, (secret or self._token).encode())
        if secret is None and name:
            raise ApiError(UNAUTHORIZED, problem=UNKNOWN)
        if secret is None or not right:
            raise ApiError(UNAUTHORIZED, problem=WRONG)
        return sid


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
