"""The server's clock as a load generator reads it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from sender.client import Base
from simulator.keys import ConfigError
from simulator.server.controls import TOKEN_HEADER
from simulator.server.lateness import lateness_in_words
from simulator.server.tokens import check_token, find_note, notes_folder

if TYPE_CHECKING:
    from sms.units import Seconds

PATIENCE: Seconds = 10.0
"""How long a server may be over saying how it is."""

FORBIDDEN = 403
GOING_ON = (401, FORBIDDEN, 404, 409)
"""How a server says that it cannot, or will not, begin its time again."""

_opener = build_opener(ProxyHandler({}))  # no proxy: this machine alone


@dataclass(frozen=True, slots=True)
class ServerClock:
    """Tells the time of the run, in simulated seconds from its beginning.

    `zero` is what this process's monotonic clock showed when the server's time was 0,
    and `began_at` the server's time at which the run begins.
    """

    speed: float
    zero: float
    began_at: Seconds

    def now(self) -> Seconds:
        """Return the instant, below 0 while the run has not begun."""
        return (time.monotonic() - self.zero) * self.speed - self.began_at

    def real(self, span: Seconds) -> float:
        """Return how many real seconds a span of the run takes."""
        return span / self.speed


def restart_clock(host: str, lead: float, token: str | None = None) -> bool:
    """Have a server's time be 0 in `lead` real seconds; False where it goes on.

    Without a `token` it is the one of the note that the server has left this user, if
    it has.  A server that has messages already goes on as it is, and so does one whose
    token nobody knows here.

    Raises:
        ValueError: it is not this machine, or answers in no known way; or the token
            given is not its own.
    """
    base = Base(host).url
    note = find_note(notes_folder(), base)
    shown = token or (note.token if note else "")
    request = Request(
        f"{base}/_smslab/clock?lead={lead}",
        headers={TOKEN_HEADER: check_token(shown)} if shown else {},
        method="POST",
    )
    try:
        with _opener.open(request, timeout=PATIENCE) as answer:
            return "simulated_seconds" in json.load(answer)
    except HTTPError as refusal:
        if token and refusal.code == FORBIDDEN:
            raise ConfigError(
                f"--control-token (SMSLAB_TOKEN) is not the one of {base}: take the "
                "one that it printed at its start"
            ) from refusal
        if refusal.code in GOING_ON:
            return False
        raise ConfigError(f"--host {host}: its clock: {refusal}") from refusal
    except (OSError, ValueError) as error:
        raise ConfigError(f"--host {host}: its clock: {error}") from error


def read_clock(host: str) -> ServerClock:
    """Ask a server for its time; the run begins at the server's 0 until told otherwise.

    Raises:
        ValueError: it is not this machine, or nobody answers there who is a simulator.
    """
    host = Base(host).url
    asked_at = time.monotonic()
    try:
        state = _read_health(host)
        speed, seconds = float(state["speed"]), float(state["simulated_seconds"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"--host {host}: no simulator answers there ({error}); start one with "
            "smslab serve"
        ) from error
    if state.get("paused"):
        raise ConfigError(
            f"--host {host}: its time stands still, and a load wants it to pass: start "
            "it without --paused, or resume it"
        )
    middle = (asked_at + time.monotonic()) / 2
    return ServerClock(speed, middle - seconds / speed, 0.0)


def read_pacing(host: str) -> str | None:
    """Ask a server how late it was; return what is to be said of that, if anything.

    One that does not answer says nothing.
    """
    try:
        facts = _read_health(Base(host).url)["pacing"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return lateness_in_words(facts)


def _read_health(url: str) -> Any:
    with _opener.open(f"{url}/_smslab/health", timeout=PATIENCE) as answer:
        return json.load(answer)
