"""Verdicts: whether a receiver's check of a signature passes, and why it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from simulator.api.signatures import sign

if TYPE_CHECKING:
    from collections.abc import Callable
    from urllib.parse import SplitResult

    from simulator.api.callbacks import Parameters
    from simulator.engine.accounts import SharedKey


class Signed(NamedTuple):
    """What was signed, as the receiver gets it, and the signature it got.

    `url` has no fragment; of a GET it has everything in its query, and there are no
    `parameters`.
    """

    url: str
    parameters: Parameters
    signature: str


class Verdict(NamedTuple):
    """Whether the signature is the one that Twilio's documents compute.

    `why_not` is empty where it is.  `doubts` are the well-known reasons for which a
    receiver computes another one all the same, as far as what was posted shows them.
    """

    valid: bool
    why_not: str
    doubts: tuple[str, ...]


def judge(
    signed: Signed, auth_token: str, shared_key: SharedKey | None = None
) -> Verdict:
    """Check a signature as a receiver that knows its own URL does.

    The official libraries try the URL with its port and without: one of these is the
    URL itself, which is what is signed.

    Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security;
    twilio-python's request_validator.py (9.13).
    """
    if shared_key is None:
        expected = sign(signed.url, signed.parameters, auth_token)
        whose = "the account's auth token"
    else:
        expected = sign(signed.url, signed.parameters, shared_key.secret, "sha256")
        whose = f"the shared key {shared_key.id}"
    valid = signed.signature == expected
    doubts = tuple(doubt for seen, doubt in _DOUBTS if seen(signed))
    if shared_key is not None:
        doubts = (_SHARED, *doubts)
    return Verdict(valid, "" if valid else f"it was not made with {whose}", doubts)


def _of_url(seen: Callable[[SplitResult], bool]) -> Callable[[Signed], bool]:
    return lambda signed: seen(urlsplit(signed.url))


def _of_values(seen: Callable[[str], bool]) -> Callable[[Signed], bool]:
    return lambda signed: any(seen(value) for _, value in signed.parameters)


def _has_own_port(parts: SplitResult) -> bool:
    return bool(parts.port) and not _has_default_port(parts)


def _has_default_port(parts: SplitResult) -> bool:
    return (parts.scheme, parts.port) in {("http", 80), ("https", 443)}


def _has_capitals(parts: SplitResult) -> bool:
    host = parts.netloc.rpartition("@")[2]
    return host != host.lower()


def _is_escaped(signed: Signed) -> bool:
    return "%" in signed.url or not signed.url.isascii()


def _repeats(signed: Signed) -> bool:
    names = [name for name, _ in signed.parameters]
    return len(names) > len(set(names))


_SHARED = (
    "it is made with a shared key, by SHA-256: a check by SHA-1 with the auth token "
    "fails"
)

_DOUBTS: tuple[tuple[Callable[[Signed], bool], str], ...] = (
    (
        _of_url(lambda parts: parts.scheme == "https"),
        "the URL is https: behind a proxy that ends TLS a receiver sees http, and has "
        "to put https in its place",
    ),
    (
        _of_url(lambda parts: not parts.path),
        "the URL has no path: a receiver that puts its URL together has a / more",
    ),
    (
        _of_url(_has_own_port),
        "the URL names a port: a receiver that leaves it out has to try both, as the "
        "official libraries do",
    ),
    (
        _of_url(_has_default_port),
        "the URL names its scheme's own port, which no Host header does: a receiver "
        "has to try both, as the official libraries do",
    ),
    (
        _of_url(lambda parts: "@" in parts.netloc),
        "the URL has a name and a password, which are signed and which a receiver does "
        "not find in its own URL",
    ),
    (
        _of_url(_has_capitals),
        "the URL's host has capitals: a receiver that has them made small fails",
    ),
    (
        _of_url(lambda parts: bool(parts.query)),
        "the URL has a query, which is signed: a receiver that leaves it out fails",
    ),
    (
        _is_escaped,
        "the URL has escapes or characters beyond ASCII: a receiver that writes them "
        "in another way fails",
    ),
    (
        lambda signed: not signed.parameters,
        "it is a GET, and the URL alone is signed: a receiver that adds what it reads "
        "in the query once more fails",
    ),
    (
        _repeats,
        "a parameter comes more than once: a receiver that keeps one value of each "
        "name fails",
    ),
    (
        _of_values(lambda value: not value),
        "a parameter is empty: a receiver whose parser leaves it out fails",
    ),
    (
        _of_values(lambda value: value != value.strip()),
        "a value begins or ends with white space: a receiver whose framework trims it "
        "fails",
    ),
)
