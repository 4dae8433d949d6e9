"""Which requests there are: the tables of all resources, and the way through them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulator.api import messages, notifications, notify, numbers, pools, services
from simulator.api.requests import Handler, Route
from sms.errors import BAD_REQUEST, METHOD_NOT_ALLOWED, NOT_FOUND, ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

Methods = Mapping[str, Handler]

ROUTES: Sequence[Route] = (
    *messages.ROUTES,
    *numbers.ROUTES,
    *services.ROUTES,
    *pools.ROUTES,
    *notify.ROUTES,
    *notifications.ROUTES,
)


class Router:
    """Finds the handler of a path for one account."""

    __slots__ = ("_fixed", "_patterns")

    def __init__(self, account: str, routes: Sequence[Route] = ROUTES) -> None:
        by_path: dict[str, dict[str, Handler]] = {}
        for method, path, handler in routes:
            own_path = path.replace("{account}", account)
            by_path.setdefault(own_path, {})[method] = handler
        self._fixed: Mapping[str, Methods] = {
            path: methods for path, methods in by_path.items() if "{" not in path
        }
        self._patterns = [
            (_compile(path), methods)
            for path, methods in by_path.items()
            if "{" in path
        ]

    def find(self, method: str, path: str) -> tuple[Handler, Mapping[str, str]]:
        """Return the handler of a request, and what its placeholders stand for.

        Raises:
            ApiError: 20404 where there is no such path, 20004 where it does not take
                the method; 20001 where only `.json` is missing.
        """
        methods, names = self._match(path)
        if not methods:
            raise self._unknown(path)
        handler = methods.get(method)
        if handler is None:
            raise ApiError(METHOD_NOT_ALLOWED)
        return handler, names

    def _match(self, path: str) -> tuple[Methods, Mapping[str, str]]:
        methods = self._fixed.get(path)
        if methods is not None:
            return methods, _NO_NAMES
        for pattern, methods in self._patterns:
            match = pattern.fullmatch(path)
            if match is not None:
                return methods, match.groupdict()
        return {}, _NO_NAMES

    def _unknown(self, path: str) -> ApiError:
        stem = path.rpartition(".")[0] if path.endswith((".xml", ".csv")) else path
        if path.startswith("/2010-04-01/") and self._match(f"{stem}.json")[0]:
            return ApiError(
                BAD_REQUEST,
                problem=f"only JSON is answered here, XML and CSV are not: {stem}.json",
            )
        return ApiError(NOT_FOUND, path=path)


_NO_NAMES: Mapping[str, str] = {}


def _compile(path: str) -> re.Pattern[str]:
    """Turn a path with placeholders into what matches it."""
    return re.compile(
        re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[0-9A-Za-z]{1,64})", re.escape(path))
    )
