"""Senders of other channels, which a pool may hold beside those of SMS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CHANNELS: Mapping[str, str] = {
    "whatsapp": "WhatsApp",
    "messenger": "Messenger",
    "rcs": "RCS",
}
"""What Twilio calls a channel, by the word its addresses begin with.

Source: https://github.com/twilio/twilio-oai, twilio_messaging_v1 (2026-04-14).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSender:
    """Whom messages of another channel leave from: it never carries an SMS.

    `address` is such as `whatsapp:+14155238886`, `channel` its name by `CHANNELS`, both
    None where all that is known of it is its SID.
    """

    sid: str
    address: str | None = None
    channel: str | None = None
    country: str | None = None
