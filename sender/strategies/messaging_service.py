"""Through a Messaging Service: Twilio chooses the sender."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sender.strategies.face import StrategyError
from sender.strategies.forms import message, options

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sender.plans import Broadcast, Call, Outcome, Senders, Text


class MessagingService:
    """Sends every text through the account's Messaging Service."""

    def __init__(self, broadcast: Broadcast, senders: Senders) -> None:
        if not senders.messaging_service:
            raise StrategyError(
                "messaging-service: the account has no Messaging Service; create one "
                '([[services]] name = "all", numbers = ["+14155550100"]) '
                "or try number-pool"
            )
        self._rest = {
            "MessagingServiceSid": senders.messaging_service,
            **options(broadcast),
        }

    def calls(self, texts: Sequence[Text]) -> Iterator[Call]:
        """Yield one call a text, in order."""
        rest = self._rest
        return (message(text, rest) for text in texts)

    def settle(self, outcome: Outcome) -> None:
        """Learn nothing: the service does."""
