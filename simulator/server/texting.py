"""`smslab text`: writes to a running server as a phone would; says what came of it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from simulator.keys import ConfigError
from simulator.server.controls import TOKEN_HEADER
from simulator.server.tokens import find_note, notes_folder, running_servers
from sms.hosts import is_loopback

if TYPE_CHECKING:
    from sms.units import Seconds

PATIENCE: Seconds = 20.0
"""Real seconds that a webhook has to answer."""

TICK: Seconds = 0.05

_opener = build_opener(ProxyHandler({}))  # this machine alone, whatever proxy is set


def send_text(
    sender: str, to: str, body: str, *, url: str | None, token: str | None
) -> list[str]:
    """Write a text, and return the lines that say what came of it.

    Raises:
        ConfigError: there is no server, or it refuses.
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
    text = json.dumps({"from": sender, "to": to, "body": body}).encode()
    headers = {TOKEN_HEADER: token, "Content-Type": "application/json"}
    state = _ask(Request(f"{url}/_smslab/inbound", data=text, headers=headers))
    give_up_at = time.monotonic() + PATIENCE
    while not state["webhook"]["done"] and time.monotonic() < give_up_at:
        time.sleep(TICK)
        state = _ask(Request(f"{url}/_smslab/inbound/{state['sid']}"))
    return [state["sid"], *_outcome(state)]


def _outcome(state: dict[str, Any]) -> list[str]:
    """Say in lines what has come of a text."""
    lines = []
    if state["changed"]:
        how = "out" if state["keyword"] == "STOP" else "in again"
        lines.append(f"opted {how}: {_pair(state['opted'])}")
    for reply in (state["reply"], state["network_reply"]):
        if reply:
            lines.append(f"replied: {reply}")
    told = state["webhook"]
    if told["url"]:
        answer = told["http_status"] or "nothing"
        lines.append(f"webhook {told['url']} answered {answer}")
        lines += [f"reply {sid}" for sid in told["replies"]]
    if told["problem"]:
        lines.append(f"problem: {told['problem']}")
    return [*_unkeyed(state), *lines, *_untold(state)]


def _pair(opted: dict[str, Any]) -> str:
    """Name whom an opt-out is of: a service for its pool, else a pair of numbers."""
    if opted["scope"].startswith("MG"):
        return str(opted["scope"])
    network = ", by the toll-free network" if opted["network"] else ""
    return f"{opted['recipient']} from {opted['scope']}{network}"


def _unkeyed(state: dict[str, Any]) -> list[str]:
    """Say that a text was no keyword, or changed nothing."""
    word, why = state["keyword"], state["no_keyword_because"]
    if word and not (state["changed"] or state["reply"]):
        return [f"{word}: nothing changes"]
    return [] if word else ["no keyword" + (f": {why}" if why else "")]


def _untold(state: dict[str, Any]) -> list[str]:
    why = state["no_webhook_because"]
    return [f"no webhook is told: {why}"] if why else []


def _ask(request: Request) -> dict[str, Any]:
    try:
        with _opener.open(request, timeout=PATIENCE) as answer:
            state: dict[str, Any] = json.load(answer)
    except HTTPError as refusal:
        told = json.load(refusal).get("message", "")
        raise ConfigError(f"{refusal.code}: {told}") from refusal
    except (OSError, ValueError) as error:
        told = running_servers(notes_folder())
        raise ConfigError(
            f"no server answers at {request.full_url}: {error}; {told}"
        ) from error
    return state
