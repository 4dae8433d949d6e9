"""`smslab text`: writes to a running server as a phone would; says what came of it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from simulator.server.asking import PATIENCE, find_server

if TYPE_CHECKING:
    from sms.units import Seconds

TICK: Seconds = 0.05
"""Real seconds between two looks at whether a webhook has answered."""


def send_text(
    sender: str, to: str, body: str, *, url: str | None, token: str | None
) -> list[str]:
    """Write a text, and return the lines that say what came of it.

    Raises:
        ConfigError: there is no server, or it refuses.
    """
    server = find_server(url, token)
    text = {"from": sender, "to": to, "body": body}
    state = server.ask("POST", "inbound", text)
    give_up_at = time.monotonic() + PATIENCE
    while not state["webhook"]["done"] and time.monotonic() < give_up_at:
        time.sleep(TICK)
        state = server.ask("GET", f"inbound/{state['sid']}")
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
