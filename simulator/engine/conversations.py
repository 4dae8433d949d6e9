"""Conversations: what phones have written, and what was sent back for it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

from simulator.engine.messages import Direction
from simulator.engine.prices import DECIMALS, price

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.engine.messages import Message
    from simulator.engine.profile import Profile


class Conversation(NamedTuple):
    """How many messages came in and how many replies went out, with their US dollars.

    Replies are those to keywords, which are free, and those of webhooks.
    """

    inbound: int = 0
    inbound_dollars: float = 0.0
    replies: int = 0
    reply_dollars: float = 0.0

    def __bool__(self) -> bool:
        """Say whether anybody has written."""
        return self.inbound > 0 or self.replies > 0

    def plus(self, other: Conversation) -> Conversation:
        """Return both together."""
        return Conversation(
            self.inbound + other.inbound,
            round(self.inbound_dollars + other.inbound_dollars, DECIMALS),
            self.replies + other.replies,
            round(self.reply_dollars + other.reply_dollars, DECIMALS),
        )


def conversation(messages: Iterable[Message], profile: Profile) -> Conversation:
    """Return what came in and what went back among messages, by their last prices."""
    counts = dict.fromkeys(Direction, 0)
    dollars = dict.fromkeys(Direction, 0.0)
    for message in messages:
        if message.extras is None:
            continue  # as nearly all are: sent, and by a request
        direction = message.direction
        if direction is not Direction.OUTBOUND_API:
            counts[direction] += 1
            dollars[direction] -= price(message, profile, inf) or 0.0
    return Conversation(
        inbound=counts[Direction.INBOUND],
        inbound_dollars=round(dollars[Direction.INBOUND], DECIMALS) + 0.0,
        replies=counts[Direction.OUTBOUND_REPLY],
        reply_dollars=round(dollars[Direction.OUTBOUND_REPLY], DECIMALS) + 0.0,
    )
