"""TwiML Apps: of one, a message takes the URL of its status callbacks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A TwiML App, declared before the run.

    Source: https://github.com/twilio/twilio-oai (2026-04-14).
    """

    sid: str
    friendly_name: str
    message_status_callback: str | None = None
