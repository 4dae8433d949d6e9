"""Feedback: what a customer says of a message that has arrived, or not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sms.units import Seconds


class Outcome(StrEnum):
    """What may be said.

    Source: https://github.com/twilio/twilio-oai (2026-04-14).
    """

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


@dataclass(slots=True)
class Feedback:
    """What was said last of a message, and when it was first and last said."""

    message_sid: str
    outcome: Outcome
    created_at: Seconds
    updated_at: Seconds
