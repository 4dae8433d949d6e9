"""Connection overrides: how a callback's URL says when to give up and try again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable

    from sms.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """How long a callback waits, how often it is tried again, and after what.

    `retry_on` holds any of `4xx`, `5xx`, `ct` (no connection) and `rt` (no answer).
    `problems` names each part of the fragment that was not understood and why; its
    default then holds.

    Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
    (read 2026-11-23): by default one retry, and only where no connection came about.
    """

    connect_timeout: Seconds = 5.0
    read_timeout: Seconds = 15.0
    total_timeout: Seconds = 15.0
    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    problems: tuple[str, ...] = ()


REASONS = ("4xx", "5xx", "ct", "rt")

_FIELDS = {
    "ct": "connect_timeout",
    "rt": "read_timeout",
    "tt": "total_timeout",
    "rc": "retries",
    "rp": "retry_on",
}
_MILLISECONDS = {"ct": (100, 10_000), "rt": (100, 15_000), "tt": (100, 15_000)}
_MOST_RETRIES = 5
_OTHERS = ("sni", "e")
"""Keys that Twilio knows and that mean nothing here: TLS names and Twilio's edges."""


def read_overrides(url: str, retries: int = 1) -> Overrides:
    """Return what a URL's fragment asks for; `retries` is how often where it is silent.

    Never fails: what is wrong with it stands in `problems`.
    """
    overrides = Overrides(retries=retries)
    fragment = url.partition("#")[2]
    if not fragment:
        return overrides
    changes: dict[str, object] = {}
    problems = []
    for key, value in parse_qsl(fragment, keep_blank_values=True):
        if key in _OTHERS:
            continue
        try:
            changes[_FIELDS[key]] = _READERS[key](key, value)
        except KeyError:
            known = ", ".join((*_FIELDS, *_OTHERS))
            problems.append(f"{key!r} is no override: there are {known}")
        except ValueError as error:
            problems.append(str(error))
    return replace(overrides, **changes, problems=tuple(problems))  # type: ignore[arg-type]


def _milliseconds(key: str, value: str) -> Seconds:
    low, high = _MILLISECONDS[key]
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise ValueError(f"{key}={value}: it is {low} to {high} milliseconds")
    return int(value) / 1_000


def _retries(key: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value) <= _MOST_RETRIES):
        raise ValueError(f"{key}={value}: it is 0 to {_MOST_RETRIES} retries")
    return int(value)


def _reasons(key: str, value: str) -> frozenset[str]:
    given = frozenset(value.split(","))
    if unknown := sorted(given - {*REASONS, "all"}):
        words = ", ".join(REASONS)
        raise ValueError(f"{key}={unknown[0]}: it lists any of {words}, or is all")
    return frozenset(REASONS) if "all" in given else given


_READERS: dict[str, Callable[[str, str], object]] = {
    "ct": _milliseconds,
    "rt": _milliseconds,
    "tt": _milliseconds,
    "rc": _retries,
    "rp": _reasons,
}
