"""Asking: a server that runs on this machine, found and asked from a terminal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from simulator.keys import ConfigError
from simulator.server.controls import TOKEN_HEADER
from simulator.server.tokens import find_note, notes_folder, running_servers
from sms.hosts import is_loopback

if TYPE_CHECKING:
    from sms.units import Seconds

PATIENCE: Seconds = 20.0
"""Real seconds that a server has to answer, unless it is asked to take longer."""


class _StayHere(HTTPRedirectHandler):
    """Follows no redirect: the token would go with it."""

    def redirect_request(self, *_: object) -> None:
        """Make no request of a redirect."""


_opener = build_opener(ProxyHandler({}), _StayHere())  # no proxy, whatever is set


@dataclass(frozen=True, slots=True)
class Server:
    """A server on this machine, and the token with which it may be changed."""

    url: str
    token: str

    def ask(
        self, method: str, path: str, document: Any = None, *, patience: Seconds = 0.0
    ) -> Any:
        """Ask below `/_smslab/`, and return what the answer says.

        Raises:
            ConfigError: nobody answers, or it refuses.
        """
        with self.open(method, path, document, patience=patience) as answer:
            return json.load(answer)

    def open(
        self, method: str, path: str, document: Any = None, *, patience: Seconds = 0.0
    ) -> IO[bytes]:
        """Ask below `/_smslab/`, and return the answer, to be read and closed.

        Raises:
            ConfigError: nobody answers, or it refuses.
        """
        request = Request(
            f"{self.url}/_smslab/{path}",
            data=None if document is None else json.dumps(document).encode(),
            headers={TOKEN_HEADER: self.token, "Content-Type": "application/json"},
            method=method,
        )
        try:
            answer: IO[bytes] = _opener.open(request, timeout=PATIENCE + patience)
        except HTTPError as refusal:
            raise ConfigError(f"{refusal.code}: {_told(refusal)}") from refusal
        except (OSError, ValueError) as error:
            told = running_servers(notes_folder())
            raise ConfigError(
                f"no server answers at {self.url}: {error}; {told}"
            ) from error
        return answer


def find_server(url: str | None, token: str | None) -> Server:
    """Return the server at `url`, or the newest of this user's.

    Raises:
        ConfigError: there is none, it is not on this machine, or its token is unknown.
    """
    note = find_note(notes_folder(), url)
    if note is not None:
        url, token = url or note.url, token or note.token
    if not url:
        raise ConfigError("no server of yours runs: start smslab serve, or give --url")
    if not is_loopback(url.partition("//")[2].rpartition(":")[0].strip("[]")):
        raise ConfigError(f"--url {url}: it is not on this machine")
    if not token:
        told = running_servers(notes_folder())
        raise ConfigError(
            f"no server of yours answers at {url} (--url, SMSLAB_URL): {told}"
        )
    return Server(url.rstrip("/"), token)


def _told(refusal: HTTPError) -> str:
    """Return what a refusal says, or its reason where that is none of ours."""
    try:
        return str(json.load(refusal)["message"])
    except (ValueError, KeyError, TypeError):
        return str(refusal.reason)
