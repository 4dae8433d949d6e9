"""Controls: what is asked of the simulator itself, below `/_smslab/`.

Whatever changes something wants the server's token; whatever only reads does not.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from simulator.api.requests import NOTHING, Answer
from sms.errors import METHOD_NOT_ALLOWED, NOT_FOUND, ApiError

if TYPE_CHECKING:
    from simulator.api.requests import Form
    from simulator.server.streams import Stream

OWN = "/_smslab/"
"""The prefix of what is ours and not Twilio's."""

TOKEN_HEADER = "X-Smslab-Token"

READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: the query, a JSON body if there is one, and what is accepted.

    `names` holds what the path's placeholders stand for; `last_event` is the number of
    the last event that a listener who comes back has heard.
    """

    query: Form = field(default_factory=lambda: NOTHING)
    document: Any = None
    accept: str = ""
    last_event: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


Answering = Callable[[Asked], "Answer | Stream | Awaitable[Answer]"]
"""What answers, at once or after a while."""

Control = tuple[str, str, Answering]
"""A method, a path with placeholders in braces, and what answers there."""


class Controls:
    """The table of what can be asked, and who may ask."""

    def __init__(self, controls: Sequence[Control], token: str) -> None:
        self._token = token
        self._paths: dict[str, dict[str, Answering]] = {}
        for method, path, answer in controls:
            self._paths.setdefault(path, {})[method] = answer
        self._patterns = [(_compile(path), path) for path in self._paths]

    def refuse(self, method: str, path: str, token: str | None) -> Answer | None:
        """Return why a request may not be made, None where it may.

        Raises:
            ApiError: 20404 or 20004 where there is no such request.
        """
        self._find(method, path)
        if method in READS:
            return None
        if token is None:
            return Answer(401, {"message": _NO_TOKEN})
        given = token.encode("utf-8", "replace")
        if not compare_digest(given, self._token.encode()):
            return Answer(403, {"message": _WRONG_TOKEN})
        return None

    async def answer(self, method: str, path: str, asked: Asked) -> Answer | Stream:
        """Answer a request that has been checked."""
        answer, names = self._find(method, path)
        given = answer(replace(asked, names=names))
        return await given if isinstance(given, Awaitable) else given

    def _find(self, method: str, path: str) -> tuple[Answering, Mapping[str, str]]:
        for pattern, template in self._patterns:
            match = pattern.fullmatch(path)
            if match is None:
                continue
            found = self._paths[template].get(method)
            if found is None:
                raise ApiError(METHOD_NOT_ALLOWED)
            return found, match.groupdict()
        raise ApiError(NOT_FOUND, path=path)


_NO_TOKEN = (
    f"this changes something: send the server's token as {TOKEN_HEADER}; `smslab "
    "serve` prints it at its start"
)
_WRONG_TOKEN = f"{TOKEN_HEADER} is not the token that this server printed at its start"


def _compile(path: str) -> re.Pattern[str]:
    """Turn a path with placeholders into what matches it."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]{1,64})", re.escape(path)))
