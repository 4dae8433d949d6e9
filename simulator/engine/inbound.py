"""Inbound: a phone writes, and what becomes of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.engine.answering import Answers
    from simulator.engine.keywords import AdvancedOptOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where an inbound message is told to, and where to if that fails.

    The methods are GET or POST.
    """

    url: str | None = None
    method: str = "POST"
    fallback_url: str | None = None
    fallback_method: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundSettings:
    """What a world says of inbound messages.

    `webhooks` are of numbers by their SID, `opt_outs` the Advanced Opt-Out of services
    by theirs; None of `answers` is that nobody answers by himself.
    """

    webhooks: Mapping[str, Webhook] = field(default_factory=dict)
    opt_outs: Mapping[str, AdvancedOptOut] = field(default_factory=dict)
    answers: Answers | None = None


class Inbound(NamedTuple):
    """A text that a phone sends: from its number to one of the account's addresses."""

    sender: str
    recipient: str
    body: str
    media_urls: tuple[str, ...] = ()
