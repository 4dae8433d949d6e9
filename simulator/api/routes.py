"""Which requests there are: one table, and the way through it.

What stands in braces is a placeholder for one part of a path, `account` for the one
account there is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from simulator.api import messages, notifications, notify, numbers, pools, services
from simulator.api.requests import Answer, Call
from sms.errors import BAD_REQUEST, METHOD_NOT_ALLOWED, NOT_FOUND, ApiError

if TYPE_CHECKING:
    from collections.abc import Sequence

Handler = Callable[[Call], Answer]
Methods = Mapping[str, Handler]

_ACCOUNT = "/2010-04-01/Accounts/{account}"
_SERVICES = "/messaging/v1/Services"
_NOTIFY = "/notify/v1/Services"
_NUMBERS, _CODES, _ALPHAS = (
    pools.PHONE_NUMBERS,
    pools.SHORT_CODES,
    pools.ALPHA_SENDERS,
)

ROUTES: Sequence[tuple[str, str, Handler]] = (
    ("POST", f"{_ACCOUNT}/Messages.json", messages.create),
    ("GET", f"{_ACCOUNT}/Messages.json", messages.list_),
    ("GET", f"{_ACCOUNT}/Messages/{{message}}.json", messages.fetch),
    ("POST", f"{_ACCOUNT}/Messages/{{message}}.json", messages.update),
    ("DELETE", f"{_ACCOUNT}/Messages/{{message}}.json", messages.delete),
    ("GET", f"{_ACCOUNT}/IncomingPhoneNumbers.json", numbers.list_phone_numbers),
    (
        "GET",
        f"{_ACCOUNT}/IncomingPhoneNumbers/{{sender}}.json",
        numbers.fetch_phone_number,
    ),
    ("GET", f"{_ACCOUNT}/SMS/ShortCodes.json", numbers.list_short_codes),
    ("GET", f"{_ACCOUNT}/SMS/ShortCodes/{{sender}}.json", numbers.fetch_short_code),
    ("POST", _SERVICES, services.create),
    ("GET", _SERVICES, services.list_),
    ("GET", f"{_SERVICES}/{{service}}", services.fetch),
    ("POST", f"{_SERVICES}/{{service}}", services.update),
    ("DELETE", f"{_SERVICES}/{{service}}", services.delete),
    ("POST", f"{_SERVICES}/{{service}}/PhoneNumbers", _NUMBERS.create),
    ("GET", f"{_SERVICES}/{{service}}/PhoneNumbers", _NUMBERS.list),
    ("GET", f"{_SERVICES}/{{service}}/PhoneNumbers/{{sender}}", _NUMBERS.fetch),
    ("DELETE", f"{_SERVICES}/{{service}}/PhoneNumbers/{{sender}}", _NUMBERS.delete),
    ("POST", f"{_SERVICES}/{{service}}/ShortCodes", _CODES.create),
    ("GET", f"{_SERVICES}/{{service}}/ShortCodes", _CODES.list),
    ("GET", f"{_SERVICES}/{{service}}/ShortCodes/{{sender}}", _CODES.fetch),
    ("DELETE", f"{_SERVICES}/{{service}}/ShortCodes/{{sender}}", _CODES.delete),
    ("POST", f"{_SERVICES}/{{service}}/AlphaSenders", _ALPHAS.create),
    ("GET", f"{_SERVICES}/{{service}}/AlphaSenders", _ALPHAS.list),
    ("GET", f"{_SERVICES}/{{service}}/AlphaSenders/{{sender}}", _ALPHAS.fetch),
    ("DELETE", f"{_SERVICES}/{{service}}/AlphaSenders/{{sender}}", _ALPHAS.delete),
    ("POST", _NOTIFY, notify.create),
    ("GET", _NOTIFY, notify.list_),
    ("GET", f"{_NOTIFY}/{{service}}", notify.fetch),
    ("POST", f"{_NOTIFY}/{{service}}", notify.update),
    ("DELETE", f"{_NOTIFY}/{{service}}", notify.delete),
    ("POST", f"{_NOTIFY}/{{service}}/Bindings", notify.create_binding),
    ("GET", f"{_NOTIFY}/{{service}}/Bindings", notify.list_bindings),
    ("GET", f"{_NOTIFY}/{{service}}/Bindings/{{binding}}", notify.fetch_binding),
    ("DELETE", f"{_NOTIFY}/{{service}}/Bindings/{{binding}}", notify.delete_binding),
    ("POST", f"{_NOTIFY}/{{service}}/Notifications", notifications.create),
)


class Router:
    """Finds the handler of a path for one account."""

    __slots__ = ("_fixed", "_patterns")

    def __init__(
        self, account: str, routes: Sequence[tuple[str, str, Handler]] = ROUTES
    ) -> None:
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
