"""Which requests there are: the tables of all resources, and the way through them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulator.api import (
    accounts,
    available_numbers,
    bindings,
    bulk,
    channel_senders,
    deliveries,
    feedback,
    keys,
    media,
    messages,
    notifications,
    notify,
    numbers,
    pools,
    services,
    usa2p,
    usage,
)
from simulator.api.paths import ACCOUNTS, VERSION_2010
from simulator.api.requests import Handler, Route
from sms.errors import BAD_REQUEST, METHOD_NOT_ALLOWED, NOT_FOUND, ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

Methods = Mapping[str, Handler]

ROUTES: Sequence[Route] = (
    *accounts.ROUTES,
    *keys.ROUTES,
    *messages.ROUTES,
    *media.ROUTES,
    *feedback.ROUTES,
    *numbers.ROUTES,
    *available_numbers.ROUTES,
    *services.ROUTES,
    *pools.ROUTES,
    *channel_senders.ROUTES,
    *usa2p.ROUTES,
    *notify.ROUTES,
    *bindings.ROUTES,
    *notifications.ROUTES,
    *bulk.ROUTES,
    *deliveries.ROUTES,
    *usage.ROUTES,
)


class Router:
    """Finds the handler of a path, whichever account it names."""

    __slots__ = ("_fixed", "_patterns")

    def __init__(self, routes: Sequence[Route] = ROUTES) -> None:
        by_path: dict[str, dict[str, Handler]] = {}
        for method, path, handler in routes:
            by_path.setdefault(path.replace("{account}", "*"), {})[method] = handler
        self._fixed: Mapping[str, Methods] = {
            path: methods for path, methods in by_path.items() if "{" not in path
        }
        self._patterns: dict[int, list[tuple[re.Pattern[str], Methods]]] = {}
        for path, methods in by_path.items():
            if "{" in path:
                patterns = self._patterns.setdefault(path.count("/"), [])
                patterns.append((_compile(path), methods))

    def of(self, account: str) -> Mapping[tuple[str, str], Handler]:
        """Return what answers one account's paths that have no further placeholder."""
        own = f"{ACCOUNTS}{account}"
        return {
            (method, path.replace(ANY_ACCOUNT, own)): handler
            for path, methods in self._fixed.items()
            for method, handler in methods.items()
            if path.startswith(ANY_ACCOUNT)
        }

    def find(self, method: str, path: str) -> tuple[Handler, Mapping[str, str]]:
        """Return the handler of a request, and what its placeholders stand for.

        A path of the 2010 API is found with `.json` and without.

        Raises:
            ApiError: 20404 where there is no such path, 20004 where it does not take
                the method; 20001 where CSV is asked for.
        """
        methods: Methods | None
        if path.startswith(ACCOUNTS):
            own = ANY_ACCOUNT + path[_REST]
            methods, names = self._fixed.get(own), NO_NAMES
            if methods is None:
                methods, names = self._match_2010(own, path)
        elif path.startswith(VERSION_2010):
            methods, names = self._match_2010(path, path)
        else:
            methods, names = self._match(path)
        if not methods:
            raise ApiError(NOT_FOUND, path=path)
        handler = methods.get(method)
        if handler is None:
            raise ApiError(METHOD_NOT_ALLOWED)
        return handler, names

    def _match_2010(self, path: str, asked: str) -> tuple[Methods, Mapping[str, str]]:
        """Match a path of any account; without `.json` it is as if it had it."""
        methods, names = self._match(path)
        if methods or path.endswith(".json"):
            return methods, names
        stem = path.removesuffix(".xml").removesuffix(".csv")
        methods, names = self._match(f"{stem}.json")
        if methods and path.endswith(".csv"):
            problem = f"CSV is not answered here, JSON and XML are: {asked}"
            raise ApiError(BAD_REQUEST, problem=problem)
        return methods, names

    def _match(self, path: str) -> tuple[Methods, Mapping[str, str]]:
        methods = self._fixed.get(path)
        if methods is not None:
            return methods, NO_NAMES
        for pattern, methods in self._patterns.get(path.count("/"), ()):
            match = pattern.fullmatch(path)
            if match is not None:
                return methods, match.groupdict()
        return {}, NO_NAMES


ANY_ACCOUNT = f"{ACCOUNTS}*"
"""What stands in a path for the account it names."""

_REST = slice(len(ACCOUNTS) + 34, None)

NO_NAMES: Mapping[str, str] = {}


def _compile(path: str) -> re.Pattern[str]:
    """Turn a path with placeholders into what matches it."""
    return re.compile(
        re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[0-9A-Za-z_]{1,64})", re.escape(path))
    )


ROUTER = Router()
